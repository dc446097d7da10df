"""The page of the notes' procedure: each step on planted images, verdicts that can fail, what is refused."""

import math

import numpy as np
import pytest
from tests.lab.planted_cifar import write_planted

from thalweg.checks.initial_loss import initial_loss
from thalweg.checks.overfit_tiny import Fitted, overfit_tiny
from thalweg.checks.penalty_raises_loss import penalty_raises_loss
from thalweg.checks.rate_range import not_judged
from thalweg.checks.result import Curve
from thalweg.errors import InputError
from thalweg.lab import baby_sitting as page
from thalweg.lab import baby_sitting_runs as runs
from thalweg.lab.baby_sitting import baby_sitting, sheet_of
from thalweg.lab.baby_sitting_figures import told
from thalweg.lab.baby_sitting_runs import COARSE, FINE, PAST, RATE, STRENGTH, Course, Searched, run_rates, search_ranges
from thalweg.lab.baby_sitting_start import Begun, ground_of_images, look_at_start
from thalweg.lab.baby_sitting_tables import Done
from thalweg.lab.sheet_page import render_sheet
from thalweg.lab.small_photographs import load_images
from thalweg.search.record import Proposal, TrialRecord


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_planted(tmp_path_factory.mktemp("planted") / "set", rows=240)


@pytest.fixture(scope="module")
def ground(folder):
    return ground_of_images(load_images(folder, 200, seed=1), seed=1)


def course(rate, *loss):
    return Course(rate, np.array(loss, float), np.linspace(0.1, 0.2, len(loss)))


def record(number, rate, score, *, failed=False):
    proposal = Proposal({RATE: rate, STRENGTH: 0.01}, 10)
    return TrialRecord(number, "random", proposal, 0, "done", failed, score, 1.0, 10.0, ())


def searched(name, ranges, *trials, edges=None):
    records = tuple(record(k, rate, score) for k, (rate, score) in enumerate(trials))
    return Searched(name, ranges, 10, records, edges or {})


SUITED = not_judged("Some rates were tried.")._replace(curve=Curve((1e-4, 1e-3), ((1.0, 0.8),), 2e-4, 2e-3, 1e-3))
DONE = Done(
    training=9000,
    validation=1000,
    begun=Begun(
        (120.0, 1e-6),
        initial_loss(2.3026, 2.302585),
        penalty_raises_loss(2.3026, 3.0731),
        3.0731,
        overfit_tiny(Fitted(0.0, 1.0, 100, True, 1000), examples=20, outputs=10, classes=True, blind=2.3),
        Fitted(0.0, 1.0, 100, True, 1000),
        20,
    ),
    courses=(
        course(1e-6, 2.3026, 2.3025),
        course(1e-3, 2.3026, 1.6),
        course(3e-3, 2.3026, 1.9, 30.0, 2.4),
        course(1e6, 2.3026, math.nan),
    ),
    suited=SUITED,
    searches=(
        searched("coarse", COARSE, (7e-4, 0.41), (1e-5, 0.2), edges={RATE: "high"}),
        searched("finer", FINE, (9e-4, 0.47), (5e-4, 0.46), (3e-4, 0.43), edges={RATE: "high"}),
        searched("last", PAST, (2e-3, 0.48), (8e-4, 0.47), (2.5e-3, 0.2)),
    ),
)


def with_begun(**changes):
    return DONE._replace(begun=DONE.begun._replace(**changes))


def with_course(place, *loss):
    courses = list(DONE.courses)
    courses[place] = course(courses[place].rate, *loss)
    return DONE._replace(courses=tuple(courses))


def test_every_step_is_told_beside_the_notes_value():  # H9
    found = sheet_of(DONE, 0)
    assert found.disagreements() == () and len(found.claims) == 9
    rows = {row[0]: row[1:] for row in found.tables[0].rows}
    assert rows["First loss"] == ("about 2.3", "2.303")
    assert rows["With a penalty of 1000"] == ("3.06", "3.07")
    assert rows["20 images by heart"] == ("accuracy 1.00", "accuracy 1.00 after 100 steps")
    assert rows["Rate 1e-6"] == ("barely moves the loss", "2.3026 to 2.3025")
    assert rows["Rate 1e6"] == ("NaN", "no number after epoch 1")
    assert rows["Rate 3e-3"] == ("diverges still", "2.3026 to 2.4, at most 30 on the way: diverges")
    assert rows["Rates that suit"] == ("1e-5 to 1e-3", "2e-4 to 2e-3, by the program's check")
    assert rows["Finer search, here 10 epochs"] == ("best 0.531", "best 0.470 at a rate of 9e-4")
    assert rows["Its best rates lie"] == ("at the edge", "at the upper edge")
    assert rows["Past the edge"] == ("not done", "best 0.480 at a rate of 2e-3")
    assert found.tables[0].rows[0][0] == "Mean of the pixels" and len(rows) == 15
    assert "9,000 training images" in found.headline and "48.0%" in found.headline


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (with_begun(means=(120.0, 0.5)), "Centred, the pixels"),
        (with_begun(first=initial_loss(2.5, 2.302585)), "The first loss is that of a guess"),
        (with_begun(penalised=penalty_raises_loss(2.3026, 2.3026)), "A penalty of 1000 raises it"),
        (with_begun(penalised=penalty_raises_loss(2.3026, 9.0)), "A penalty of 1000 raises it"),
        (with_begun(fitted=Fitted(0.1, 0.95, 800, True, 1000)), "A few images are learned by heart"),
        (with_course(0, 2.3026, 2.2), "A rate of 1e-6 barely moves"),
        (with_course(3, 2.3026, 5.0), "At a rate of 1e6 the loss is soon"),
        (with_course(2, 2.3026, 1.9, 1.5), "A rate of 3e-3 is too high"),
        (with_course(1, 2.3026, 2.3), "At 1e-3, the upper end"),
        (DONE._replace(suited=not_judged("No rate was tried.")), "The program's own check"),
    ],
)
def test_each_step_can_fail_and_alone(done, says):  # H9
    faults = sheet_of(done, 0).disagreements()
    assert len(faults) == 1 and faults[0].startswith(says)


