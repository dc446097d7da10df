"""Maxout: parameters counted, bends of other activations, gradient, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.relu import ReLU
from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.layers.maxout import Maxout
from thalweg.penalties.l2 import L2
from thalweg.types import Context

HERE = Context(training=False, key=None, weight=jnp.ones(50))


def apply(layer, params, x):
    return layer.apply(params, {}, x, context=HERE._replace(weight=jnp.ones(len(x))))[0]


def size(layer):
    return sum(leaf.size for leaf in jax.tree.leaves(layer.init(jax.random.key(0), (7,))[0]))


def test_two_maps_by_hand():
    # x = (1, 2): maps 1*1 + 2*0 + 0 = 1 and 1*0 + 2*1 - 3 = -1, the larger is 1; at (0, 5): 0 and 2, so 2.
    params = {"w": jnp.array([[1.0, 0.0], [0.0, 1.0]]), "b": jnp.array([0.0, -3.0])}
    np.testing.assert_array_equal(apply(Maxout(1), params, jnp.array([[1.0, 2.0], [0.0, 5.0]])), [[1.0], [2.0]])


def test_two_pieces_double_the_parameters():  # A7
    assert size(Maxout(5)) == 2 * size(Dense(5)) == 80
    assert size(Maxout(5, pieces=3)) == 3 * size(Dense(5))
    assert size(Maxout(5, pieces=1)) == size(Dense(5))


@pytest.mark.parametrize(("share", "function"), [(0.0, ReLU()), (0.01, LeakyReLU(0.01))], ids=["relu", "leaky"])
def test_its_bend_may_be_that_of_another(share, function):  # A7: (0, w) is ReLU, (0.01 w, w) leaky ReLU
    rng = np.random.default_rng(0)
    x, w = jnp.asarray(rng.normal(size=(50, 4)), jnp.float32), jnp.asarray(rng.normal(size=(4, 3)), jnp.float32)
    both = jnp.stack([share * w, w], axis=2).reshape(4, 6)
    np.testing.assert_allclose(
        apply(Maxout(3), {"w": both, "b": jnp.zeros(6)}, x), function(x @ w), rtol=2e-5, atol=1e-6
    )


def test_agrees_with_a_plain_loop():
    params, _ = Maxout(3, pieces=4, bias=0.2).init(jax.random.key(3), (5,))
    x = np.random.default_rng(1).normal(size=(6, 5)).astype(np.float32)
    w, b = np.asarray(params["w"]), np.asarray(params["b"])
    expected = [[max(row @ w[:, 4 * j + k] + b[4 * j + k] for k in range(4)) for j in range(3)] for row in x]
    np.testing.assert_allclose(apply(Maxout(3, pieces=4), params, x), expected, rtol=1e-5, atol=1e-6)


def test_the_gradient_goes_to_the_largest_map_alone_and_of_equal_ones_to_the_first():
    def total(w):
        return apply(Maxout(1), {"w": w, "b": jnp.zeros(2)}, jnp.array([[2.0]])).sum()

    np.testing.assert_array_equal(jax.grad(total)(jnp.array([[1.0, 3.0]])), [[0.0, 2.0]])
    np.testing.assert_array_equal(jax.grad(total)(jnp.array([[3.0, 3.0]])), [[2.0, 0.0]])


def test_refuses_what_is_no_width_and_what_does_not_fit():
    with pytest.raises(InputError, match=r"Maxout\.units must be at least 1; got 0\."):
        Maxout(0)
    with pytest.raises(InputError, match=r"Maxout\.pieces must be from 1 to 1000; got 0\."):
        Maxout(3, pieces=0)
    with pytest.raises(InputError, match=r"Maxout needs at least 1 feature an example; got input_shape=\(0,\)\."):
        Maxout(3).init(jax.random.key(0), (0,))
    params, _ = Maxout(3).init(jax.random.key(0), (4,))
    with pytest.raises(
        InputError, match=r"Maxout was initialised for 4 features an example; got 5 .* input_shape=\(5,\)"
    ):
        apply(Maxout(3), params, jnp.ones((2, 5)))


def test_penalties_see_its_weights():
    assert L2(1.0)({"maxout_1": {"w": jnp.ones((7, 10)), "b": jnp.ones(10)}}) == 35.0
