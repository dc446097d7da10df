"""A gain is a difference of the project's own scores, with an interval over rows and seeds."""

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.runs.ensemble import gain as gains
from thalweg.runs.ensemble.gain import best_of, gain_over
from thalweg.runs.scoring import Predicted, score_by


def classes(guess, y, weight=None, classes=3):
    """Predictions that are sure of a class."""
    return Predicted("test", y, np.eye(classes)[guess], np.ones(len(y)) if weight is None else weight)


def two(rows=400, seed=0, better=0.15):
    """A predictor that is right on half of the rows, and one that is right on some more."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, rows)
    worse = np.where(random.random(rows) < 0.5, y, (y + 1) % 3)
    return classes(np.where(random.random(rows) < better, y, worse), y), classes(worse, y)


def test_it_is_the_difference_of_the_projects_scores():
    first, other = two()
    for metric in ("accuracy", "balanced_accuracy"):
        found = gain_over([first], [other], metric)
        scores = score_by(first, metric).value, score_by(other, metric).value
        assert (found.score, found.other) == scores and found.value == pytest.approx(scores[0] - scores[1])
        assert (found.rows, found.seeds, found.metric) == (400, 1, metric)
        assert found.low < found.value < found.high and found.certain


def test_an_error_that_becomes_smaller_is_a_gain():
    random = np.random.default_rng(0)
    truth = random.normal(size=(300, 1))
    near, far = (Predicted("test", truth, truth + s * random.normal(size=(300, 1)), np.ones(300)) for s in (0.5, 1.0))
    for metric in ("rmse", "mae"):
        found = gain_over([near], [far], metric)
        assert found.value == pytest.approx(found.other - found.score) and found.low > 0
        assert gain_over([far], [near], metric).high < 0
    explained = gain_over([near], [far], "r2")
    assert explained.value == pytest.approx(explained.score - explained.other) and explained.low > 0


def test_the_interval_is_as_wide_as_the_spread_of_the_rows_differences_says():
    first, other = two(2_000)
    found = gain_over([first], [other], "accuracy")
    hits = [(p.outputs.argmax(axis=1) == p.truth).astype(float) for p in (first, other)]
    deviation = np.std(hits[0] - hits[1]) / np.sqrt(2_000)  # of the mean of so many rows drawn anew
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * deviation, rel=0.08)
    assert (found.high + found.low) / 2 == pytest.approx(found.value, abs=0.2 * deviation)
    apart = np.sqrt(np.var(hits[0]) + np.var(hits[1])) / np.sqrt(2_000)
    assert (found.high - found.low) / 2 < 0.8 * 1.96 * apart  # what pairs are good for


def test_two_rows_by_hand(monkeypatch):
    # Rows with differences 1 and 0: drawn twice, once or never, the first makes the gain 1, 1/2 or 0.
    y, drawn = np.array([0, 1]), []
    whole = np.quantile
    monkeypatch.setattr(gains.np, "quantile", lambda values, shares: drawn.extend(values) or whole(values, shares))
    found = gain_over([classes(y, y)], [classes(np.array([2, 1]), y)], "accuracy")
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [0.0, 0.5, 1.0] and len(drawn) == 2_000
    np.testing.assert_allclose(counts / 2_000, [0.25, 0.5, 0.25], atol=0.04)
    assert (found.value, found.low, found.high, found.certain) == (0.5, 0.0, 1.0, False)


def test_seeds_are_drawn_as_rows_are():
    # All rows gain from one seed and none from the other: rows vary nothing, the seeds everything.
    y = np.zeros(50, int)
    right, wrong = classes(y, y), classes(y + 1, y)
    found = gain_over([right, right], [wrong, right], "accuracy")
    assert (found.value, found.low, found.high, found.seeds) == (0.5, 0.0, 1.0, 2)
    assert gain_over([right], [wrong], "accuracy")[1:4] == (1.0, 1.0, 1.0)


def test_rows_and_seeds_together_vary_more_than_rows_alone():
    pairs = [two(300, seed=s, better=b) for s, b in ((0, 0.05), (0, 0.2), (0, 0.4))]
    first, other = zip(*pairs, strict=True)
    both = gain_over(first, other, "accuracy")
    alone = [gain_over([a], [b], "accuracy") for a, b in pairs]
    assert both.value == pytest.approx(np.mean([one.value for one in alone]))
    assert both.high - both.low > 1.3 * max(one.high - one.low for one in alone)


def test_weights_of_rows_count():
    y = np.array([0, 1, 2, 0])
    weight = np.array([5.0, 1.0, 1.0, 1.0])
    found = gain_over([classes(y, y, weight)], [classes(np.array([1, 1, 2, 0]), y, weight)], "accuracy")
    assert found.value == pytest.approx(5 / 8)


def test_rows_that_count_for_nothing_vary_nothing():
    first, other = two()
    apart = first.outputs.argmax(axis=1) != other.outputs.argmax(axis=1)
    pair = [one._replace(weight=np.where(apart, 0.0, 2.0)) for one in (first, other)]
    assert gain_over(*([one] for one in pair), "accuracy")[1:4] == (0.0, 0.0, 0.0)
    y, weight = np.array([0, 1, 2, 0]), np.array([0.0, 0.0, 0.0, 1.0])  # a third of the draws has no row that counts
    pair = [classes(guess, y, weight) for guess in (y, (y + 1) % 3)]
    assert gain_over(*([one] for one in pair), "accuracy")[1:4] == (1.0, 1.0, 1.0)


def test_the_same_seed_draws_the_same_and_blocks_change_nothing_but_the_draws(monkeypatch):
    first, other = two()
    found = gain_over([first], [other], "accuracy")
    assert gain_over([first], [other], "accuracy") == found != gain_over([first], [other], "accuracy", seed=1)
    monkeypatch.setattr(gains, "_BLOCK", 1_000)
    np.testing.assert_allclose(gain_over([first], [other], "accuracy")[1:4], found[1:4], atol=0.01)


def test_of_draws_without_a_score_the_others_count():
    truth = np.array([[0.0], [1.0]])
    one, off = (Predicted("test", truth, truth + e, np.ones(2)) for e in (0.0, 0.5))
    found = gain_over([one], [off], "r2")
    assert np.isfinite(found[1:4]).all() and found.value == 1.0
    alike = Predicted("test", np.zeros((2, 1)), np.zeros((2, 1)), np.ones(2))
    assert np.isnan(gain_over([alike], [alike], "r2")[1:4]).all()


def test_the_best_is_the_one_with_the_best_score_whichever_way_the_metric_goes():
    first, other = two()
    assert best_of([other, first, first], "accuracy") == 1
    truth = np.arange(4.0)[:, None]
    off = [Predicted("validation", truth, truth + e, np.ones(4)) for e in (0.5, 0.1, 0.3)]
    assert best_of(off, "rmse") == 1 and best_of(off, "r2") == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a, b: gain_over([a], [b], "beauty"), r"^a gain is measured in accuracy, .*; got 'beauty'\.$"),
        (lambda a, b: gain_over([], [], "accuracy"), r"^a gain needs predictions of both .* seeds; got 0 and 0\.$"),
        (lambda a, b: gain_over([a, a], [b], "accuracy"), r"^a gain needs predictions of both .*; got 2 and 1\.$"),
        (
            lambda a, b: gain_over([a], [two(399)[0]], "accuracy"),
            r"^a gain needs predictions of the same rows, one or more; got those of other rows\.$",
        ),
        (
            lambda a, b: gain_over([a], [b._replace(weight=2 * b.weight)], "accuracy"),
            r"^a gain needs predictions of the same rows",
        ),
        (lambda a, b: gain_over([two(0)[0]], [two(0)[0]], "accuracy"), r"^a gain needs predictions of the same rows"),
        (lambda a, b: best_of([], "accuracy"), r"^the best of 0 is sought by one of accuracy, .*; got 'accuracy'\.$"),
        (lambda a, b: best_of([a], "beauty"), r"^the best of 1 is sought by one of accuracy, .*; got 'beauty'\.$"),
    ],
)
def test_misuse_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call(*two())
