"""Convolutions: the sizes of the notes, hand values, a plain loop, gradients of every option, misuse."""

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.layers import convolving
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.kernel import window_of
from thalweg.layers.kernel_gradients import Window, fastest_way, kernel_gradient
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential, output_shape
from thalweg.network.work import layer_work
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(1, np.float32))
OPTIONS = [
    Convolution(3),
    Convolution(3, kernel=(3, 2), padding="same"),
    Convolution(3, kernel=(2, 3), stride=(2, 1), padding=(0, 2)),
    Convolution(3, stride=3, padding=2, fit="floor"),
    Convolution(3, padding=2, dilation=(2, 1)),
    Convolution(3, kernel=2, stride=2, dilation=3, padding=1, fit="floor"),
    Convolution(4, groups=2, padding=1),
    Convolution(2, groups=2, dilation=2, padding=1, fit="floor"),  # a filter for two channels is no depthwise one
    Convolution(4, groups=4, stride=2, padding=(1, 0), fit="floor"),
    Convolution(4, groups=4, dilation=(1, 2), padding="same"),
    Convolution(8, kernel=2, groups=4),  # two filters for each channel
    Convolution(3, kernel=1, shift=False),
    Convolution(3, kernel=1, stride=2, fit="floor"),
    SequenceConvolution(3),
    SequenceConvolution(3, kernel=1, shift=False),
    SequenceConvolution(4, kernel=2, groups=4, stride=2, padding=1),
    SequenceConvolution(3, kernel=3, stride=2, padding="same", fit="floor"),
    SequenceConvolution(4, kernel=2, dilation=2, groups=2, padding=2),
]
every_option = pytest.mark.parametrize("layer", OPTIONS)
SIZE = (6, 5)


def drawn(layer):
    """Return parameters and examples in float64."""
    random = np.random.default_rng(0)
    places = SIZE if isinstance(layer, Convolution) else SIZE[:1]
    params, _ = layer.init(jax.random.key(0), (*places, 4))
    return {name: random.normal(size=p.shape) for name, p in params.items()}, random.normal(size=(2, *places, 4))


def shape_after(layer, *shape):
    return output_shape(layer, shape)


def parameters(layer, *shape):
    params, state = jax.eval_shape(lambda: layer.init(jax.random.key(0), shape))
    assert state == {}
    return sum(leaf.size for leaf in jax.tree.leaves(params))


def test_sizes_of_the_notes():
    # Row L2: (N - F + 2P) / S + 1.
    assert shape_after(Convolution(6, kernel=5), 32, 32, 3) == (28, 28, 6)
    assert shape_after(Convolution(10, kernel=5, padding=2), 32, 32, 3) == (32, 32, 10)
    assert shape_after(Convolution(1), 7, 7, 1) == (5, 5, 1)
    assert shape_after(Convolution(1, stride=2), 7, 7, 1) == (3, 3, 1)
    assert shape_after(Convolution(1, padding=1), 7, 7, 1) == (7, 7, 1)


def test_ten_filters_of_75_weights_and_a_bias_each_are_760_parameters():
    assert parameters(Convolution(10, kernel=5, padding=2), 32, 32, 3) == 10 * (5 * 5 * 3 + 1) == 760  # row L2
    assert parameters(Convolution(10, kernel=5, padding=2, shift=False), 32, 32, 3) == 750


@pytest.mark.parametrize(("kernel", "padding"), [(3, 1), (5, 2), (7, 3)])
def test_the_same_size_takes_half_a_kernel_of_zeros(kernel, padding):
    window, _ = window_of(Convolution(1, kernel=kernel, padding="same"), 2)  # row L2
    assert window.padding == ((padding, padding),) * 2
    even, _ = window_of(Convolution(1, kernel=kernel + 1, padding="same"), 2)
    assert even.padding == ((padding, padding + 1),) * 2  # one more at the end
    assert shape_after(Convolution(1, kernel=kernel, padding="same"), 9, 8, 2) == (9, 8, 1)
    assert shape_after(Convolution(1, kernel=kernel + 1, padding="same"), 9, 8, 2) == (9, 8, 1)


def test_windows_that_do_not_fit_are_refused_with_the_sizes_that_do():
    # Row L2: 7 x 7 under 3 x 3 with a stride of 3: (7 - 3) / 3 + 1 = 2.33.
    message = (
        r"^Convolution's windows of 3 places, 3 apart, do not fit a height of 7: that would be 2\.33 of them\. "
        r'Make the height 6 or 9, change the stride or the padding, or set fit="floor" to leave out the last 1\.'
    )
    with pytest.raises(InputError, match=message):
        shape_after(Convolution(1, stride=3), 7, 7, 1)
    assert shape_after(Convolution(1, stride=3), 6, 9, 1) == (2, 3, 1)
    with pytest.raises(InputError, match=r"a length of 7 and 2 of padding: that would be 4\.50 of"):
        shape_after(SequenceConvolution(1, kernel=2, stride=2, padding=1), 7, 1)
    with pytest.raises(InputError, match=r"Make the width 3 or 5, change"):
        shape_after(Convolution(1, stride=(1, 2)), 4, 4, 1)
    with pytest.raises(InputError, match=r"Make the height 2, change"):  # and 2 places fewer would be none
        shape_after(Convolution(1, stride=3, padding=2), 1, 1, 1)


