"""Scores from sums, against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from thalweg.train.evaluate import Sums
from thalweg.train.scores import METRICS, default_metric, loss_of, score_of, variance_of

N, C = 300, 4


def classes(seed=0, *, absent=False):
    """Two members' sums over random rows, and the rows themselves."""
    random = np.random.default_rng(seed)
    y, weight = random.integers(0, C - absent, N), random.uniform(0.1, 2, N)
    probabilities = random.dirichlet(np.ones(C), size=(2, N))
    known = np.eye(C)[y]
    right = probabilities.argmax(-1) == y[None, :]
    losses = -np.log(probabilities[:, np.arange(N), y])
    hits, totals = (right * weight[None, :]) @ known, np.stack([weight @ known] * 2)
    # The loss trained with is another number than the cross-entropy, as a smoothed one is.
    ranks = (probabilities > probabilities[:, np.arange(N), y][..., None]).sum(-1)
    parts = losses @ weight, right @ weight, (ranks < 2) @ weight  # as if two of the four classes counted as first
    sums = Sums(np.full(2, weight.sum()), 3 * losses @ weight, hits, totals, *parts)
    return sums, y, weight, probabilities


def amounts(k=1):
    random = np.random.default_rng(1)
    y, weight = 3 + random.normal(size=(N, k)), random.uniform(0.1, 2, N)
    predicted = y[None] + random.normal(size=(2, N, k)) * np.array([0.5, 2.0])[:, None, None]
    w = weight[None, :, None]
    squared, absolute = (w * (predicted - y) ** 2).sum((1, 2)), (w * np.abs(predicted - y)).sum((1, 2))
    sums = Sums(np.full(2, weight.sum()), squared / 2, absolute[:, None], squared[:, None], *[np.full(2, np.nan)] * 2)
    mean = np.average(y, axis=0, weights=weight)
    variance = ((weight[:, None] * (y - mean) ** 2).sum() / weight.sum()).item()
    return sums, y, weight, predicted, variance


@pytest.mark.parametrize("absent", [False, True])
def test_class_scores_are_scikit_learns(absent):
    sums, y, weight, probabilities = classes(absent=absent)
    for i in range(2):
        predicted = probabilities[i].argmax(-1)
        accuracy = metrics.accuracy_score(y, predicted, sample_weight=weight)
        np.testing.assert_allclose(score_of("accuracy", sums)[i], accuracy, rtol=1e-12)
        present = np.isin(predicted, y)  # scikit-learn warns of classes that are predicted and never true
        assert absent != present.all()
        recalls = metrics.recall_score(
            y, predicted, sample_weight=weight, labels=np.unique(y), average="macro", zero_division=0
        )
        np.testing.assert_allclose(score_of("balanced_accuracy", sums)[i], recalls, rtol=1e-12)
        near = metrics.top_k_accuracy_score(y, probabilities[i], k=2, sample_weight=weight, labels=range(C))
        np.testing.assert_allclose(score_of("top_5_accuracy", sums)[i], near, rtol=1e-12)
        np.testing.assert_allclose(score_of("top_5_error", sums)[i], 1 - near, rtol=1e-12)
        loss = metrics.log_loss(y, probabilities[i], sample_weight=weight, labels=range(C))
        np.testing.assert_allclose(score_of("cross_entropy", sums)[i], loss, rtol=1e-12)
        np.testing.assert_allclose(loss_of(sums)[i], 3 * loss, rtol=1e-12)


def test_the_scores_of_attributes_are_the_means_of_each_ones_and_an_exact_match_has_all_right():
    random = np.random.default_rng(2)
    k, weight = 3, random.uniform(0.1, 2, N)
    y = random.integers(0, 2, (N, k))
    y[:, 2] = 0  # an answer that the part has no rows of
    said = np.where(random.uniform(size=(2, N, k)) < 0.7, y, 1 - y)
    known, right = np.eye(2)[y], said == y
    hits = np.einsum("n,mnk,nka->mka", weight, right, known)
    totals = np.stack([np.einsum("n,nka->ka", weight, known)] * 2)
    whole = right.all(-1) @ weight
    sums = Sums(np.full(2, weight.sum()), np.ones(2), hits, totals, np.ones(2), whole)
    for i in range(2):
        each = [metrics.accuracy_score(y[:, j], said[i, :, j], sample_weight=weight) for j in range(k)]
        np.testing.assert_allclose(score_of("accuracy", sums)[i], np.mean(each), rtol=1e-12)
        recalls = [
            metrics.recall_score(
                y[:, j], said[i, :, j], sample_weight=weight, labels=np.unique(y[:, j]), average="macro"
            )
            for j in range(k)
        ]
        np.testing.assert_allclose(score_of("balanced_accuracy", sums)[i], np.mean(recalls), rtol=1e-12)
        exact = metrics.accuracy_score(y, said[i], sample_weight=weight)
        np.testing.assert_allclose(score_of("exact_match", sums)[i], exact, rtol=1e-12)


