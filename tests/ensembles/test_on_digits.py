"""On real digits an ensemble is better than its best member, and calibrated it is as sure as it is right."""

import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.data.open import open_source
from thalweg.data.split import split_source
from thalweg.diagnosis.attempts import Ground
from thalweg.ensembles.members import member_predictions, train_members
from thalweg.ensembles.snapshots import train_snapshots
from thalweg.experiment import Experiment, Training
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Standardize
from thalweg.runs.ensemble.combined import combined
from thalweg.runs.ensemble.gain import best_of, gain_over
from thalweg.runs.ensemble.temperature import calibration_error, fit_temperature, tempered
from thalweg.runs.scoring import Predicted
from thalweg.schedules.cyclic import Cyclic
from thalweg.search.engine.train_trials import Engine
from thalweg.spec import replaced
from thalweg.train.prepare import prepare
from thalweg.updates.momentum import Momentum

SPEC = Experiment(
    Sequential((Dense(12), Activation(ReLU()), Dense(10))),
    SoftmaxCrossEntropy(),
    preprocess=Standardize(),
    update=Momentum(0.05),
    training=Training(batch=64, epochs=12),
)


@pytest.fixture(scope="module")
def ground():
    source = open_source("digits")
    split, _ = split_source(source, split_seed=0)
    prepared = prepare(source, split, SPEC)
    return Ground(source, prepared, prepared.weight, split.train[:200], "accuracy", seed=0)


def scored(ground, part, outputs):
    """Predictions of one part, as the project scores them."""
    return Predicted("part", ground.source.targets[part], outputs[part], ground.prepared.weight[part])


def test_members_together_are_better_than_the_best_of_them(ground):
    split = ground.prepared.split
    gained = {"scores": ([], []), "probabilities": ([], [])}
    for first in (0, 100, 200):
        members = train_members(Engine(ground), SPEC, range(first, first + 8))
        outputs = member_predictions(SPEC.objective(), members.weights, ground.prepared.x)
        best = best_of([scored(ground, split.validation, one) for one in outputs], "accuracy")
        for average, (ours, theirs) in gained.items():
            ours.append(scored(ground, split.test, combined(outputs, average)))
            theirs.append(scored(ground, split.test, outputs[best]))
    for ours, theirs in gained.values():
        found = gain_over(ours, theirs, "accuracy")
        assert 0.005 < found.value < 0.05
        assert gain_over(ours, theirs, "cross_entropy").low > 0


def test_snapshots_together_are_better_than_the_last_of_them(ground):
    spec = replaced(SPEC, schedule=Cyclic(4), update=Momentum(0.1), training=Training(batch=64, epochs=24))
    pairs = []
    for seed in (0, 1, 2):
        found = train_snapshots(Engine(ground), spec, seed)
        outputs = member_predictions(spec.objective(), found.weights, ground.prepared.x)
        test = ground.prepared.split.test
        pairs.append([scored(ground, test, one) for one in (combined(outputs), outputs[-1])])
    assert gain_over(*zip(*pairs, strict=True), "cross_entropy").value > 0


def test_a_temperature_found_on_validation_rows_calibrates_the_test_rows(ground):
    split, y = ground.prepared.split, ground.source.targets
    spec = replaced(SPEC, training=Training(batch=64, epochs=3))  # too short a training to be sure
    members = train_members(Engine(ground), spec, range(4))
    p = combined(member_predictions(spec.objective(), members.weights, ground.prepared.x))
    found = fit_temperature(p[split.validation], y[split.validation])
    before, after = (calibration_error(q[split.test], y[split.test]) for q in (p, tempered(p, found.value)))
    assert found.value < 0.9 and after < 0.7 * before
    np.testing.assert_array_equal(tempered(p, found.value).argmax(axis=1), p.argmax(axis=1))