def test_the_remainder_is_left_out_where_that_is_asked_for():
    # Row L2, as ResNet halves images: (32 - 3 + 2) / 2 + 1 = 16.5 and (224 - 7 + 6) / 2 + 1 = 112.5.
    assert shape_after(Convolution(8, stride=2, padding=1, fit="floor"), 32, 32, 3) == (16, 16, 8)
    assert shape_after(Convolution(64, kernel=7, stride=2, padding=3, fit="floor"), 224, 224, 3) == (112, 112, 64)
    layer = Convolution(1, stride=3, fit="floor")
    params, _ = layer.init(jax.random.key(0), (7, 7, 1))
    x = np.random.default_rng(0).normal(size=(1, 7, 7, 1)).astype("f")
    whole = Convolution(1, stride=3).apply(params, {}, x[:, :6, :6], context=CONTEXT)[0]
    np.testing.assert_array_equal(layer.apply(params, {}, x, context=CONTEXT)[0], whole)


def test_a_kernel_of_one_is_a_dense_layer_at_each_place():
    assert shape_after(Convolution(32, kernel=1), 56, 56, 64) == (56, 56, 32)  # row L3
    layer, x = Convolution(3, kernel=1), np.random.default_rng(0).normal(size=(2, 4, 5, 6)).astype("f")
    params, _ = layer.init(jax.random.key(0), x.shape[1:])
    dense = {"w": params["w"][0, 0], "b": params["b"]}
    expected, _ = Dense(3).apply(dense, {}, x.reshape(-1, 6), context=CONTEXT)
    np.testing.assert_allclose(
        layer.apply(params, {}, x, context=CONTEXT)[0], expected.reshape(2, 4, 5, 3), rtol=1e-5, atol=1e-6
    )


def test_four_windows_by_hand():
    # The kernel is not turned around: 1*1 + 2*2 + 4*3 + 5*4 + 0.5 = 37.5 at the first place.
    x = np.arange(1, 10, dtype=np.float32).reshape(1, 3, 3, 1)
    params = {"w": np.array([[1, 2], [3, 4]], np.float32).reshape(2, 2, 1, 1), "b": np.array([0.5], np.float32)}
    y, state = Convolution(1, kernel=2).apply(params, {}, x, context=CONTEXT)
    np.testing.assert_array_equal(y[0, :, :, 0], [[37.5, 47.5], [67.5, 77.5]])
    assert state == {}


def plain(layer, params, x):
    """Return the outputs, window by window."""
    window, spans = window_of(layer, x.ndim - 2)
    w, x = params["w"], np.pad(x, ((0, 0), *window.padding, (0, 0)))
    outs = [(n - s) // t + 1 for n, s, t in zip(x.shape[1:-1], spans, window.strides, strict=True)]
    y = np.zeros((len(x), *outs, layer.filters))
    seen, fed = w.shape[-2], layer.filters // layer.groups
    for p in itertools.product(*map(range, outs)):
        for k in itertools.product(*map(range, w.shape[:-2])):
            at = tuple(i * s + j * d for i, s, j, d in zip(p, window.strides, k, window.dilation, strict=True))
            for o in range(layer.filters):
                first = o // fed * seen
                y[:, *p, o] += x[:, *at, first : first + seen] @ w[(*k, slice(None), o)]
    return y + params.get("b", 0)


@every_option
def test_every_option_agrees_with_a_plain_loop(layer):
    with jax.enable_x64(True):
        params, x = drawn(layer)
        np.testing.assert_allclose(layer.apply(params, {}, x, context=CONTEXT)[0], plain(layer, params, x), rtol=1e-9)


@every_option
def test_gradients_of_every_option_agree_with_central_differences(layer):
    with jax.enable_x64(True):
        check_grads(lambda p, x: layer.apply(p, {}, x, context=CONTEXT)[0], drawn(layer), order=1, modes=["rev"])


@every_option
def test_all_ways_to_compute_give_the_same(layer):
    with jax.enable_x64(True):
        params, x = drawn(layer)
        x, (window, _) = jnp.asarray(x), window_of(layer, x.ndim - 2)

        def pulled(on_cpu):
            y, pull = jax.vjp(lambda x, w: convolving._convolved(x, w, window, None, on_cpu), x, params["w"])
            return y, *pull(jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape))

        here, there = pulled(True), pulled(False)
        ways = ["products"]
        ways += ["input as image"] * (window.groups == 1)
        ways += ["gradient as image"] * (window.groups == 1 and set(window.strides) == {1})
        dy = jnp.cos(jnp.arange(here[0].size, dtype=x.dtype)).reshape(here[0].shape)
        of_weights = [kernel_gradient(x, dy, window, params["w"].shape[:-2], x.dtype, way) for way in ways]
        for a, b in [*zip(here, there, strict=True), *((there[2], one) for one in of_weights)]:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "strides", "groups", "way"),
    [
        ((5, 5, 1, 6), (1, 1), 1, "input as image"),
        ((7, 7, 3, 64), (2, 2), 1, "input as image"),
        ((3, 3, 16, 16), (1, 1), 1, "gradient as image"),
        ((3, 3, 16, 120), (1, 1), 1, "input as image"),
        ((3, 3, 16, 32), (2, 2), 1, "products"),
        ((1, 1, 64, 64), (1, 1), 1, "products"),
        ((3, 3, 8, 32), (1, 1), 4, "products"),
    ],
)
def test_a_cpu_takes_the_way_that_was_measured_to_be_the_fastest(shape, strides, groups, way):
    window = Window(strides, ((0, 0), (0, 0)), (1, 1), groups)
    assert fastest_way(shape, window, True) == way
    assert fastest_way(shape, window, False) == "built in"


