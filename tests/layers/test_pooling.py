"""Poolings: the notes' numbers, a plain loop, ties, padding, gradients, misuse."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.errors import InputError
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.convolution import Convolution
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.max_pooling import MaxPooling
from thalweg.network.sequential import output_shape
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(1, np.float32))
SETTINGS = [
    {},
    {"window": (3, 2)},
    {"window": 4, "fit": "floor"},
    {"window": 3, "stride": 2, "fit": "floor"},
    {"window": 2, "stride": (1, 2), "padding": (1, 0), "fit": "floor"},
    {"window": 3, "stride": 1, "padding": "same"},
    {"window": 4, "padding": 1, "fit": "floor"},
    {"window": 2, "stride": 3, "fit": "floor"},
    {"window": (4, 5), "fit": "floor"},  # leaves out two rows and one column
    {"window": (2, 3), "stride": (2, 1)},  # side by side one way alone
]


def pooled(layer, x):
    y, state = layer.apply({}, {}, x, context=CONTEXT)
    assert state == {} and layer.init(jax.random.key(0), x.shape[1:]) == ({}, {})
    return y


def image(*rows):
    return np.array(rows, np.float32)[None, :, :, None]


def test_the_picture_of_the_notes():
    x = image([1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4])  # row L4
    np.testing.assert_array_equal(pooled(MaxPooling(), x)[0, :, :, 0], [[6, 8], [3, 4]])
    # (1 + 1 + 5 + 6) / 4, (2 + 4 + 7 + 8) / 4; (3 + 2 + 1 + 2) / 4, (1 + 0 + 3 + 4) / 4
    np.testing.assert_array_equal(pooled(AveragePooling(), x)[0, :, :, 0], [[3.25, 5.25], [2, 2]])
    np.testing.assert_array_equal(pooled(GlobalAveragePooling(), x), [[50 / 16]])


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
def test_sizes_of_the_notes(kind):
    assert output_shape(kind(), (224, 224, 64)) == (112, 112, 64)  # row L4: (W - F) / S + 1
    assert output_shape(kind(window=3, stride=2), (7, 9, 5)) == (3, 4, 5)
    # A strided convolution is the alternative, with weights to learn.
    assert output_shape(Convolution(64, kernel=2, stride=2), (224, 224, 64)) == (112, 112, 64)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_option_agrees_with_a_plain_loop(settings):
    layer, x = MaxPooling(**settings), np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype("f")
    high, wide = layer.window if isinstance(layer.window, tuple) else (layer.window,) * 2
    down, right = (high, wide) if layer.stride is None else np.broadcast_to(layer.stride, 2)
    (before, after), (left, far) = {(0, 0): ((0, 0), (0, 0)), (1, 0): ((1, 1), (0, 0)), (1, 1): ((1, 1), (1, 1))}[
        tuple(np.broadcast_to({"valid": 0, "same": 1}.get(layer.padding, layer.padding), 2).tolist())
    ]
    x_max = np.pad(x, ((0, 0), (before, after), (left, far), (0, 0)), constant_values=np.nan)
    rows, columns = (x_max.shape[1] - high) // down + 1, (x_max.shape[2] - wide) // right + 1
    largest, mean = np.zeros((2, 2, rows, columns, 3))
    for p, q in itertools.product(range(rows), range(columns)):
        seen = x_max[:, p * down : p * down + high, q * right : q * right + wide]
        largest[:, p, q], mean[:, p, q] = np.nanmax(seen, axis=(1, 2)), np.nanmean(seen, axis=(1, 2))
    np.testing.assert_array_equal(pooled(layer, x), largest.astype("f"))
    np.testing.assert_allclose(pooled(AveragePooling(**settings), x), mean, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_gradients_agree_with_central_differences(kind, settings):
    with jax.enable_x64(True):
        x = np.random.default_rng(0).permutation(72).reshape(1, 6, 6, 2) / 7  # no two entries near each other
        check_grads(lambda x: kind(**settings).apply({}, {}, x, context=CONTEXT)[0], (x,), order=1, modes=["rev"])


@pytest.mark.parametrize("shape", [(2, 3, 4, 2), (2, 3, 2)], ids=["images", "sequences"])
def test_the_gradient_of_a_global_average_agrees_with_central_differences(shape):
    with jax.enable_x64(True):
        x = np.random.default_rng(0).normal(size=shape)
        check_grads(lambda x: GlobalAveragePooling().apply({}, {}, x, context=CONTEXT)[0], (x,), order=1, modes=["rev"])


@pytest.mark.parametrize("settings", [{}, {"window": 2, "stride": 1}], ids=["side by side", "overlapping"])
def test_equal_entries_share_the_gradient(settings):
    gradient = jax.grad(lambda x: jnp.sum(MaxPooling(**settings).apply({}, {}, x, context=CONTEXT)[0]))
    found = gradient(jnp.asarray(image([3, 3], [1, 3])))
    np.testing.assert_allclose(found[0, :, :, 0], [[1 / 3, 1 / 3], [0, 1 / 3]], rtol=1e-6)


def test_windows_side_by_side_are_not_copied():
    program = str(jax.make_jaxpr(lambda x: MaxPooling().apply({}, {}, x, context=CONTEXT)[0])(jnp.ones((1, 4, 4, 1))))
    assert " max " in program and not any(name in program for name in ("concatenate[", "stack[", "reduce_window"))


def test_large_windows_are_not_written_out_place_by_place():
    pooling, x = MaxPooling(6), jnp.zeros((1, 6, 6, 1)).at[0, 1, 2:4, 0].set(3.0)
    assert str(jax.make_jaxpr(lambda x: pooling.apply({}, {}, x, context=CONTEXT)[0])(x)).count(" max ") == 0
    gradient = jax.grad(lambda x: jnp.sum(pooling.apply({}, {}, x, context=CONTEXT)[0]))(x)
    assert gradient[0, 1, 2:4, 0].tolist() == [0.5, 0.5] and float(jnp.sum(gradient)) == 1.0


def test_padding_is_no_entry():
    x = image([-4, -2], [-3, -1])
    np.testing.assert_array_equal(pooled(MaxPooling(padding=1), x)[0, :, :, 0], [[-4, -2], [-3, -1]])
    np.testing.assert_array_equal(pooled(AveragePooling(padding=1), x)[0, :, :, 0], [[-4, -2], [-3, -1]])


def test_a_global_average_is_of_each_channel_over_steps_or_places():
    x = np.random.default_rng(0).normal(size=(3, 4, 5, 2)).astype("f")
    np.testing.assert_allclose(pooled(GlobalAveragePooling(), x), x.mean(axis=(1, 2)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(pooled(GlobalAveragePooling(), x[:, 0]), x[:, 0].mean(axis=1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 0}, r"window must be at least 1; got 0\."),
        ({"stride": (1, 0)}, r"stride must be at least 1; got \(1, 0\)\."),
        ({"padding": -1}, r"padding must be at least 0; got -1\."),
        ({"padding": (0, 2)}, r"padding must be less than window=2; got \(0, 2\)\."),
    ],
)
def test_refuses_sizes_that_are_none(kind, settings, message):
    with pytest.raises(InputError, match=rf"^{kind.__name__}.{message}$"):
        kind(**settings)


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
def test_refuses_what_it_does_not_fit(kind):
    with pytest.raises(InputError, match=rf"^{kind.__name__}'s windows of 2 places, 2 apart, do not fit a width of 5"):
        kind().init(jax.random.key(0), (4, 5, 1))
    with pytest.raises(InputError, match=rf"^{kind.__name__} needs images .* got input_shape=\(8, 8\)\. Put a Reshape"):
        kind().init(jax.random.key(0), (8, 8))
    with pytest.raises(InputError, match=r"^GlobalAveragePooling needs images or .* got input_shape=\(8,\)\. Leave it"):
        GlobalAveragePooling().init(jax.random.key(0), (8,))
