"""Scores of several yes/no answers, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn import metrics

from thalweg.data.source import Attribute, Task
from thalweg.runs import scoring
from thalweg.runs.attribute_scores import answers_of, attribute_measure
from thalweg.runs.scoring import Predicted, comparison_of, scores_of

random = np.random.default_rng(0)
N, K = 200, 4
TRUTH = (random.uniform(size=(N, K)) < (0.5, 0.3, 0.2, 0.0)).astype(np.int32)  # nobody has the last
YES = np.clip(0.3 * TRUTH + random.uniform(0, 0.7, (N, K)), 0.01, 0.99).round(2)  # rounded, so that some are alike
OUTPUTS = np.stack([1 - YES, YES], axis=2)
WEIGHT = random.uniform(0.1, 2, N)
TASK = Task("attributes", "a, b, c, d", (), tuple(Attribute(name, "0", "1") for name in "abcd"))


def test_they_are_scikit_learns():
    said = OUTPUTS.argmax(axis=2)
    expected = {
        "accuracy": np.average((said == TRUTH).mean(axis=1), weights=WEIGHT),
        "exact_match": metrics.accuracy_score(TRUTH, said, sample_weight=WEIGHT),
        "balanced_accuracy": np.mean(
            [
                metrics.recall_score(t, s, sample_weight=WEIGHT, labels=np.unique(t), average="macro")
                for t, s in zip(TRUTH.T, said.T, strict=True)
            ]
        ),
        "cross_entropy": sum(
            metrics.log_loss(t, p, sample_weight=WEIGHT, labels=[0, 1]) for t, p in zip(TRUTH.T, YES.T, strict=True)
        ),
        # Where nobody is to be found nothing can be.
        "mean_average_precision": metrics.average_precision_score(
            TRUTH[:, :3], YES[:, :3], average="macro", sample_weight=WEIGHT
        ),
    }
    for metric, value in expected.items():
        assert attribute_measure(TRUTH, OUTPUTS, metric)(WEIGHT) == pytest.approx(value, rel=1e-9), metric


def test_average_precision_by_hand():
    # By falling score: yes, no, yes. (1/2) 1/1 + (1/2) 2/3 = 5/6; with the no twice (1/2) 1/1 + (1/2) 2/4 = 3/4.
    truth, yes = np.array([[1], [0], [1]]), np.array([0.9, 0.5, 0.1])
    measure = attribute_measure(truth, np.stack([1 - yes, yes], axis=1)[:, None], "mean_average_precision")
    assert measure(np.ones(3)) == pytest.approx(5 / 6)
    assert measure(np.array([1.0, 2.0, 1.0])) == pytest.approx(3 / 4)
    assert np.isnan(measure(np.array([0.0, 1.0, 0.0])))  # none of the resampled rows is a yes


def test_answers_are_counted_by_hand():
    truth = np.array([[0], [0], [0], [1], [1], [1], [1]])
    yes = np.array([0.1, 0.5, 0.9, 0.2, 0.8, 0.9, 0.7])  # at a half: no
    found = answers_of("test", truth, np.stack([1 - yes, yes], axis=1)[:, None])
    assert (found.part, found.answers) == ("test", ((2, 1, 1, 3),))


def test_balanced_accuracy_stands_beside_where_an_answer_is_rare():
    predicted = Predicted("validation", TRUTH, OUTPUTS, np.ones(N))
    names = ["accuracy", "exact_match", "balanced_accuracy", "mean_average_precision", "cross_entropy"]
    assert [score.metric for score in scores_of(predicted, TASK, "accuracy")] == names
    assert all(score.low <= score.value <= score.high for score in scores_of(predicted, TASK, "accuracy"))
    assert len(comparison_of(predicted, TASK).answers) == K
    even = Predicted("validation", TRUTH[:, :2], OUTPUTS[:, :2], np.ones(N), probable=False)
    assert [s.metric for s in scores_of(even, TASK, "exact_match")] == [
        "exact_match",
        "accuracy",
        "mean_average_precision",
    ]


def test_what_would_take_minutes_is_left_out(monkeypatch):
    monkeypatch.setattr(scoring, "MOST_SORTED", N * K - 1)
    predicted = Predicted("validation", TRUTH, OUTPUTS, np.ones(N))
    assert "mean_average_precision" not in [score.metric for score in scores_of(predicted, TASK, "accuracy")]


def test_another_metric_is_refused():
    with pytest.raises(ValueError, match="no such metric of attributes: 'r2'"):
        attribute_measure(TRUTH, OUTPUTS, "r2")
