"""The objective: where the weighted mean of the losses and the penalty meet."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.types import Context

PARAMS = {"dense_1": {"w": jnp.array([[3.0]]), "b": jnp.array([1.0])}}
STATE = {"dense_1": {}}


def context(n, training=False):
    return Context(training, None, jnp.ones(n))


def test_by_hand():
    # f(x) = 3 x + 1: outputs 1, 4, 7; errors 1, 2, 3; losses 0.5, 2, 4.5; weights 1, 2, 1.
    # (0.5 + 4 + 4.5) / 4 = 2.25, and the penalty 0.5 * 0.2 * 9 = 0.9.
    objective = Objective(Sequential((Dense(1),)), SquaredError(), L2(0.2))
    x, y = jnp.array([[0.0], [1.0], [2.0]]), jnp.array([[0.0], [2.0], [4.0]])
    total, parts = objective(PARAMS, STATE, x, y, jnp.array([1.0, 2.0, 1.0]), context=context(3))
    np.testing.assert_allclose([total, parts.data, parts.penalty], [3.15, 2.25, 0.9], rtol=1e-6)


def test_the_scale_of_the_weights_does_not_matter_and_zero_takes_a_row_out():
    objective = Objective(Sequential((Dense(1),)), SquaredError())
    x, y = jnp.array([[0.0], [1.0], [2.0]]), jnp.array([[0.0], [2.0], [4.0]])
    whole, _ = objective(PARAMS, STATE, x, y, jnp.array([1.0, 1.0, 0.0]), context=context(3))
    doubled, _ = objective(PARAMS, STATE, x, y, jnp.array([2.0, 2.0, 0.0]), context=context(3))
    two, _ = objective(PARAMS, STATE, x[:2], y[:2], jnp.ones(2), context=context(2))
    np.testing.assert_allclose([whole, doubled], [two, two], rtol=1e-6)


def test_the_sum_asks_for_a_rate_and_a_penalty_of_other_sizes():  # the sum of n losses is n times their mean
    # Errors 1, 2, 3: the losses sum up to 7, dL/dw to 0 + 2 + 6, dL/db to 6; and the penalty 0.9 and its slope 0.6.
    network, x, y = Sequential((Dense(1),)), jnp.array([[0.0], [1.0], [2.0]]), jnp.array([[0.0], [2.0], [4.0]])

    def slopes(objective):
        compute = jax.value_and_grad(lambda p: objective(p, STATE, x, y, jnp.ones(3), context=context(3)), has_aux=True)
        (value, parts), gradient = compute(PARAMS)
        np.testing.assert_allclose(parts.data, 7 / 3, rtol=1e-6)
        return [value, gradient["dense_1"]["w"][0, 0], gradient["dense_1"]["b"][0]]

    summed = slopes(Objective(network, SquaredError(), L2(0.2), "sum"))
    np.testing.assert_allclose(summed, [7.9, 8.6, 6.0], rtol=1e-6)
    # A third of the rate for the same step, beside a mean with a third of the strength.
    mean = slopes(Objective(network, SquaredError(), L2(0.2 / 3)))
    np.testing.assert_allclose(np.array(summed) / 3, mean, rtol=1e-6)


def test_its_gradient_is_that_of_both_terms():
    objective = Objective(Sequential((Dense(1),)), SquaredError(), L2(0.2))
    x, y = jnp.array([[2.0]]), jnp.array([[4.0]])
    gradient = jax.grad(lambda p: objective(p, STATE, x, y, jnp.ones(1), context=context(1))[0])(PARAMS)
    # Error 3: dL/dw = 3 * 2 + 0.2 * 3, dL/db = 3.
    np.testing.assert_allclose(gradient["dense_1"]["w"], [[6.6]], rtol=1e-6)
    np.testing.assert_allclose(gradient["dense_1"]["b"], [3.0], rtol=1e-6)


def test_without_weight_the_data_cost_nothing_and_the_penalty_stays():
    objective = Objective(Sequential((Dense(1),)), SquaredError(), L2(0.2))

    def value(params):
        return objective(params, STATE, jnp.ones((2, 1)), jnp.ones((2, 1)), jnp.zeros(2), context=context(2))

    (total, parts), gradient = jax.value_and_grad(value, has_aux=True)(PARAMS)
    np.testing.assert_allclose([total, parts.data], [0.9, 0.0], rtol=1e-6)
    np.testing.assert_allclose(gradient["dense_1"]["b"], [0.0])


def test_the_networks_next_state_is_handed_on():
    network = Sequential((BatchNorm(momentum=0.0), Dense(2)))
    params, state = network.init(jax.random.key(0), (3,))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(8, 3)), jnp.float32)
    objective = Objective(network, SoftmaxCrossEntropy())
    _, parts = objective(params, state, x, jnp.zeros(8, jnp.int32), jnp.ones(8), context=context(8, training=True))
    np.testing.assert_allclose(parts.state["batch_norm_1"]["mean"], x.mean(axis=0), rtol=1e-5, atol=1e-6)
    assert objective.penalty == NoPenalty()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Objective(Dense(1), SquaredError()), "Objective.network must be one part of the family 'network'"),
        (lambda: Objective(Sequential((Dense(1),)), L2()), "Objective.loss must be one part of the family 'loss'"),
        (
            lambda: Objective(Sequential((Dense(1),)), SquaredError(), (NoPenalty(),)),
            "Objective.penalty must be one part of the family 'penalty'",
        ),
    ],
)
def test_other_parts_are_refused(make, text):
    with pytest.raises(InputError, match=text):
        make()
