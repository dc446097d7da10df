"""The page of max-norm: its claims hold and would fail, what it watches by hand, its pictures."""

import numpy as np
import pytest

from thalweg.lab import max_norm as page
from thalweg.lab.max_norm_figures import accuracy_figure, lengths_figure
from thalweg.lab.max_norm_runs import LIMIT, RATES, STEPS, Course, UnitWatch
from thalweg.lab.sheet_page import render_sheet
from thalweg.objective import Evaluated
from thalweg.train.observers import View


@pytest.fixture(scope="module")
def done():
    """The page of seed 0, and the courses behind it, free and limited."""
    with pytest.MonkeyPatch.context() as patch:
        kept, run = {}, page.run_courses

        def keeping(digits, *, limited, seed):
            return kept.setdefault(limited, run(digits, limited=limited, seed=seed))

        patch.setattr(page, "run_courses", keeping)
        return page.max_norm(), kept[False], kept[True]


def course(**changes):
    """A made-up course: three units of length 1 that stand still."""
    steps = np.ones(STEPS)
    whole = Course(False, 1.0, False, steps, np.ones((STEPS, 2)), np.ones((STEPS, 1)), 0 * steps, 0 * steps, 0.5, 0.4)
    return whole._replace(**changes)


def test_the_claims_hold(done):  # R4
    found, _, _ = done
    assert found.disagreements() == () and len(found.claims) == 9
    assert [figure.key for figure in found.figures] == ["ordinary", "high", "loss", "accuracy"]


def test_claims_fail_where_the_two_networks_change_places(done, monkeypatch):
    _, free, bound = done
    monkeypatch.setattr(page, "run_courses", lambda digits, *, limited, seed: free if limited else bound)
    faults = page.max_norm().disagreements()
    assert len(faults) == 7  # all but two: neither costs anything at the ordinary rate, nor learns at the high one
    assert any(fault.endswith("Measured: at no step.") or "it does not" in fault for fault in faults)


def test_a_rate_diverges_without_it_and_not_with_it(done):  # R4
    _, free, bound = done
    assert [c.ran_away is None for c in free[: len(RATES)]] == [True] * 4 + [False] * 2
    assert all(c.ran_away is None for c in bound)
    for c in bound:
        assert max(c.hidden.max(), c.head.max()) <= LIMIT * (1 + 1e-6)
        assert c.move.max() <= 2 * LIMIT * (1 + 1e-6)


def test_a_limit_that_no_unit_reaches_changes_nothing(done):
    _, free, bound = done
    assert free[0].longest < LIMIT  # at the lowest rate
    for a, b in zip(free[0][3:], bound[0][3:], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_step_is_watched_by_hand():
    # Into the hidden unit (3, 4) after (0, 0): length 5, moved 5; into the head's (6, 8) after (6, 7): 10, moved 1.
    before = {"dense_1": {"w": np.zeros((2, 1)), "b": np.zeros(1)}, "dense_2": {"w": np.array([[6.0], [7.0]])}}
    after = {"dense_1": {"w": np.array([[3.0], [4.0]]), "b": np.array([-0.5])}}
    after["dense_2"] = {"w": np.array([[6.0], [8.0]]), "b": np.array([0.25])}
    view = View(np.array(0), np.array(1.0), Evaluated(np.array(2.5), np.array(0.0), {}), before, {}, after)
    seen = {name: np.asarray(value).tolist() for name, value in UnitWatch().measure(view).items()}
    assert seen == {"loss": 2.5, "dense_1": [5.0], "dense_2": [10.0], "move": 5.0, "bias": 0.5}


def test_running_away_is_the_first_loss_that_is_no_number():
    loss = np.ones(STEPS)
    loss[7], loss[8:] = np.inf, np.nan
    assert (course().ran_away, course(loss=loss).ran_away) == (None, 8)  # steps are counted from 1
    loss[7:] = 31.2
    assert (course(loss=loss).ceiling, course(loss=loss * np.nan).ceiling) == ("32", "not a number")


def test_the_longest_is_that_of_any_step_and_no_number_once_they_are_none():
    hidden = np.ones((STEPS, 2))
    hidden[4, 1] = 3.0
    assert course(hidden=hidden).longest == 3.0
    hidden[5, 0] = np.nan
    assert np.isnan(course(hidden=hidden).longest)


def test_courses_are_found_by_rate():
    courses = tuple(course(rate=rate, falling=falling) for falling in (False, True) for rate in RATES)
    for rate in RATES:
        for falling in (False, True):
            found = page.at(courses, rate, falling=falling)
            assert (found.rate, found.falling) == (rate, falling)


def test_a_line_a_unit_and_none_between_units(done):
    _, free, bound = done
    data = lengths_figure("ordinary", free[2], bound[2]).data
    assert [trace["name"] for trace in data] == ["hidden units", "output units", "the limit"] * 2
    for trace, units in zip(data, (100, 10, None) * 2, strict=True):
        assert units is None or np.isnan(trace["y"]).sum() == units
        assert len(trace["x"]) == len(trace["y"])
    last = data[1]["y"][np.flatnonzero(np.isnan(data[1]["y"])) - 1]
    np.testing.assert_array_equal(last, free[2].head[296])  # the last step that is drawn, of every fourth


def test_what_was_reached_is_drawn_by_rate(done):
    _, free, bound = done
    data = {trace["name"]: trace for trace in accuracy_figure(free, bound).data}
    np.testing.assert_array_equal(data["falling rate, limited"]["x"], RATES)
    np.testing.assert_array_equal(data["falling rate, limited"]["y"], [c.training for c in bound[6:]])
    np.testing.assert_array_equal(data["constant rate, free"]["y"], [c.training for c in free[:6]])


def test_the_page_shows_all_pictures_and_names_what_is_no_number(done):
    shown = render_sheet(done[0])
    assert all(f'data-figure="{key}"' in shown for key in ("ordinary", "high", "loss", "accuracy"))
    assert "no number" in shown and ">nan" not in shown
