"""Scores against scikit-learn's, their intervals against a simulation, and what a part may lack."""

import numpy as np
import pytest
from sklearn import metrics

from thalweg.data.source import Task
from thalweg.runs.scoring import SHOWN_ROWS, Predicted, comparison_of, scores_of

THREE = Task("classes", "kind", ("a", "b", "c"))
TWO = Task("classes", "kind", ("no", "yes"))
NUMBER = Task("regression", "price", ())


def classes(count=200, task=THREE, seed=0, rare=None):
    random = np.random.default_rng(seed)
    size = len(task.classes)
    truth = random.choice(size, count, p=rare).astype(np.int32)
    scores = random.normal(size=(count, size)) + 1.5 * np.eye(size)[truth]
    shares = np.exp(scores)
    outputs = shares / shares.sum(axis=1, keepdims=True)
    return Predicted("validation", truth, outputs, random.uniform(0.5, 2.0, count))


def numbers(count=200, seed=0):
    random = np.random.default_rng(seed)
    truth = random.normal(5, 3, (count, 1))
    return Predicted("validation", truth, truth + random.normal(size=(count, 1)), random.uniform(0.5, 2.0, count))


def by_name(predicted, task, metric):
    return {score.metric: score for score in scores_of(predicted, task, metric)}


def test_classes_agree_with_scikit_learn():
    p = classes(rare=[0.6, 0.36, 0.04])
    found = by_name(p, THREE, "accuracy")
    guess = p.outputs.argmax(axis=1)
    assert list(found) == ["accuracy", "balanced_accuracy", "cross_entropy"]
    assert found["accuracy"].value == pytest.approx(metrics.accuracy_score(p.truth, guess, sample_weight=p.weight))
    balanced = metrics.balanced_accuracy_score(p.truth, guess, sample_weight=p.weight)
    assert found["balanced_accuracy"].value == pytest.approx(balanced)
    assert found["cross_entropy"].value == pytest.approx(metrics.log_loss(p.truth, p.outputs, sample_weight=p.weight))
    assert {(score.part, score.rows) for score in found.values()} == {("validation", 200)}


def test_of_more_than_five_classes_the_first_five_are_told():
    ten = Task("classes", "kind", tuple("abcdefghij"))
    p = classes(task=ten)
    found = by_name(p, ten, "top_5_error")
    assert list(found) == ["top_5_error", "accuracy", "top_5_accuracy", "cross_entropy"]
    theirs = metrics.top_k_accuracy_score(p.truth, p.outputs, k=5, sample_weight=p.weight)
    assert found["top_5_accuracy"].value == pytest.approx(theirs)
    assert found["top_5_error"].value == pytest.approx(1 - theirs)
    assert found["top_5_accuracy"].low < theirs < found["top_5_accuracy"].high


def test_a_rare_class_of_two_brings_average_precision():
    p = classes(task=TWO, rare=[0.95, 0.05])
    found = by_name(p, TWO, "cross_entropy")
    assert list(found) == ["cross_entropy", "accuracy", "balanced_accuracy", "average_precision"]
    expected = metrics.average_precision_score(p.truth == 1, p.outputs[:, 1], sample_weight=p.weight)
    assert found["average_precision"].value == pytest.approx(expected)


def test_numbers_agree_with_scikit_learn():
    p = numbers()
    found = by_name(p, NUMBER, "mae")
    assert list(found) == ["mae", "r2", "rmse"]
    given = (p.truth, p.outputs)
    assert found["r2"].value == pytest.approx(metrics.r2_score(*given, sample_weight=p.weight))
    assert found["rmse"].value == pytest.approx(metrics.root_mean_squared_error(*given, sample_weight=p.weight))
    assert found["mae"].value == pytest.approx(metrics.mean_absolute_error(*given, sample_weight=p.weight))


def test_the_interval_holds_the_score_of_the_population_nineteen_times_of_twenty():
    # A coin that is right with p = 0.8: the interval's coverage over 100 samples of 150 rows.
    task, inside = TWO, 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        truth = random.integers(0, 2, 150).astype(np.int32)
        right = random.random(150) < 0.8
        outputs = np.eye(2)[np.where(right, truth, 1 - truth)]
        score = scores_of(Predicted("test", truth, outputs, np.ones(150)), task, "accuracy")[0]
        inside += score.low <= 0.8 <= score.high
    assert 0.88 <= inside / 100 <= 0.99


def test_the_interval_lies_about_the_score_and_shrinks_with_the_rows():
    few, many = (by_name(classes(count), THREE, "accuracy")["accuracy"] for count in (100, 10_000))
    assert few.low < few.value < few.high
    # Ten times narrower, as the square root of a hundred.
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(10, rel=0.3)
    assert scores_of(classes(), THREE, "accuracy") == scores_of(classes(), THREE, "accuracy")


def test_a_part_of_one_class_has_scores_without_a_warning():
    p = classes(task=TWO)
    same = p._replace(truth=np.zeros_like(p.truth))
    found = by_name(same, TWO, "accuracy")
    assert found["accuracy"].value == pytest.approx(found["balanced_accuracy"].value)
    assert np.isnan(found["average_precision"].value)


def test_two_rows_of_a_class_are_sometimes_not_drawn_and_no_warning_comes():
    truth = np.zeros(60, np.int32)
    truth[:2] = 1
    found = by_name(classes(60, TWO)._replace(truth=truth), TWO, "accuracy")
    assert 0 < found["average_precision"].low <= found["average_precision"].high <= 1


def test_numbers_all_alike_have_no_share_explained():
    p = numbers()._replace(truth=np.full((200, 1), 4.0))
    found = by_name(p, NUMBER, "r2")
    assert np.isnan(found["r2"].value) and np.isfinite(found["rmse"].value)


def test_outputs_that_are_no_numbers_give_no_score():
    found = by_name(numbers()._replace(outputs=np.full((200, 1), np.nan)), NUMBER, "r2")
    assert all(np.isnan((s.value, s.low, s.high)).all() for s in found.values())


def test_a_probability_of_zero_costs_much_but_not_everything():
    outputs = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = by_name(Predicted("test", np.array([0, 0], np.int32), outputs, np.ones(2)), TWO, "cross_entropy")
    assert 300 < found["cross_entropy"].value < 400


def test_the_confusion_counts_rows():
    p = classes()
    counts = np.array(comparison_of(p, THREE).confusion)
    guess = p.outputs.argmax(axis=1)
    np.testing.assert_array_equal(counts, metrics.confusion_matrix(p.truth, guess))
    assert counts.sum() == 200
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(p.truth))


def test_numbers_are_compared_on_some_rows_in_their_order():
    p = numbers(SHOWN_ROWS + 500)
    found = comparison_of(p, NUMBER)
    assert len(found.truth) == len(found.predicted) == SHOWN_ROWS and found.confusion == ()
    where = {value: row for row, value in enumerate(p.truth[:, 0].tolist())}
    at = [where[value] for value in found.truth]
    assert at == sorted(at)
    assert [p.outputs[row, 0] for row in at] == list(found.predicted)
    assert comparison_of(p, NUMBER) == found


def test_an_unknown_metric_is_refused():
    with pytest.raises(ValueError, match="no such metric: 'f7'"):
        scores_of(classes(), THREE, "f7")
