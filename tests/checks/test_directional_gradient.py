"""Slopes along random directions: deep networks of kinks pass, a small error in one tensor is found by name."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.checks import directional_gradient as module
from thalweg.checks.directional_gradient import compare_directions, seen_from
from thalweg.checks.gradient_verdict import gradient_check, wrong_tensors
from thalweg.checks.numerical_gradient import objective_value
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(4, 20)), RANDOM.integers(0, 3, 4)
DEEP = Sequential((*(Dense(64), Activation(ReLU())) * 12, Dense(3)))
NAMES = DEEP.names()
OBJECTIVE = Objective(DEEP, SoftmaxCrossEntropy())
PARAMS, STATE = DEEP.init(jax.random.key(0), (20,))


@jax.custom_vjp
def off(w, share):
    """What is given, with a derivative that is off by a share of it."""
    return w


off.defvjp(lambda w, share: (w, share), lambda share, g: (g * (1 + share), jnp.zeros_like(share)))


def planted(params, share, objective, state, x, y):
    """The objective, with an error in the derivative by one tensor."""
    params = {**params, "dense_10": {**params["dense_10"], "w": off(params["dense_10"]["w"], share)}}
    return objective_value(params, objective, state, x, y)


def along(share, directions):
    given = (np.float64(share), OBJECTIVE, STATE, X, Y)
    return compare_directions(planted, PARAMS, *given, layers=NAMES, directions=directions, seed=0)


@pytest.mark.parametrize("directions", [26, 3])
def test_a_thousandth_of_one_tensor_is_found_by_name_whether_it_has_a_direction_to_itself_or_not(directions):  # C1
    right, wrong = along(0.0, directions), along(1e-3, directions)
    # 13 layers of two tensors each, in the order of the network: layer 10 is behind layer 2.
    assert len(right.tensors) == directions and gradient_check(right).passed
    assert right.values == 1 + 4 * directions and sum(tensor.kinks for tensor in right.tensors) == 0
    assert wrong_tensors(wrong)[-1] == "dense_10/w" and gradient_check(wrong).severity == "warning"
    if directions == 26:
        assert wrong_tensors(wrong) == ("dense_10/w",)
        assert gradient_check(wrong).measured == pytest.approx(1e-3, rel=0.02)
    else:  # of three directions of 9, 9 and 8 tensors the last is parted into 3, 3 and 2, and those into single ones
        assert wrong.values == 3 * right.values and len(wrong.tensors) == 2 + 2 + 3
        assert right.tensors[0].tensor == "dense_1/b to dense_5/b" and right.tensors[1].tensor.startswith("dense_5/w")


def test_directions_along_which_there_is_a_kink_are_left_out(monkeypatch):
    def afresh(params, *given):  # for the step is part of a compiled program
        return objective_value(params, *given)

    monkeypatch.setattr(module, "GRADIENT_SMALL_STEP", 1e-3)  # so long that there is one along most
    found = compare_directions(afresh, PARAMS, OBJECTIVE, STATE, X, Y, layers=NAMES, directions=26, seed=0)
    kinks = sum(tensor.kinks for tensor in found.tensors)
    assert 5 < kinks < 26 and sum(tensor.compared for tensor in found.tensors) == 26 - kinks
    text = gradient_check(found).text
    assert f"along {26 - kinks} of 26 random directions" in text and f"{kinks} comparisons at kinks left out" in text


def slight(params):
    """A value of 1,000, and of it next to nothing that moves with the parameters."""
    return 1e3 + 1e-3 * jnp.sum(jnp.sin(params["dense_1"]["w"]))


def test_what_rounding_hides_is_no_error_and_how_much_that_is_is_said():
    found = compare_directions(slight, PARAMS, layers=NAMES, directions=26, seed=0)
    by_name = {tensor.tensor: tensor for tensor in found.tensors}
    assert gradient_check(found).passed and by_name["dense_2/w"].larger == 0.0
    # 4 * 2.2e-16 * 1000 / 1e-8 is what a slope may be off by; this one's is some 0.03.
    assert (
        seen_from(found) == pytest.approx(8.88e-5 / by_name["dense_1/w"].larger, rel=1e-3) and seen_from(found) > 1e-3
    )


def test_a_constant_has_no_gradient_to_be_wrong():
    found = compare_directions(constant, PARAMS, layers=NAMES, directions=2, seed=0)
    assert [(tensor.error, tensor.larger) for tensor in found.tensors] == [(0.0, 0.0)] * 2
    assert gradient_check(found).passed


def constant(params):
    return jnp.float64(3.0)