@pytest.mark.parametrize("channels", [3, 16])
def test_on_a_cpu_no_loop_meets_the_slow_gradient(channels):
    # Three convolutions, all with examples first and channels last; the products are the gradient of the biases.
    layer, x = Convolution(4, padding=1), jnp.ones((2, 5, 5, channels))
    params, _ = layer.init(jax.random.key(0), x.shape[1:])
    gradient = jax.grad(lambda p, x: jnp.sum(layer.apply(p, {}, x, context=CONTEXT)[0]), argnums=(0, 1))
    program = str(jax.make_jaxpr(gradient)(params, x))
    usual = "lhs_spec=(0, 3, 1, 2), rhs_spec=(3, 2, 0, 1), out_spec=(0, 3, 1, 2)"
    assert program.count("= conv_general_dilated[") == program.count(usual) == 3
    assert program.count("= dot_general[") == 1


def test_the_gradient_has_a_gradient():
    with jax.enable_x64(True):
        layer = Convolution(2, kernel=2, stride=2, dilation=2, padding=1, fit="floor")
        params, x = drawn(layer)
        check_grads(lambda w: jnp.sum(jnp.tanh(layer.apply({**params, "w": w}, {}, x, context=CONTEXT)[0])),
                    (params["w"],), order=2, modes=["rev"])  # fmt: skip


def test_a_filter_of_a_depthwise_convolution_sees_one_channel():
    layer = Convolution(3, groups=3, padding="same")
    params, _ = layer.init(jax.random.key(0), (4, 4, 3))
    assert params["w"].shape == (3, 3, 1, 3)
    x = np.zeros((1, 4, 4, 3), np.float32)
    x[..., 1] = 1
    seen = np.any(np.asarray(layer.apply(params, {}, x, context=CONTEXT)[0]) != 0, axis=(0, 1, 2))
    assert seen.tolist() == [False, True, False]


@pytest.mark.parametrize("on_cpu", [True, False])
def test_rounded_its_gradients_are_those_of_rounded_entries(on_cpu):
    def rounded(values):
        return values.astype(jnp.bfloat16).astype(values.dtype)

    draws, (window, _) = np.random.default_rng(1), window_of(Convolution(1, stride=2, padding=1), 2)
    x, w, dy = (jnp.asarray(draws.normal(size=s), jnp.float32) for s in ((2, 5, 5, 3), (3, 3, 3, 4), (2, 3, 3, 4)))

    def pulled(x, w, dy, rounding):
        y, pull = jax.vjp(lambda x, w: convolving._convolved(x, w, window, rounding, on_cpu), x, w)
        return y, *pull(dy)

    expected = pulled(*map(rounded, (x, w, dy)), None)
    for a, b, full in zip(pulled(x, w, dy, jnp.bfloat16), expected, pulled(x, w, dy, None), strict=True):
        assert a.dtype == jnp.float32
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
        assert not np.allclose(b, full, rtol=1e-4, atol=1e-4)


