"""Histories drawn by hand, for rules whose answer is then known."""

import numpy as np

from thalweg.checks.initial_loss import initial_loss
from thalweg.diagnosis.case import read_case
from thalweg.experiment import Experiment, Training
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.train.history import Evaluation, History
from thalweg.updates.adam import Adam

EXPERIMENT = Experiment(
    dense_network(10), SoftmaxCrossEntropy(), penalty=L2(1e-4), update=Adam(0.01), training=Training(epochs=40)
)


def falling(rows=21, begin=2.3, end=0.2, rate=0.3):
    """A healthy curve: steep, then steady."""
    return end + (begin - end) * np.exp(-rate * np.arange(rows))


def history(training, validation=None, *, training_score=None, score=None, ratios=None, gradients=None, **shares):
    """A history of one member with these curves; scores rise as the losses fall unless they are given.

    The shares of `dead` and `saturated` units of a layer are those of one look after another.
    """
    training = np.asarray(training, float)
    validation = training * 1.02 if validation is None else np.asarray(validation, float)
    score = 1 - validation / 2.5 if score is None else np.asarray(score, float)
    training_score = score + 0.005 if training_score is None else np.asarray(training_score, float)
    best, made = -np.inf, History()
    for row in range(len(training)):
        better = bool(score[row] > best)
        best = max(best, score[row])
        numbers = (training[row], training[row], training_score[row], validation[row], score[row], 0.0)
        made = made.with_evaluation(
            Evaluation(float(row), row * 10, *(np.array([n]) for n in numbers), np.array([better]), float(row))
        )
    if ratios is not None:
        steps = np.arange(20)
        slopes = {f"dense_{k + 1}": {"w": np.full((1, 20), g)} for k, g in enumerate(gradients or ratios)}
        update = {f"dense_{k + 1}": {"w": np.full((1, 20), r)} for k, r in enumerate(ratios)}
        made = made.with_records(
            ({"rate": np.full((1, 20), 0.01), "update_ratio": update, "gradient_norm": slopes},), steps
        )
    for measure, looks in shares.items():
        for row, share in enumerate(looks):
            made = made.with_probe(({f"{measure}_share": {"activation_1": np.array([share])}},), row * 100)
    return made


def case(made, *, metric="accuracy", ending="all epochs were trained", baselines=(), rows=1000, blind=2.3, **changes):
    """What the rules see of a history."""
    task = "regression" if metric in ("r2", "rmse", "mae") else "classes"
    first = float(made.evaluations[0].training_loss[0])
    return read_case(
        made,
        checks=(initial_loss(first, blind), *changes.get("checks", ())),
        experiment=changes.get("experiment", EXPERIMENT),
        task=task,
        metric=metric,
        ending=ending,
        baselines=baselines,
        validation_rows=rows,
        class_weight=changes.get("class_weight", ""),
    )
