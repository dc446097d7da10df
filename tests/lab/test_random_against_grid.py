"""The page of random search against a grid: what is tried, what is trained, what is read off, claims that can fail."""

import re

import numpy as np
import pytest

from thalweg.lab import random_against_grid as page
from thalweg.lab import random_against_grid_runs as runs
from thalweg.lab.random_against_grid import bests_of, effects, random_against_grid
from thalweg.lab.random_against_grid_figures import bests_figure, plane_figure
from thalweg.lab.random_against_grid_lookup import Setup, read_off, search_surface, setups
from thalweg.lab.random_against_grid_runs import Repeat, Sample, Surface
from thalweg.search.engine.trial import Result
from thalweg.train.history import History


def by_rate(rate, strength):
    """A score with a slope below the best rate and a cliff beyond it, whatever the strength."""
    below = 0.96 - 0.25 * (0.3 - np.log10(rate))
    return max(0.05, below) if rate < 2 else 0.1


def by_strength(rate, strength):
    return by_rate(10 ** (np.log10(strength) + 5.5), rate)


@pytest.fixture
def scored(monkeypatch):
    """Let trials be scored by a formula instead of trained, in few repeats; return what says which formula."""
    formula = {"score": by_rate, "trials": []}

    def told_at_once(engine, trials, told):
        for trial in trials:
            score = formula["score"](float(trial.experiment.update.rate), float(trial.experiment.penalty.strength))
            formula["trials"].append(trial)
            told(Result(trial, "done", False, History(), score, 1.0, None))
        return True

    monkeypatch.setattr(runs, "train_trials", told_at_once)
    monkeypatch.setattr(page, "TRAINED", 6)
    return formula


def test_a_grid_tries_three_rates_and_a_random_search_nine_and_all_are_trained():  # H5
    ground = runs.digits_ground(0)
    found = runs.run_repeats(ground, 2, seed=0)
    for repeat in found:
        assert [len(sample.places) for sample in repeat] == [9, 9]
        assert [repeat.grid.distinct(k) for k in (0, 1)] == [3, 3]
        assert [repeat.random.distinct(k) for k in (0, 1)] == [9, 9]
        assert (repeat.random.places >= repeat.grid.places.min(axis=0) - 1e-9).all()  # in the same ranges
        assert (repeat.random.places <= repeat.grid.places.max(axis=0) + 1e-9).all()
        np.testing.assert_allclose(np.ptp(repeat.grid.places, axis=0), runs.WIDTHS)
    first, second = (repeat.grid.places.min(axis=0) for repeat in found)
    assert np.abs(first - second).min() > 0.01  # which lie elsewhere each time
    scores = np.concatenate([sample.scores for repeat in found for sample in repeat])
    assert 0.7 < scores.max() <= 1 and 0 <= scores.min() < 0.5
    one = found[0].random
    again = runs.run_repeats(ground, 1, seed=0)[0].random
    np.testing.assert_array_equal(one.scores, again.scores)  # the same alone as beside others


def test_the_surface_spans_all_that_a_repeat_may_try(scored):
    ground = runs.digits_ground(0)
    surface = runs.measure_surface(ground, rates=5, strengths=2, seed=0)
    places = np.concatenate([s.places for r in runs.run_repeats(ground, 8, seed=0) for s in r])
    for axis, at in enumerate((surface.rates, surface.strengths)):
        assert at[0] <= places[:, axis].min() < at[0] + 0.7 and at[-1] - 0.7 < places[:, axis].max() <= at[-1]
    expected = [[by_rate(10**rate, 10**strength) for strength in surface.strengths] for rate in surface.rates]
    np.testing.assert_allclose(surface.scores, expected)


def test_the_claims_hold_where_the_rate_alone_matters_and_the_page_says_what_was_computed(scored, monkeypatch):  # H5
    kept, run = [], page.run_repeats

    def keeping(*args, **more):
        kept.append(run(*args, **more))
        return kept[-1]

    monkeypatch.setattr(page, "run_repeats", keeping)
    monkeypatch.setattr(page, "TRAINED", 12)
    found = random_against_grid(3)
    assert found.disagreements() == () and len(found.claims) == 10
    assert [figure.key for figure in found.figures] == ["plane", "rate", "bests", "settings"]
    assert len(scored["trials"]) == 12 * 18 + page.RATES * page.STRENGTHS
    assert {int(trial.experiment.training.epochs) for trial in scored["trials"]} == {runs.EPOCHS}
    grid, random = bests_of(kept[0])
    assert f"{random.mean():.1%}" in found.headline and f"{grid.mean():.1%}" in found.headline
    assert found.headline.endswith(f"wins {(random > grid).sum()} of 12 repeats")
    (first, second) = found.tables[0].rows
    assert first[1:3] == (f"{grid.mean():.3f}", f"{grid.std(ddof=1):.3f}")
    assert second[1:3] == (f"{random.mean():.3f}", f"{random.std(ddof=1):.3f}")
    drawn = found.figures[2].data[0]
    np.testing.assert_array_equal([drawn["x"], drawn["y"]], [grid, random])


