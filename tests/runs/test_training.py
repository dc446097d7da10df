"""What training sees of a run: its rows, its weights, its seeds."""

import numpy as np
import pytest

from thalweg.activations.sigmoid import Sigmoid
from thalweg.data.arrays import from_arrays
from thalweg.data.split import split_source
from thalweg.defaults import default_experiment
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.runs.beginning import record_of
from thalweg.runs.examples import Examples
from thalweg.runs.options import options_of
from thalweg.runs.probe_rows import MOST, probe_rows
from thalweg.runs.training import WATCHED_ROWS, beginning
from thalweg.spec import replaced
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV
from thalweg.train.prepare import prepare
from thalweg.train.seen import seen_by_start


def begun(count=400, start=None, **options):
    random = np.random.default_rng(0)
    y = (random.random(count) < 0.1).astype(int)
    source = from_arrays(random.normal(size=(count, 3)), y, name="toy", weight=random.uniform(0.5, 2, count))
    split, remarks = split_source(source)
    examples = Examples(source, split, remarks, source.fingerprint, (source.fingerprint,))
    experiment = default_experiment(source, len(split.train))
    experiment = experiment if start is None else replaced(experiment, start=start)
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
    assert len(data.watched) == WATCHED_ROWS
    assert len(data.probe) == probe_rows(dense_network(2), data.x.shape[1:], plan)
    assert len(begun(4000, monitors="full")[2][1].probe) == MOST
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


def test_a_start_sees_training_rows_with_their_training_weights():
    for options in ({}, {"class_weight": "balanced"}):
        source, split, (state, data, _) = begun(start=ClassPriors(), **options)
        mine, rare = data.weight[split.train], source.targets[split.train] == 1
        found = float(state.members.carry.params["dense_3"]["b"][0, 0])
        assert found == pytest.approx(np.log(mine[rare].sum() / mine[~rare].sum()), abs=1e-4)


def test_a_start_looks_at_no_more_inputs_than_it_needs(monkeypatch):
    def widths():
        *_, (state, _, _) = begun(start=LSUV())
        return float(np.linalg.norm(state.members.carry.params["dense_1"]["w"]))

    full = widths()
    assert full == widths()
    monkeypatch.setattr("thalweg.train.seen.SEEN_ROWS", 20)
    assert full != widths()


def test_a_start_that_learns_is_shown_every_training_row_in_the_order_of_the_targets(monkeypatch):
    monkeypatch.setattr("thalweg.train.seen.SEEN_ROWS", 20)
    source, split, _ = begun()
    default = default_experiment(source, len(split.train))
    network = Sequential((Dense(4), Activation(Sigmoid()), default.network.layers[-1]))
    spec = replaced(default, network=network, start=BoltzmannStack())
    prepared = prepare(source, split, spec)
    weight = np.arange(len(prepared.x), dtype=np.float32) % 3
    seen = seen_by_start(prepared, weight, seed=0)
    np.testing.assert_array_equal(seen.x, prepared.x[split.train])
    np.testing.assert_array_equal(seen.y, prepared.y[split.train])
    np.testing.assert_array_equal(seen.weight, weight[split.train])


def test_a_start_that_looks_at_nothing_is_shown_nothing():
    source, split, _ = begun()
    prepared = prepare(source, split, default_experiment(source, len(split.train)))
    assert seen_by_start(prepared, prepared.weight, seed=0) is None
    asked = prepare(source, split, replaced(prepared.experiment, start=LSUV()))
    assert len(seen_by_start(asked, asked.weight, seed=0).y) == len(split.train)
