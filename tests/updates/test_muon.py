"""Muon against its definition, a plain loop and Optax; what is made orthogonal and what is not."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from thalweg.errors import InputError
from thalweg.updates.adam import Adam
from thalweg.updates.muon import Muon, orthogonal

NUMBERS = Muon(0.1, 0.8, 0.3, 0.5, 0.7, 0.9, 1e-3)


def quintic(s):
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return s


def by_svd(m):
    """The same by another way: the polynomial of the singular values."""
    u, s, v = np.linalg.svd(m, full_matrices=False)
    return (u * quintic(s / np.sqrt((s**2).sum()))) @ v


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (7, 1), (1, 1)])
def test_singular_values_follow_the_polynomial_and_directions_stay(shape):
    with jax.enable_x64(True):
        m = np.random.default_rng(0).normal(size=shape)
        np.testing.assert_allclose(orthogonal(jnp.asarray(m)), by_svd(m), atol=1e-10)


def test_all_but_the_smallest_singular_values_end_up_near_1():
    assert 0.68 < quintic(np.linspace(0.005, 1, 10_000)).min() < quintic(np.linspace(0.005, 1, 10_000)).max() < 1.21


@pytest.mark.parametrize("unit", [1e-30, 1e-8, 1.0, 1e30])
def test_the_size_of_a_matrix_does_not_matter(unit):
    m = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_allclose(orthogonal(jnp.asarray(m * np.float32(unit))), by_svd(m), atol=2e-5)
    np.testing.assert_array_equal(orthogonal(jnp.zeros((2, 3))), np.zeros((2, 3)))


def paths(rule, params, gradients):
    """The parameters after each gradient."""
    made, found = rule.build(), []
    state = made.init(params)
    for g in gradients:
        changes, state = made.update(g, state, params)
        params = optax.apply_updates(params, changes)
        found.append(params)
    return found


def drawn(count):
    draw = np.random.default_rng(2)
    shapes = {"w": (3, 5), "b": (5,), "kernel": {"w_in": (2, 2, 3, 4), "gamma": (2, 2)}}

    def one():
        return jax.tree.map(lambda s: jnp.asarray(draw.normal(size=s)), shapes, is_leaf=lambda s: isinstance(s, tuple))

    return one(), [one() for _ in range(count)]


def test_ten_steps_are_those_of_a_plain_loop():  # U10
    with jax.enable_x64(True):
        x, gradients = drawn(10)
        found = paths(NUMBERS, x, gradients)[-1]
    for name, inputs, outputs in (("w", 3, 5), ("kernel/w_in", 12, 4)):
        at = (lambda tree: tree["w"]) if name == "w" else (lambda tree: tree["kernel"]["w_in"])
        w, m = np.asarray(at(x)).reshape(inputs, outputs), np.zeros((inputs, outputs))
        for g in gradients:
            g = np.asarray(at(g)).reshape(inputs, outputs)
            m = 0.8 * m + 0.2 * g
            w = w - 0.1 * np.sqrt(max(1, outputs / inputs)) * by_svd(0.8 * m + 0.2 * g) - 0.1 * 0.3 * w
        np.testing.assert_allclose(np.asarray(at(found)).reshape(inputs, outputs), w, rtol=1e-8, atol=1e-10)


def test_what_is_no_weight_matrix_steps_as_adam_does():
    with jax.enable_x64(True):
        x, gradients = drawn(6)
        ours = paths(NUMBERS, x, gradients)
        adam = paths(Adam(0.1 * 0.5, 0.7, 0.9, 1e-3), x, gradients)
    for mine, theirs in zip(ours, adam, strict=True):
        np.testing.assert_allclose(mine["b"], theirs["b"], rtol=1e-12)
        np.testing.assert_allclose(mine["kernel"]["gamma"], theirs["kernel"]["gamma"], rtol=1e-12)


def test_the_first_step_of_a_matrix_is_that_of_optax():  # from the second on Optax corrects its mean for its start
    with jax.enable_x64(True):
        x, gradients = ({"w": tree["w"]} for tree in (drawn(1)[0], drawn(1)[1][0]))
        (ours,) = paths(NUMBERS, x, [gradients])
        theirs = optax.contrib.muon(0.1, beta=0.8, weight_decay=0.3)
        with jax.numpy_dtype_promotion("standard"):
            changes, _ = theirs.update(gradients, theirs.init(x), x)
    np.testing.assert_allclose(ours["w"], x["w"] + changes["w"], rtol=1e-6)


def test_the_schedule_acts_on_all_parameters():
    x, gradients = drawn(1)
    once, half = (paths(Muon(rate), x, gradients)[0] for rate in (0.02, 0.01))
    jax.tree.map(lambda a, b, x: np.testing.assert_allclose(a - x, 2 * (b - x), rtol=1e-3, atol=1e-6), once, half, x)


def test_no_gradient_no_change_and_no_parameters_no_step():
    x, _ = drawn(0)
    (after,) = paths(Muon(), x, [jax.tree.map(jnp.zeros_like, x)])
    jax.tree.map(np.testing.assert_array_equal, after, x)
    rule = Muon().build()
    with pytest.raises(InputError, match=r"Muon shrinks the weights, so its update needs them; got none\. Give params"):
        rule.update(x, rule.init(x))