def test_claims_fail_where_the_other_setting_is_the_one_that_matters(scored):
    scored["score"] = by_strength
    said = [claim.says for claim in random_against_grid().claims if not claim.holds]
    assert any(text.startswith("The rate matters much") for text in said)
    assert any(text.startswith("The strength of the penalty matters little") for text in said)


def test_no_difference_is_no_win(scored):
    scored["score"] = lambda rate, strength: 0.5
    found = random_against_grid()
    faults = " ".join(found.disagreements())
    assert "above 0 by two standard errors. Measured: 0.000, standard error 0.000" in faults
    assert found.headline.endswith("the random search wins 0 of 6 repeats")


def sample(*places, score=0.5):
    return Sample(np.array(places, float), np.full(len(places), score))


def test_the_plane_shows_every_trial_and_its_projections():
    surface = Surface(
        np.array([-1.0, 0.0, 1.0]), np.array([-3.0, -2.0]), np.array([[0.2, 0.2], [0.9, 0.8], [0.1, 0.1]])
    )
    pair = Repeat(sample((-1, -3), (-1, -2), (0, -3), (0, -2)), sample((-0.3, -2.1), (0.2, -2.9)))
    figure = plane_figure(pair, surface)
    plane, curve, above, _, beside = figure.data[:5]
    assert plane["x"].tolist() == above["x"].tolist() == [-1, -1, 0, 0]
    assert plane["y"].tolist() == beside["y"].tolist() == [-3, -2, -3, -2]
    assert above["y"].tolist() == [0.5] * 4 and curve["x"].tolist() == [-1, 0, 1]
    used = {trace[k] for trace in figure.data for k in ("xaxis", "yaxis")}
    assert used == {f"{k}{n}" for k in "xy" for n in ("", 2, 3, 4, 5, 6)}
    assert {re.sub("axis", "", name) for name in figure.layout if re.match("[xy]axis", name)} == used
    assert "2 different rates" in figure.summary


def test_points_above_the_line_are_wins():
    pairs = (
        Repeat(sample((0, 0), score=0.5), sample((0, 0), score=0.7)),
        Repeat(sample((0, 0), score=0.6), sample((0, 0), score=0.6)),
    )
    assert "1 times of 2" in bests_figure(pairs).summary


def test_scores_are_read_off_exactly_where_they_were_measured_and_evenly_between():
    surface = Surface(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0]), np.array([[0.0, 0.4], [0.6, 0.8], [0.2, 0.2]]))
    rates, strengths = np.meshgrid(surface.rates, surface.strengths, indexing="ij")
    np.testing.assert_allclose(read_off(surface, rates, strengths), surface.scores)
    assert read_off(surface, np.array([2.0, -5.0, 9.0]), np.array([0.0, 0.0, 1.0])) == pytest.approx([0.4, 0.0, 0.2])


def test_a_grid_that_is_moved_misses_a_narrow_peak_and_many_random_rates_do_not():
    rates = np.linspace(-3.75, 2.25, 61)
    peak = np.maximum(0, 1 - np.abs(rates - 0.25) / 0.3)
    surface = Surface(rates, np.array([-8.0, -3.0]), np.stack([peak, peak], axis=1))
    two, four = (search_surface(surface, Setup(d, 4.0, 3, 3**d), seed=0, repeats=4000) for d in (2, 4))
    # Three tenths of the grid's period are near the peak, half its height in the mean.
    assert two.grid.mean() == pytest.approx(0.15, abs=0.02) == four.grid.mean()
    assert (two.grid > 0.01).mean() == pytest.approx(0.3, abs=0.03)
    assert two.random.mean() > two.grid.mean() + 0.2 and four.random.mean() > 0.9


def test_the_setups_are_one_to_four_settings_and_narrower_ranges():
    assert [(s.dimensions, s.values, s.trials) for s in setups()[:4]] == [(1, 9, 9), (2, 3, 9), (3, 3, 27), (4, 3, 81)]
    assert [s.width for s in setups()[4:]] == [0.5, 1.0, 2.0]


def test_what_lies_beyond_the_best_rate_says_nothing_of_the_strength():
    scores = np.array([[0.1, 0.1], [0.9, 0.88], [0.2, 0.6]])
    assert effects(Surface(np.arange(3.0), np.arange(2.0), scores)) == (0.8, 0.02)
