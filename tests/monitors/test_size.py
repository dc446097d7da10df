"""The norm of a tensor: hand values and a plain twin."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.monitors.size import size


def test_three_four_five():
    assert float(size(jnp.array([[3.0], [4.0]]))) == 5.0


@pytest.mark.parametrize("shape", [(), (0,), (1,), (31,), (32,), (33,), (40, 5), (7, 3, 2)])
def test_agrees_with_a_plain_loop(shape):
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    plain = sum(v * v for v in x.ravel().tolist()) ** 0.5
    np.testing.assert_allclose(jax.jit(size)(x), plain, rtol=1e-6)


def test_many_members_at_a_time():
    x = np.random.default_rng(0).normal(size=(3, 50)).astype(np.float32)
    np.testing.assert_allclose(jax.vmap(size)(x), np.linalg.norm(x, axis=1), rtol=1e-6)