def test_a_rate_that_leaves_no_number_is_too_high_too():
    found = sheet_of(with_course(2, 2.3026, 50.0, math.nan), 0)
    assert found.disagreements() == () and found.tables[0].rows[7][2] == "no number after epoch 2: diverges"
    assert "so it does here: there is no number after epoch 2" in found.words[-2]


def test_a_rate_that_does_not_diverge_here_is_said_not_to():
    found = sheet_of(with_course(2, 2.3026, 1.9, 1.8), 0)
    assert found.disagreements() == () and found.tables[0].rows[7][2] == "2.3026 to 1.8: does not"
    assert "here it does not within 5 epochs, but ends at 1.80, beside 1.60 at 1e-3" in found.words[-2]
    assert "so it does here: after some epoch it is 30, above the first" in sheet_of(DONE, 0).words[-2]


def test_what_lies_past_the_edge_is_said_either_way():
    better = sheet_of(DONE, 0).words[-1]
    assert "rates beyond 1e-3 are better than those below: 0.480 beside 0.470 at best" in better
    assert "at the upper edge of 1e-6 to 1e-3 in the coarse search" in better
    worse = searched("last", PAST, (2e-3, 0.44), (8e-4, 0.47))
    calm = searched("finer", FINE, (4e-4, 0.47))
    said = sheet_of(DONE._replace(searches=(DONE.searches[0], calm, worse)), 0).words[-1]
    assert "rates beyond 1e-3 are no better than those below: 0.440 beside 0.470" in said
    assert "at no edge of 1e-4 to 1e-3 in the finer one" in said
    alone = searched("last", PAST, (8e-4, 0.47))
    said = sheet_of(DONE._replace(searches=(*DONE.searches[:2], alone)), 0).words[-1]
    assert "no rate beyond 1e-3 comes to an accuracy" in said


def test_rates_are_counted_that_lie_in_the_upper_third():
    found = searched("finer", FINE, (9e-4, 0.5), (5e-4, 0.49), (2e-4, 0.48), (1e-3, 0.1))
    assert [found.piled(count) for count in (1, 2, 3, 4)] == [1, 2, 2, 3]  # the third begins at 4.6e-4


def test_a_course_is_told_in_words():
    assert told(course(1e-3, 2.30257, 1.5)) == "2.30257 to 1.5"
    assert told(course(3e-3, 2.0, 9.0)) == "2 to 9"
    assert told(course(1.0, 2.0, math.nan, math.nan)) == "no number after epoch 1"


def test_the_pictures_show_the_trials_and_the_page_is_whole():
    found = sheet_of(DONE, 0)
    assert [figure.key for figure in found.figures] == ["rates", "rates-1", "coarse", "accuracy"]
    accuracy = found.figures[-1].data
    assert [trace["name"] for trace in accuracy] == ["coarse: 10 epochs", "finer: 10 epochs", "last: 10 epochs"]
    np.testing.assert_allclose(accuracy[2]["x"], np.log10([2e-3, 8e-4, 2.5e-3]))
    assert accuracy[2]["y"] == [0.48, 0.47, 0.2]
    shown = render_sheet(found)
    assert all(f'data-figure="{figure.key}"' in shown for figure in found.figures) and ">nan" not in shown


def test_a_failed_trial_is_a_cross_in_the_plane():
    coarse = DONE.searches[0]
    coarse = coarse._replace(records=(*coarse.records, record(2, 9e-4, math.nan, failed=True)))
    trained, lost = sheet_of(DONE._replace(searches=(coarse, *DONE.searches[1:])), 0).figures[2].data
    assert len(trained["x"]) == 2 and lost["x"] == [math.log10(9e-4)]