def test_the_weights_come_from_the_initialiser_with_the_layers_fans():
    key = jax.random.key(3)
    params, _ = Convolution(6, kernel=(3, 5), groups=2, weights=GlorotNormal(), bias=0.1).init(key, (9, 9, 4))
    expected = GlorotNormal()(key, (3, 5, 2, 6), fan_in=3 * 5 * 2, fan_out=3 * 5 * 3)
    np.testing.assert_array_equal(params["w"], expected)
    np.testing.assert_allclose(params["b"], np.full(6, 0.1), rtol=1e-6)


def test_multiply_adds_are_those_of_the_windows():
    # Row L2's example: each of 32 x 32 x 10 outputs takes 5 x 5 x 3 products; of two groups, half as many.
    (row,) = layer_work(Sequential((Convolution(10, kernel=5, padding=2),)), (32, 32, 3))
    assert row.multiply_adds == math.prod((32, 32, 10)) * 75 == 768_000 and row.output_bytes == 4 * 10_240
    (row,) = layer_work(Sequential((Convolution(10, kernel=5, padding=2, groups=2),)), (32, 32, 4))
    assert row.multiply_adds == math.prod((32, 32, 10)) * 50
    (row,) = layer_work(Sequential((Named("each", Convolution(4, groups=4, stride=2, fit="floor")),)), (32, 32, 4))
    assert row.multiply_adds == math.prod((15, 15, 4)) * 9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": 0}, r"^Convolution.filters must be at least 1; got 0\.$"),
        ({"groups": 0}, r"^Convolution.groups must be at least 1; got 0\.$"),
        ({"kernel": (3, 0)}, r"^Convolution.kernel must be at least 1; got \(3, 0\)\.$"),
        ({"stride": 0}, r"^Convolution.stride must be at least 1; got 0\.$"),
        ({"dilation": -1}, r"^Convolution.dilation must be at least 1; got -1\.$"),
        ({"padding": -1}, r"^Convolution.padding must be at least 0; got -1\.$"),
        (
            {"padding": 3},
            r"^Convolution.padding must be less than .* reaches over, 3 x 3, or some would see .*; got 3\.$",
        ),
        ({"groups": 3}, r"^Convolution.filters must be a multiple of groups=3; got 4\.$"),
        ({"kernel": (3, 3, 3)}, r"^Convolution.kernel must be a whole number or a tuple of 2 values"),
        ({"padding": "some"}, r"^Convolution.padding must be .* or one of 'valid', 'same'; got 'some'\.$"),
        ({"fit": "round"}, r"^Convolution.fit must be one of 'error', 'floor'; got 'round'\.$"),
    ],
)
def test_refuses_sizes_that_are_none(settings, message):
    with pytest.raises(InputError, match=message):
        Convolution(**{"filters": 4, **settings})


def test_refuses_inputs_of_another_form():
    with pytest.raises(InputError, match=r"^Convolution needs images .* got input_shape=\(28, 28\)\. Put a Reshape"):
        Convolution(4).init(jax.random.key(0), (28, 28))
    with pytest.raises(InputError, match=r"^SequenceConvolution needs sequences .* got input_shape=\(28, 28, 1\)"):
        SequenceConvolution(4).init(jax.random.key(0), (28, 28, 1))
    with pytest.raises(InputError, match=r"^Convolution needs channels that are a multiple of groups=2; got 3 "):
        Convolution(4, groups=2).init(jax.random.key(0), (8, 8, 3))
    params, _ = Convolution(4).init(jax.random.key(0), (8, 8, 3))
    message = (
        r"^Convolution was initialised for 3 channels and 2 axes of places; got an input of shape \(2, 8, 8, 1\)\. "
        r"Call init with input_shape=\(8, 8, 1\)\.$"
    )
    with pytest.raises(InputError, match=message):
        Convolution(4).apply(params, {}, jnp.ones((2, 8, 8, 1)), context=CONTEXT)


def test_padding_at_the_end_of_a_sequence_stays_zero_without_a_shift():
    x = np.zeros((1, 8, 2), np.float32)
    x[:, :3] = 1.0  # five steps of padding, of which a window of three around the first still sees the last step
    for shift, told in ((False, [True] * 4 + [False] * 4), (True, [True] * 8)):
        layer = SequenceConvolution(4, padding="same", shift=shift, bias=0.5)
        y, _ = layer.apply(layer.init(jax.random.key(0), (8, 2))[0], {}, x, context=CONTEXT)
        assert (np.asarray(y)[0] != 0).any(axis=1).tolist() == told


def test_refuses_an_input_smaller_than_a_window_and_names_the_layer():
    network = Sequential((Convolution(4, kernel=5), Convolution(4, kernel=5)))
    message = (
        r"^convolution_2: Convolution's window reaches over 5 places, more than its input's height of 4\. Make the "
        r"window smaller, pad its input, or let the layers before it shrink that less\.$"
    )
    with pytest.raises(InputError, match=message):
        network.init(jax.random.key(0), (8, 8, 1))
