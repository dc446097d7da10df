"""The page of the sliding window: scenes, training held against scikit-learn's, mistakes that are learned, claims."""

import numpy as np
import pytest
from sklearn.svm import SVC

from thalweg.classic.boxes import overlaps
from thalweg.classic.detector import Found, Template, look
from thalweg.classic.finds import Curve
from thalweg.lab import sliding_window as page
from thalweg.lab import sliding_window_runs as runs
from thalweg.lab.photographs import CHINA, FLOWER, photograph
from thalweg.lab.scenes import HEIGHT, SIDES, WIDTH, load_ink, scene, write
from thalweg.lab.sheet_page import render_sheet
from thalweg.lab.sliding_window_figures import score_picture

SMALL = runs.Sizes(written=60, scenes=2, random=10, held_out=2, rounds=2, levels=3)
PHOTOS = photograph(CHINA), photograph(FLOWER)


@pytest.fixture(scope="module")
def ink():
    return load_ink()


@pytest.fixture(scope="module")
def small(ink):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "STEPS", 100)
        return runs.search((ink, ink), PHOTOS, seed=3, sizes=SMALL)


def made_up(*precisions, recall=0.9, average=0.9, alone=0.2, false=0.05):
    """Rounds with numbers of our own: 20 boxes above 0 and 5 below."""
    found = []
    for area, precision in zip((0.7, average), precisions, strict=False):
        curve = Curve(np.linspace(1.9, -0.5, 25), np.full(25, precision), np.full(25, recall), area)
        nothing = Found(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 3), int))
        found.append(
            runs.Round(
                Template(np.ones((7, 7, 36)), 0.0, 0.75), 9, 1000, false, (nothing,) * 2, curve, 100, int(100 * alone)
            )
        )
    return tuple(found)


def test_claims_hold_where_mistakes_are_learned_and_fail_where_nothing_is(small, monkeypatch):  # D15
    monkeypatch.setattr(page, "search", lambda *_, **__: small._replace(rounds=made_up(0.02, 0.8)))
    found = page.sliding_window(3)
    assert found.disagreements() == () and len(found.claims) == 6
    assert "rightly is right in 2.0% of what it finds in photographs; taught by its own mistakes, in 80.0%" in (
        found.headline
    )
    for rounds, word in (
        (made_up(0.02, 0.8, false=0.2), "On windows"),
        (made_up(0.2, 0.8), "In pictures"),
        (made_up(0.02, 0.6), "Hard negatives"),
        (made_up(0.02, 0.8, recall=0.7), "And it still"),
        (made_up(0.02, 0.8, average=0.72), "Not the threshold"),
        (made_up(0.02, 0.8, alone=0.5), "Keeping the best"),
    ):
        false = [claim.says for claim in page._claims(small._replace(rounds=rounds)) if not claim.holds]
        assert len(false) == 1 and false[0].startswith(word)


def test_the_page_shows_what_a_search_found(small, monkeypatch):
    monkeypatch.setattr(page, "search", lambda *_, **__: small)
    shown = render_sheet(page.sliding_window(3))
    assert shown.count("<img ") == 6 + 5 + 1 and 'data-figure="precision-recall"' in shown
    assert "thalweg lab sliding-window --seed 3" in shown and ">nan" not in shown


