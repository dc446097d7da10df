"""Update rules: hand values, plain twins, what their states hold, changing rates, a bowl to the bottom."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.spec import replaced, traced
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.nadam import Nadam
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.nesterov_rmsprop import NesterovRmsprop
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD
from thalweg.updates.uncorrected_adam import UncorrectedAdam

ALL = [
    SGD(), Momentum(), Nesterov(), LookAheadNesterov(), Adam(), UncorrectedAdam(), Adamax(), Nadam(), AdamW(), Lion(),
    Adagrad(), RMSprop(), NesterovRmsprop(), Adadelta(),
]  # fmt: skip


def descend(rule, x, gradients):
    """The parameters after each of some given gradients."""
    made, path = rule.build(), []
    state = made.init(x)
    for g in gradients:
        changes, state = made.update(g, state, x)
        x = x + changes
        path.append(x)
    return path


def numbers(*values):
    return jnp.array(values, jnp.float32)


def test_sgd_by_hand():  # U1
    # 1 - 0.1 * 2 = 0.8; 0.8 + 0.1 * 3 = 1.1
    path = descend(SGD(0.1), numbers(1.0), [numbers(2.0), numbers(-3.0)])
    np.testing.assert_allclose(path, [[0.8], [1.1]], rtol=1e-6)


def test_momentum_by_hand():  # U2
    # v = -0.2, x = 0.8; v = 0.5 * -0.2 + 0.3 = 0.2, x = 1.0; v = 0.1, x = 1.1
    path = descend(Momentum(0.1, mu=0.5), numbers(1.0), [numbers(2.0), numbers(-3.0), numbers(0.0)])
    np.testing.assert_allclose(path, [[0.8], [1.0], [1.1]], rtol=1e-6)


def test_momentum_of_0_is_sgd():
    gradients = [numbers(g, -g) for g in (2.0, -3.0, 0.5)]
    np.testing.assert_array_equal(
        descend(Momentum(0.1, mu=0.0), numbers(1.0, 2.0), gradients), descend(SGD(0.1), numbers(1.0, 2.0), gradients)
    )


def test_a_steady_gradient_ends_up_moving_by_rate_over_1_less_mu():
    path = np.asarray(descend(Momentum(0.1, mu=0.8), numbers(0.0), [numbers(1.0)] * 60))
    np.testing.assert_allclose(path[-1] - path[-2], [-0.1 / 0.2], rtol=1e-4)


@given(size=st.floats(1e-3, 1e6), sign=st.sampled_from([-1.0, 1.0]))
def test_adams_first_step_is_the_rate_whatever_the_size_of_the_gradient(size, sign):
    # m' = g and v' = g^2, so the step is rate g / |g|. Without the correction it would be
    # rate 0.1 g / sqrt(0.001 g^2) = 3.16 rate.
    (x,) = descend(Adam(0.01), numbers(0.0), [numbers(sign * size)])
    np.testing.assert_allclose(x, [-0.01 * sign], rtol=2e-5)


def test_adam_by_hand():  # U7
    # beta1 = 0.5, beta2 = 0.75, rate 1, gradients 1 and 3:
    # t = 1: m = .5, v = .25, m' = 1, v' = 1: step -1
    # t = 2: m = .25 + 1.5 = 1.75, v = .1875 + 2.25 = 2.4375, m' = 1.75/.75 = 2.33333,
    #        v' = 2.4375 / .4375 = 5.571429: step -2.333333 / 2.360387 = -0.988538
    path = descend(Adam(1.0, 0.5, 0.75), numbers(0.0), [numbers(1.0), numbers(3.0)])
    np.testing.assert_allclose(path, [[-1.0], [-1.988538]], rtol=1e-6)


@pytest.mark.parametrize("rule", [Adam(0.1), Adam(0.1, 0.0, 0.0), Adam(0.05, 0.99, 0.9999, 1e-4)], ids=str)
def test_adam_agrees_with_a_plain_loop(rule):
    gradients = np.random.default_rng(0).normal(size=20)
    x, m, v, expected = 1.0, 0.0, 0.0, []
    for t, g in enumerate(gradients, start=1):
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g * g
        m_full, v_full = m / (1 - rule.beta1**t), v / (1 - rule.beta2**t)
        x -= rule.rate * m_full / (math.sqrt(v_full) + rule.epsilon)
        expected.append([x])
    with jax.enable_x64(True):
        path = descend(rule, jnp.ones(1), [jnp.full(1, g) for g in gradients])
        np.testing.assert_allclose(path, expected, rtol=1e-12)
    path = descend(rule, numbers(1.0), [numbers(g) for g in gradients])
    np.testing.assert_allclose(path, expected, rtol=5e-4, atol=1e-5)


def test_adams_correction_is_exact_in_32_bits():
    # With one gradient over and over m' = g and v' = g^2 at every t, so every step is the rate. 1 - 0.999^t
    # written out in float32 would be off by 6e-5 at t = 1.
    rule = Adam(1.0, 0.9, 0.999, 1e-12).build()

    def step(carry, _):
        changes, carry = rule.update(numbers(1.0), carry)
        return carry, changes

    _, changes = jax.lax.scan(step, rule.init(numbers(0.0)), length=3000)
    np.testing.assert_allclose(changes[:50], np.full((50, 1), -1.0), rtol=2e-6)
    np.testing.assert_allclose(changes, np.full((3000, 1), -1.0), rtol=5e-5)  # 3000 roundings of the means add up


@pytest.mark.parametrize("rule", ALL, ids=str)
def test_no_gradient_no_change(rule):
    for x in descend(rule, numbers(1.0, -2.0), [numbers(0.0, 0.0)] * 3):
        np.testing.assert_array_equal(x, [1.0, -2.0])


@pytest.mark.parametrize("rule", ALL, ids=str)
def test_a_state_starts_empty_and_holds_no_number_of_the_spec(rule):
    x = {"dense_1": {"w": jnp.ones((2, 3)), "b": jnp.ones(3)}}
    state = rule.build().init(x)
    assert not any(leaf.any() for leaf in jax.tree.leaves(state))
    other = jax.tree.map(lambda number: number / 2, rule).build()
    assert jax.tree.structure(other.init(x)) == jax.tree.structure(state)


def test_a_rule_rebuilt_with_another_rate_goes_on_with_the_same_velocity():
    # The rate is inside the velocity: halving it leaves what was gathered, where Optax would halve that too.
    # v = -1; then v = 0.5 * -1 - 0.5 * 2 = -1.5
    rule = Momentum(1.0, mu=0.5)
    _, state = rule.build().update(numbers(1.0), rule.build().init(numbers(0.0)))
    changes, _ = replaced(rule, rate=jnp.float32(0.5)).build().update(numbers(2.0), state)
    np.testing.assert_allclose(changes, [-1.5])


@pytest.mark.parametrize("rule", [SGD(0.1), Momentum(0.05, 0.5), Adam(0.1)], ids=str)
def test_rolls_down_a_bowl_to_the_bottom(rule):
    made, bowl = traced(rule).build(), jax.grad(lambda x: jnp.sum(numbers(1.0, 5.0) * (x - 3.0) ** 2) / 2)

    def step(_, carry):
        x, state = carry
        changes, state = made.update(bowl(x), state, x)
        return x + changes, state

    start = numbers(10.0, -5.0)
    x, _ = jax.lax.fori_loop(0, 1000, step, (start, made.init(start)))
    np.testing.assert_allclose(x, [3.0, 3.0], atol=1e-3)
