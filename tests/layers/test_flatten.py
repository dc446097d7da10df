"""Flatten: order, shapes, nothing else."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.layers.flatten import Flatten
from thalweg.types import Context


@pytest.mark.parametrize(
    ("shape", "flat"), [((2, 3, 4), (2, 12)), ((2, 3), (2, 3)), ((2,), (2, 1)), ((0, 3, 4), (0, 12))]
)
def test_lays_each_example_in_a_row_last_axis_fastest(shape, flat):
    x = jnp.arange(float(np.prod(shape))).reshape(shape)
    context = Context(training=False, key=None, weight=jnp.ones(shape[0]))
    y, state = Flatten().apply({}, {}, x, context=context)
    np.testing.assert_array_equal(y, np.arange(float(np.prod(shape))).reshape(flat))
    assert state == {} and Flatten().init(jax.random.key(0), shape[1:]) == ({}, {})