def test_digits_stand_apart_from_each_other_inside_the_scene(ink):
    one, again = (scene(PHOTOS[0], ink, 4, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.pixels, again.pixels)
    boxes = np.concatenate([one.truth, one.others])
    assert one.pixels.shape == (HEIGHT, WIDTH, 3) and 2 <= len(one.truth) <= 3 and 2 <= len(one.others) <= 4
    np.testing.assert_array_equal(overlaps(boxes, boxes) > 0, np.eye(len(boxes), dtype=bool))
    sides = boxes[:, 2:] - boxes[:, :2]
    assert (boxes >= 0).all() and (boxes[:, 2:] <= (HEIGHT, WIDTH)).all()
    assert sides.min() >= SIDES[0] and sides.max() <= SIDES[1] and (sides[:, 0] == sides[:, 1]).all()


@pytest.mark.parametrize(("ground", "colour"), [(200, 0), (50, 255)])
def test_ink_is_black_on_bright_ground_and_white_on_dark(ground, colour):
    pixels = np.full((12, 12, 3), ground, np.uint8)
    write(pixels, np.ones((8, 8)), np.array([2, 3, 10, 11]))
    assert (pixels[2:10, 3:11] == colour).all() and (pixels == ground).sum() == 3 * (144 - 64)
    write(pixels, np.zeros((8, 8)), np.array([0, 0, 8, 8]))
    assert (pixels[2:10, 3:11] == colour).all()  # no ink changes nothing


def test_the_template_is_as_good_as_scikit_learns():
    generator = np.random.default_rng(0)
    n, size = 120, 7 * 7 * 36
    x = generator.normal(size=(n, size)).astype(np.float32) / 20
    x[:60, :200] += 0.01  # classes so near each other that many windows lie within the margin
    template = runs.train(x[:60], x[60:], seed=1)
    signs = np.repeat([1.0, -1.0], 60)

    def cost(w, b):
        return np.maximum(0, 1 - signs * (x @ w + b)).mean() + runs.DECAY / 2 * (w @ w)

    # Both make C sum max(0, 1 - t f) + |w|^2 / 2 small, with C = 1 / (lambda n); neither charges the bias.
    known = SVC(kernel="linear", C=1 / (runs.DECAY * n)).fit(x, signs)
    best = cost(known.coef_[0], known.intercept_[0])
    assert cost(template.weights.ravel(), template.bias) == pytest.approx(best, rel=0.02)
    assert (template.weights.shape, template.inner, template.cells) == ((7, 7, 36), 0.75, 8)


def test_false_alarms_are_windows_without_the_digit_that_cost_something(small):
    template, one, levels = small.rounds[0].template, small.scenes[0], small.levels[0]
    rows = runs._false_alarms([one], [levels], template)
    scores = rows @ template.weights.ravel() + template.bias
    assert len(rows) > 5 and (scores > runs.MARGIN - 1e-4).all() and scores.min() < 0 < scores.max()
    every = look(levels, template, runs.MARGIN)
    alarms = every.at(overlaps(every.boxes, one.truth).max(axis=1) < runs.NEAR)
    assert scores.max() == pytest.approx(alarms.scores.max(), abs=1e-4)  # the worst mistake is among them
    near = Template(template.weights, -1e3, 0.75)
    assert runs._false_alarms([one], [levels], near).shape == (0, 1764)


def test_a_later_round_learns_from_more_and_has_fewer_false_windows(small):
    first, last = small.rounds
    assert last.negatives > first.negatives > 50 and last.false_windows < first.false_windows
    assert first.windows == last.windows and small.objects == sum(len(one.truth) for one in small.scenes)
    assert first.raw >= first.let_in and small.mean.shape == (7, 7, 36) and small.example.shape == (64, 64, 3)


def test_precision_at_0_counts_the_boxes_above_it():
    one = made_up(0.5)[0]
    some = one._replace(curve=Curve(np.array([2.0, 0.1, -0.3]), np.array([1.0, 0.5, 1 / 3]), np.array([1, 1, 1]), 1.0))
    assert (some.let_in, some.precision, some.recall) == (2, 0.5, 1.0)
    none = one._replace(curve=Curve(np.array([-0.3]), np.array([1.0]), np.array([1.0]), 1.0))
    assert none.let_in == 0 and np.isnan(none.precision) and none.recall == 0.0


def test_scores_are_drawn_around_the_middles_of_their_windows(small):
    levels = small.levels[0]
    one = small.rounds[-1]
    picture = score_picture(levels, one, (HEIGHT, WIDTH))[:, :, 0]
    every = look(levels, one.template, -np.inf)
    top, left, bottom, right = every.boxes[np.argmax(every.scores)]
    assert picture[int((top + bottom) / 2), int((left + right) / 2)] == picture.max() > 0
    assert not picture[:8].any()  # no window has its middle so near the edge
    assert (score_picture((), one, (4, 5)) == 0).all()
