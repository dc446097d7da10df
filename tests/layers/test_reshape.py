"""Reshape: order, sizes left open, misuse."""

import jax
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.reshape import Reshape
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(2, np.float32))


def test_the_last_axis_runs_fastest_and_nothing_else_happens():
    x = np.arange(24).reshape(2, 2, 3, 2).astype(np.float32)  # two images of two rows, three pixels, two channels
    y, state = Reshape((2, -1)).apply({}, {}, x, context=CONTEXT)
    np.testing.assert_array_equal(y, [[range(6), range(6, 12)], [range(12, 18), range(18, 24)]])
    back, _ = Reshape((2, 3, 2)).apply({}, {}, y, context=CONTEXT)
    np.testing.assert_array_equal(back, x)
    assert state == {} and Reshape((12,)).init(jax.random.key(0), x.shape[1:]) == ({}, {})


@pytest.mark.parametrize("shape", [(), (0,), (4, 0), (-1, -1), (-2, 4)])
def test_refuses_sizes_that_are_none(shape):
    with pytest.raises(InputError, match=r"^Reshape.shape must hold sizes of at least 1, of which one may be -1; got "):
        Reshape(shape)


@pytest.mark.parametrize("shape", [(8, 8, 2), (8, 4), (7, -1), (128, -1)])
def test_refuses_examples_that_do_not_fill_it(shape):
    message = r"^Reshape.shape .* does not hold the 64 numbers of an example; got input_shape=\(64,\)\. Choose"
    with pytest.raises(InputError, match=message):
        Reshape(shape).init(jax.random.key(0), (64,))