def test_regression_scores_are_scikit_learns():
    sums, y, weight, predicted, variance = amounts()
    for i in range(2):
        r2 = metrics.r2_score(y, predicted[i], sample_weight=weight)
        np.testing.assert_allclose(score_of("r2", sums, variance=variance)[i], r2, rtol=1e-12)
        rmse = metrics.root_mean_squared_error(y, predicted[i], sample_weight=weight)
        np.testing.assert_allclose(score_of("rmse", sums)[i], rmse, rtol=1e-12)
        np.testing.assert_allclose(score_of("rmse", sums, unit=2.5)[i], 2.5 * rmse, rtol=1e-12)
        mae = metrics.mean_absolute_error(y, predicted[i], sample_weight=weight)
        np.testing.assert_allclose(score_of("mae", sums, unit=2.5)[i], 2.5 * mae, rtol=1e-12)


def test_r2_of_several_outputs_weighs_them_by_their_variance():
    sums, y, weight, predicted, variance = amounts(k=3)
    for i in range(2):
        r2 = metrics.r2_score(y, predicted[i], sample_weight=weight, multioutput="variance_weighted")
        np.testing.assert_allclose(score_of("r2", sums, variance=variance)[i], r2, rtol=1e-12)


def test_targets_that_are_all_alike_leave_nothing_to_explain():
    sums = Sums(np.full(2, 3.0), np.array([0.0, 0.5]), *[np.array([[0.0], [1.0]])] * 2, *[np.full(2, np.nan)] * 2)
    theirs = [metrics.r2_score([2, 2, 2], predicted) for predicted in ([2, 2, 2], [2, 2, 3])]
    assert score_of("r2", sums, variance=0.0).tolist() == theirs == [1.0, 0.0]


def test_the_variance_of_targets_is_numpys_and_one_for_classes():
    targets, weight = np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 8.0]]), np.array([2.0, 1.0, 1.0])
    # Counting the first row twice: 1, 1, 2, 4 and 5, 5, 5, 8.
    np.testing.assert_allclose(variance_of(targets, weight), np.var([1, 1, 2, 4]) + np.var([5, 5, 5, 8]), rtol=1e-12)
    assert variance_of(np.array([0, 1, 2]), weight) == 1.0
    far = np.float32(1e6) + np.arange(4, dtype=np.float32)[:, None]  # float32 would lose it
    np.testing.assert_allclose(variance_of(far, np.ones(4, np.float32)), 1.25, rtol=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_a_member_whose_loss_is_nan_has_no_score(metric):
    sums = amounts()[0] if "regression" in METRICS[metric].tasks else classes()[0]
    broken = sums._replace(loss=np.array([np.nan, 1.0]))
    assert np.isnan(score_of(metric, broken)).tolist() == [True, False]


@pytest.mark.parametrize("metric", METRICS)
def test_an_infinite_error_gives_a_number_without_a_warning(metric):
    infinite = Sums(np.ones(1), np.array([np.inf]), *[np.array([[np.inf]])] * 2, np.array([np.inf]), np.array([1.0]))
    if "regression" not in METRICS[metric].tasks:
        infinite = infinite._replace(hits=np.array([[0.0]]), totals=np.array([[1.0]]), near=np.array([1.0]))
    assert not np.isnan(score_of(metric, infinite, variance=2.0)).any()


def test_metrics_say_which_way_is_better():
    assert {name for name, metric in METRICS.items() if metric.larger_is_better} == {
        "accuracy",
        "balanced_accuracy",
        "top_5_accuracy",
        "exact_match",
        "r2",
    }
    assert all(name == metric.name for name, metric in METRICS.items())


def test_each_task_has_its_default():
    tasks = ("classes", "regression", "attributes")
    assert tuple(map(default_metric, tasks)) == ("accuracy", "r2", "accuracy")
    assert all(task in METRICS[default_metric(task)].tasks for task in tasks)


def test_an_unknown_metric_is_refused():
    with pytest.raises(ValueError, match=r"score_of knows accuracy, balanced_accuracy, .*; got 'f1'"):
        score_of("f1", classes()[0])
