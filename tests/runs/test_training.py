"""What training sees of a run: its rows, its weights, its seeds."""

import numpy as np
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.split import split_source
from thalweg.defaults import default_experiment
from thalweg.runs.beginning import record_of
from thalweg.runs.examples import Examples
from thalweg.runs.options import options_of
from thalweg.runs.training import PROBE_ROWS, WATCHED_ROWS, beginning
from thalweg.train.prepare import prepare


def begun(count=400, **options):
    random = np.random.default_rng(0)
    y = (random.random(count) < 0.1).astype(int)
    source = from_arrays(random.normal(size=(count, 3)), y, name="toy", weight=random.uniform(0.5, 2, count))
    split, remarks = split_source(source)
    examples = Examples(source, split, remarks, source.fingerprint, (source.fingerprint,))
    experiment = default_experiment(source, len(split.train))
    record = record_of((source.inputs, y), options_of(options), examples, experiment)
    prepared = prepare(source, split, experiment)
    return source, split, beginning(record, source, prepared)


def test_weights_of_the_data_count_in_training_and_in_scores():
    source, _, (_, data, _) = begun()
    np.testing.assert_array_equal(data.weight, source.weight)
    np.testing.assert_array_equal(data.scoring_weight, source.weight)


def test_balanced_classes_weigh_the_same_in_all_and_scores_are_left_as_they_are():
    source, split, (_, data, _) = begun(class_weight="balanced")
    factor = (data.weight / source.weight)[split.train]
    totals = [factor[source.targets[split.train] == k].sum() for k in (0, 1)]
    assert totals[0] == pytest.approx(totals[1], rel=1e-5)
    assert factor.sum() == pytest.approx(len(split.train), rel=1e-5)
    np.testing.assert_array_equal(data.scoring_weight, source.weight)


def test_what_is_looked_at_beside_training_is_drawn_from_the_training_rows():
    _, split, (_, data, plan) = begun(4000)
    assert len(data.watched) == WATCHED_ROWS and len(data.probe) == PROBE_ROWS
    assert set(data.probe) <= set(data.watched) <= set(split.train)
    np.testing.assert_array_equal(data.watched, begun(4000, seed=3)[2][1].watched)  # on the split's seed alone
    np.testing.assert_array_equal(plan.rows, split.train)
    np.testing.assert_array_equal(data.validation, split.validation)


def test_the_seed_moves_weights_and_order():
    (one, _, plan), (other, _, second) = begun()[2], begun(seed=1)[2]
    weights = [np.asarray(state.members.carry.params["dense_1"]["w"]) for state in (one, other)]
    assert not np.array_equal(*weights)
    assert not np.array_equal(plan.order(0)[0], second.order(0)[0])
    assert plan.total == plan.steps * 100