def test_the_start_is_measured_on_the_network_of_the_notes(ground):  # H9
    begun = look_at_start(ground)
    assert begun.means[0] == pytest.approx(125, abs=5) and abs(begun.means[1]) < 1e-4
    assert begun.first.measured == pytest.approx(math.log(3), abs=0.002)
    # Of 3,072 x 50 + 50 x 3 weights of 1e-4: half of 1000 times their squares.
    assert begun.derived - begun.first.expected == pytest.approx(500 * 153_750 * 1e-8)
    assert begun.penalised.measured == pytest.approx(begun.derived, abs=0.02)
    assert begun.images == 20 and begun.fitted.accuracy == 1.0 and begun.tiny.passed


def test_rates_far_off_either_way_show(ground):  # H9
    slow, fair, fast, wild = run_rates(ground)
    assert [c.rate for c in (slow, fair, fast, wild)] == [1e-6, 1e-3, 3e-3, 1e6]
    assert abs(slow.fallen) < 0.001 and len(slow.loss) == 6
    assert wild.lost is not None and fair.lost is None
    assert fast.loss[-1] < fair.loss[-1] < slow.loss[-1]  # of so few steps the faster takes further here


def test_rates_are_tried_even_where_a_run_is_short(ground, monkeypatch):
    asked = []
    monkeypatch.setattr(runs, "check_rate", lambda prepared, **more: asked.append((prepared, more)))
    assert not runs.rates_that_suit(ground).judged
    assert asked[0][0] is ground.prepared and (asked[0][1]["seed"], asked[0][1]["thorough"]) == (1, True)


def test_three_searches_have_the_ranges_and_lengths_of_the_notes_and_one_past_them(ground, monkeypatch):
    asked = []

    def noted(name, ground, ranges, *, trials, epochs):
        asked.append((name, trials, epochs))
        return searched(name, ranges, (5e-4, 0.4))

    monkeypatch.setattr(runs, "search_ranges", noted)
    found = runs.search_all(ground, 8)
    assert asked == [("coarse", 16, 5), ("finer", 8, 10), ("last", 8, 10)]
    assert [str(one.ranges[RATE]) for one in found] == ["log 1e-6 .. 1e-3", "log 1e-4 .. 1e-3", "log 3e-4 .. 3e-3"]


def test_a_search_tries_its_ranges_and_is_the_same_again(ground):
    ranges = {RATE: FINE[RATE], STRENGTH: FINE[STRENGTH]}
    found = search_ranges("finer", ground, ranges, trials=8, epochs=1)
    assert len({one.proposal.point[RATE] for one in found.records}) == 8 == len(found.records)
    assert all(1e-4 <= one.proposal.point[RATE] <= 1e-3 for one in found.records)
    assert found.best.score == max(one.score for one in found.records)
    assert found == search_ranges("finer", ground, ranges, trials=8, epochs=1)


def test_some_of_the_images_are_taken_and_the_same_ones_again(folder):
    some, all_ = load_images(folder, 120, seed=0), load_images(folder, 10_000, seed=0)
    assert (len(some.targets), len(all_.targets)) == (120, 240)
    assert some.fingerprint == load_images(folder, 120, seed=0).fingerprint
    assert some.fingerprint != load_images(folder, 120, seed=1).fingerprint
    split = ground_of_images(some, seed=0).prepared.split
    assert (len(split.train), len(split.validation), len(split.test)) == (96, 24, 0)


def test_the_page_can_be_made_again_by_its_own_words(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(page, "look_at_start", lambda ground: DONE.begun)
    monkeypatch.setattr(page, "run_rates", lambda ground: DONE.courses)
    monkeypatch.setattr(page, "rates_that_suit", lambda ground: DONE.suited)
    monkeypatch.setattr(page, "search_all", lambda ground, trials: asked.append(trials) or DONE.searches)
    found = baby_sitting(folder, 4, rows=200, trials=9)
    assert asked == [9] and "With 160 training images" in found.headline
    assert found.options == (str(folder), "--rows", "200", "--trials", "9") and found.seed == 4
    assert found.python.endswith(f"baby_sitting(Path({str(folder)!r}), 4, rows=200, trials=9)")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"rows": 99}, r"--rows must be at least 100, so that there is something to learn from; got 99"),
        ({"trials": 7}, r"--trials must be at least 8, for of fewer nobody could say .*; got 7"),
        ({"seed": -1}, "a seed must be a whole number from 0 to 4294967295; got -1"),
    ],
)
def test_what_cannot_be_done_is_refused(folder, more, message):
    with pytest.raises(InputError, match=message):
        baby_sitting(folder, **more)


def test_data_that_are_none_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"is no folder\. Give the one of CIFAR-10's binary files"):
        baby_sitting(tmp_path / "nowhere")
    few = write_planted(tmp_path / "few", rows=60)
    with pytest.raises(InputError, match=r"holds 60 training images; at least 100 are needed\. Use the whole set\."):
        baby_sitting(few)
