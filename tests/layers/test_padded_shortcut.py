"""The shortcut without weights: by hand, whatever the size, and refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.network.sequential import output_shape
from thalweg.types import Context


def applied(layer, x):
    return np.asarray(layer.apply({}, {}, x, context=Context(False, None, jnp.ones(len(x))))[0])


def test_every_second_place_and_channels_of_zeros():  # L8
    x = np.arange(2 * 5 * 4 * 2, dtype=np.float32).reshape(2, 5, 4, 2)
    y = applied(PaddedShortcut(5, stride=2), x)
    assert y.shape == (2, 3, 2, 5)
    np.testing.assert_array_equal(y[..., :2], x[:, [0, 2, 4]][:, :, [0, 2]])
    assert not y[..., 2:].any()


def test_with_all_its_channels_it_changes_nothing():
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 4)).astype(np.float32)
    np.testing.assert_array_equal(applied(PaddedShortcut(4), x), x)


def test_the_gradient_of_what_is_left_out_is_zero():
    def total(x):
        return jnp.sum(PaddedShortcut(2, stride=2).apply({}, {}, x, context=Context(False, None, jnp.ones(1)))[0])

    slope = np.asarray(jax.grad(total)(jnp.ones((1, 3, 3, 1))))[0, ..., 0]
    np.testing.assert_array_equal(slope, [[1, 0, 1], [0, 0, 0], [1, 0, 1]])


@pytest.mark.parametrize(("size", "left"), [(32, 16), (7, 4), (1, 1)])
def test_it_halves_an_image_as_a_padded_convolution_of_stride_2_does(size, left):
    assert output_shape(PaddedShortcut(32, stride=2), (size, size, 16)) == (left, left, 32)


@pytest.mark.parametrize("field", ["channels", "stride"])
def test_refuses_sizes_below_1(field):
    with pytest.raises(InputError, match=f"^PaddedShortcut.{field} must be at least 1; got 0.$"):
        PaddedShortcut(**{"channels": 3, field: 0})


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((8,), r"^PaddedShortcut needs images \(height, width, channels\); got input_shape=\(8,\). Leave it out: a "),
        (
            (4, 4, 3),
            "^PaddedShortcut.channels must be at least the 3 channels that go in; got 2. Use a convolution",
        ),
    ],
)
def test_refuses_what_it_cannot_widen(shape, said):
    with pytest.raises(InputError, match=said):
        PaddedShortcut(2).init(jax.random.key(0), shape)
