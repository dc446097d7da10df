"""Reading the records of monitors by name."""

import numpy as np
from tests.report.example import history

from thalweg.layers.dense import Dense
from thalweg.monitors.activations import activation_monitor
from thalweg.monitors.steps import StepMonitor
from thalweg.network.sequential import Sequential
from thalweg.objective import Evaluated
from thalweg.report.series import MOST_POINTS, Series, of_evaluations, of_probes, of_steps, thinned
from thalweg.train.history import History
from thalweg.train.observers import ProbeView, View


def test_records_are_found_by_measure_and_tensor():
    made = history(epochs=3)
    assert list(of_steps(made, "data_loss")) == [""]
    assert set(of_steps(made, "update_ratio")) == {"dense_1/w", "dense_1/b", "dense_2/w", "dense_2/b"}
    assert of_steps(made, "rate")[""].at[:3].tolist() == [0, 1, 2]
    assert of_evaluations(made, "validation_loss").at.tolist() == [1.0, 2.0, 3.0]
    assert of_steps(made, "no such measure") == {}


def test_a_layer_that_cannot_die_is_left_out_of_the_dead_shares():
    assert list(of_probes(history(epochs=2), "dead_share")) == ["activation_1"]


def test_an_empty_history_has_no_series():
    empty = History()
    assert of_steps(empty, "rate") == {} and of_probes(empty, "std") == {}
    assert len(of_evaluations(empty, "training_loss").at) == 0


def test_the_first_member_of_a_population_is_read():
    made = History().with_records({"0": {"rate": np.array([[1.0, 2.0], [5.0, 6.0]])}}, np.arange(2))
    assert of_steps(made, "rate")[""].values.tolist() == [1.0, 2.0]


def test_what_is_no_number_a_step_is_passed_over():
    made = History().with_records({"0": {"histogram": {"w": np.zeros((1, 2, 10))}}}, np.arange(2))
    assert of_steps(made, "histogram") == {}


def test_the_names_are_those_that_the_monitors_give():
    w = {"dense_1": {"w": np.ones((2, 2), np.float32), "b": np.zeros(2, np.float32)}}
    zero = np.float32(0)
    record = StepMonitor().measure(View(zero, zero, Evaluated(zero, zero, {}), w, w, w))
    x = {"dense_1": np.ones((3, 2), np.float32)}
    probe = activation_monitor(Sequential((Dense(2),))).measure_probe(ProbeView(w, {}, x, x))
    one = {"0": _first(record)}
    made = History().with_records(one, np.arange(1)).with_probe({"0": _first(probe, rows=False)}, 0)
    assert set(of_steps(made, "gradient_norm")) == {"dense_1/w", "dense_1/b"}
    assert [list(of_steps(made, name)) for name in ("data_loss", "penalty", "rate")] == [[""]] * 3
    assert list(of_probes(made, "std")) == list(of_probes(made, "gradient_norm")) == ["dense_1"]


def test_a_long_series_is_thinned_and_keeps_its_ends():
    series = Series(np.arange(10_000), np.arange(10_000.0))
    thin = thinned(series)
    assert len(thin.at) == MOST_POINTS and thin.at[0] == 0 and thin.at[-1] == 9_999
    assert (thin.at == thin.values).all()
    assert thinned(thin) is thin


def _first(tree, *, rows=True):
    """The record of a population of one, of one step."""
    if isinstance(tree, dict):
        return {name: _first(item, rows=rows) for name, item in tree.items()}
    return np.asarray(tree)[None, None] if rows else np.asarray(tree)[None]
