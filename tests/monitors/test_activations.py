"""The activation monitor: units known to be dead or saturated, and a plain twin."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.monitors.small import data, experiment
from thalweg.activations.gelu import GELU
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.softmax import Softmax
from thalweg.activations.tanh import Tanh
from thalweg.catalogue import KINDS
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.monitors.activations import ActivationMonitor, Bounds, activation_monitor
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.spec import stack
from thalweg.train.observers import ProbeView
from thalweg.train.population import start
from thalweg.train.probe import view_of
from thalweg.train.state import learner_of

RECTIFIED = Bounds("layer", 0.0, float("inf"))


def measured(values, bounds):
    values = jnp.asarray(values)
    record = ActivationMonitor((bounds,)).measure_probe(ProbeView({}, {}, {"layer": values}, {"layer": 2 * values}))
    return {name: float(of["layer"]) for name, of in record.items() if name != "active"}


def test_one_unit_of_four_is_dead():
    # Unit 0 is never above 0; of the other six entries, two are at 0.
    record = measured([[0.0, 1.0, 0.0, 3.0], [0.0, 2.0, 2.0, 0.0]], RECTIFIED)
    assert (record["dead_share"], record["zero_share"]) == (0.25, 0.5)
    assert record["mean"] == 1.0
    np.testing.assert_allclose(record["gradient_norm"], 2 * np.sqrt(18), rtol=1e-6)
    assert np.isnan(record["saturated_share"])


@pytest.mark.parametrize(
    ("bounds", "values", "share"),
    [
        (Bounds("layer", -1.0, 1.0), [[-0.98, 0.0], [0.96, 0.99]], 0.5),
        (Bounds("layer", 0.0, 1.0), [[0.01, 0.02], [0.5, 0.98]], 0.25),
    ],
)
def test_entries_near_either_end_are_saturated(bounds, values, share):
    record = measured(values, bounds)
    assert record["saturated_share"] == share
    assert np.isnan(record["dead_share"])
    assert np.isnan(record["zero_share"])


def test_a_channel_of_an_image_is_a_unit():
    values = np.zeros((2, 3, 3, 4), np.float32)
    values[1, 2, 0, 3] = 1.0
    assert measured(values, RECTIFIED)["dead_share"] == 0.75
    view = ProbeView({}, {}, {"layer": jnp.asarray(values)}, {"layer": jnp.asarray(values)})
    assert ActivationMonitor((RECTIFIED,)).measure_probe(view)["active"]["layer"].tolist() == [0, 0, 0, 1]
    assert "active" not in ActivationMonitor((Bounds("layer", -1.0, 1.0),)).measure_probe(view)


def test_the_network_says_which_layers_can_die_or_saturate():
    layers = (Dense(4), Activation(ReLU()), Dense(4), Named("squash", Activation(Tanh())), Dense(4))
    network = Sequential((*layers, Activation(Sigmoid()), Activation(Linear()), Dense(2)))
    assert activation_monitor(network).bounds == (
        Bounds("activation_1", 0.0, float("inf")),
        Bounds("squash", -1.0, 1.0),
        Bounds("activation_2", 0.0, 1.0),
    )


def test_networks_that_differ_in_numbers_share_a_monitor():
    monitors = {activation_monitor(Sequential((Dense(4), Activation(), Dropout(p), Dense(2)))) for p in (0.1, 0.2)}
    assert len(monitors) == 1


def test_agrees_with_a_plain_loop_on_a_real_network():
    x, y = data()
    member = start(learner_of(experiment()), root(0), (x.shape[1],), 10)
    view = view_of(member, jnp.asarray(x[:50], float), jnp.asarray(y[:50]), jnp.ones(50))
    record = activation_monitor(experiment().network).measure_probe(view)
    for layer, values in view.activations.items():
        entries = np.asarray(values, np.float64).ravel().tolist()
        mean = sum(entries) / len(entries)
        std = (sum((v - mean) ** 2 for v in entries) / len(entries)) ** 0.5
        np.testing.assert_allclose(record["mean"][layer], mean, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(record["std"][layer], std, rtol=1e-4)
        gradient = sum(v * v for v in np.asarray(view.gradients[layer], np.float64).ravel().tolist()) ** 0.5
        np.testing.assert_allclose(record["gradient_norm"][layer], gradient, rtol=1e-4)
    columns = np.asarray(view.activations["activation_1"]).T.tolist()
    dead = sum(all(v <= 0 for v in column) for column in columns) / len(columns)
    assert float(record["dead_share"]["activation_1"]) == pytest.approx(dead)
    assert np.isnan(record["dead_share"]["dense_1"])


def test_what_no_unit_can_die_or_saturate_in_is_not_judged():
    # A softmax of 128 equal numbers gives 1/128 each: that is no saturation.
    network = Sequential((Dense(4), Activation(Softmax()), Activation(LeakyReLU(0.0)), Activation(GELU()), Dense(2)))
    assert activation_monitor(network).bounds == ()


def at(function, *places):
    return [float(function()(np.float32([x]))[0]) for x in places]


UNFIT = ("softmax", "custom_activation")  # no function of single entries, and one that only its user knows
ENDING = {kind: function for kind, function in KINDS["activation"].items() if function.ends is not None}


@pytest.mark.parametrize("function", ENDING.values(), ids=list(ENDING))
def test_an_activation_stays_at_its_ends(function):
    low, high = function.ends
    assert at(function, -1e4, -1e5) == [low, low]
    assert at(function, 1e4, 1e5) == ([high, high] if np.isfinite(high) else [1e4, 1e5])


@pytest.mark.parametrize("kind", [kind for kind in KINDS["activation"] if kind not in (*ENDING, *UNFIT)])
def test_an_activation_without_ends_moves_where_units_are_at_work(kind):
    # None of these is flat on the whole left side, so that no unit can die, nor on both sides, so that none saturates.
    left, nearer = at(KINDS["activation"][kind], -3.0, -1.0)
    assert left != nearer and len(set(at(KINDS["activation"][kind], 1e3, 1e4))) == 2


def test_a_stack_of_networks_has_the_monitor_of_each():
    def network(slope):
        return Sequential((Dense(4), Activation(LeakyReLU(slope)), Activation(ReLU()), Dense(2)))

    stacked = stack([network(slope) for slope in (0.0, 0.1, 0.2)])
    assert activation_monitor(stacked) == activation_monitor(network(0.0))
