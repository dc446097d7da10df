"""Targets that the network's last activation cannot give are counted, and what suits them is let alone."""

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.elu import ELU
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.checks.targets_in_reach import targets_in_reach
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.poisson import Poisson
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential


def falling(x):
    return 0.1 - x * x


def cube_root(x):
    return jnp.cbrt(x)


def one_by_one_apart(x):
    return x - x.mean(axis=0, keepdims=True)


def late_step(x):
    return jnp.where(jnp.abs(x) > 1000, x, 0 * x)


def endless_below(x):
    return jnp.minimum(x, 1 + 0 * x)


TARGETS = np.array([-2.0, -0.5, 0.0, 0.25, 1.0, 1.5])  # of which 2 are below 0, 2 outside [-1, 1], 3 outside [0, 1]


def ending_in(function):
    return Sequential((Dense(1), Activation(function)))


@pytest.mark.parametrize(
    ("function", "outside", "reach"),
    [(ReLU(), 2, "0 and more"), (Tanh(), 2, "-1 to 1"), (Sigmoid(), 3, "0 to 1"), (ELU(), 1, "-1 and more")],
)
def test_targets_out_of_reach_are_counted(function, outside, reach):
    result = targets_in_reach(ending_in(function), SquaredError(), TARGETS[:, None])
    assert (result.passed, result.severity, result.measured) == (False, "warning", outside / 6)
    assert f"at the end lets the network give {reach}. {outside} of 6 targets" in result.text
    assert result.where == "activation_1" and f"({type(function).__name__.lower()}) at the end" in result.text


def test_targets_within_reach_pass():
    result = targets_in_reach(ending_in(Sigmoid()), SquaredError(), np.array([0.0, 0.5, 1.0]))
    assert result.passed and "No target" in result.text


def test_a_function_of_the_users_own_is_looked_at_too():
    result = targets_in_reach(ending_in(CustomActivation(falling)), SquaredError(), TARGETS)
    assert "give 0.1 and less. 3 of 6 targets" in result.text and "activation_1 (custom_activation)" in result.text


def test_one_target_of_many_is_a_note():
    result = targets_in_reach(ending_in(ReLU()), SquaredError(), np.append(np.ones(99), -1.0))
    assert (result.passed, result.severity) == (False, "note") and "1 of 100 targets" in result.text


def test_outputs_are_read_as_the_loss_reads_them():
    """The output is the log of a rate: a ReLU before it allows rates from e^0 = 1 on, in the counts' own unit."""
    result = targets_in_reach(ending_in(ReLU()), Poisson(), np.array([0.0, 1.0, 5.0]))
    assert "give 1 and more. 1 of 3 targets lies outside" in result.text
    assert result.severity == "note"  # a count of 0 is no surprise where one is expected


@pytest.mark.parametrize(
    ("network", "loss"),
    [
        (Sequential((Dense(8), Activation(ReLU()), Dense(1))), SquaredError()),
        (ending_in(Linear()), SquaredError()),
        (ending_in(ReLU()), SoftmaxCrossEntropy()),
        (ending_in(ReLU()), RegressionByClassification(4)),
    ],
)
def test_nothing_is_said_where_nothing_bounds_amounts(network, loss):
    assert targets_in_reach(network, loss, TARGETS) is None


@pytest.mark.parametrize(
    ("function", "outside"), [(cube_root, None), (one_by_one_apart, "none"), (late_step, None), (endless_below, 1)]
)
def test_what_grows_slowly_has_no_end_and_what_mixes_rows_is_not_judged(function, outside):
    result = targets_in_reach(ending_in(CustomActivation(function)), SquaredError(), np.array([-500.0, 0.0, 500.0]))
    if outside == "none":
        assert result is None
    else:
        assert round(3 * result.measured) == (outside or 0), result.text


def test_the_layer_is_told_by_its_own_name():
    network = Sequential((Dense(1), Named("squash", Activation(Tanh()))))
    assert targets_in_reach(network, SquaredError(), TARGETS).where == "squash"
