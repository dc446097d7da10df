"""Transposed convolutions: sizes, hand values, a plain loop, gradients of every option, fans, misuse."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.layers import convolving
from thalweg.layers.convolution import Convolution
from thalweg.layers.kernel import window_of
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.sequential import Sequential, output_shape
from thalweg.network.work import layer_work
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(1, np.float32))
OPTIONS = [
    TransposedConvolution(3),
    TransposedConvolution(3, kernel=(3, 2), stride=(2, 1), padding=(1, 0)),
    TransposedConvolution(3, kernel=3, padding="same"),  # cuts one place, at the end
    TransposedConvolution(2, kernel=(4, 5), stride=(1, 3), padding="same"),
    TransposedConvolution(16, kernel=(2, 3), stride=1, padding=1),
    TransposedConvolution(16, kernel=2, stride=3, shift=False),  # places between windows that see nothing
    TransposedConvolution(3, kernel=3, stride=2, dilation=(2, 1), padding=2),
    TransposedConvolution(4, kernel=3, groups=2, padding=1),
    TransposedConvolution(4, kernel=3, groups=4, stride=(2, 1), padding="same"),  # a filter for each channel
    TransposedConvolution(8, groups=4, dilation=2),
    TransposedConvolution(3, kernel=1, stride=1),
]
every_option = pytest.mark.parametrize("layer", OPTIONS)


def drawn(layer):
    """Return parameters and examples in float64."""
    random = np.random.default_rng(0)
    params, _ = layer.init(jax.random.key(0), (3, 4, 4))
    return {name: random.normal(size=p.shape) for name, p in params.items()}, random.normal(size=(2, 3, 4, 4))


def cuts_of(layer, spans, strides):
    """Return how much is cut off the beginning and the end of each axis."""
    if layer.padding == "same":
        return [((f - s) // 2, f - s - (f - s) // 2) for f, s in zip(spans, strides, strict=True)]
    return [(p, p) for p in np.broadcast_to({"valid": 0}.get(layer.padding, layer.padding), 2).tolist()]


def plain(layer, params, x):
    """Return the outputs: every place and weight adds to one of them, and the edges are cut off at the end."""
    kernel, strides, dilation = (np.broadcast_to(s, 2).tolist() for s in (layer.kernel, layer.stride, layer.dilation))
    spans = [(f - 1) * d + 1 for f, d in zip(kernel, dilation, strict=True)]
    whole = [s * (n - 1) + f for s, n, f in zip(strides, x.shape[1:3], spans, strict=True)]
    y, w = np.zeros((len(x), *whole, layer.filters)), params["w"]
    seen, fed = w.shape[2], layer.filters // layer.groups
    for p, q, j, k in itertools.product(*map(range, (*x.shape[1:3], *kernel))):
        for o in range(layer.filters):
            first = o // fed * seen
            at = p * strides[0] + j * dilation[0], q * strides[1] + k * dilation[1]
            y[:, *at, o] += x[:, p, q, first : first + seen] @ w[j, k, :, o]
    (top, bottom), (left, right) = cuts_of(layer, spans, strides)
    return y[:, top : whole[0] - bottom, left : whole[1] - right] + params.get("b", 0)


def test_sizes_by_hand():
    # S (N - 1) + F - 2P: 2 * 6 + 2 = 14, 2 * 6 + 4 - 2 = 14, 2 * 6 + 3 - 2 = 13, 1 * 4 + 3 = 7, and 3 * 6 + 5 = 23.
    assert output_shape(TransposedConvolution(5), (7, 6, 3)) == (14, 12, 5)
    assert output_shape(TransposedConvolution(5, kernel=4, padding=1), (7, 7, 3)) == (14, 14, 5)
    assert output_shape(TransposedConvolution(5, kernel=3, padding=1), (7, 7, 3)) == (13, 13, 5)
    assert output_shape(TransposedConvolution(1, kernel=3, stride=1), (5, 5, 3)) == (7, 7, 1)
    assert output_shape(TransposedConvolution(1, kernel=3, stride=3, dilation=2), (7, 7, 3)) == (23, 23, 1)
    for kernel, stride in ((3, 2), (4, 2), (5, 3), (3, 1), (2, 2)):
        layer = TransposedConvolution(2, kernel=kernel, stride=stride, padding="same")
        assert output_shape(layer, (4, 7, 3)) == (4 * stride, 7 * stride, 2)


def test_two_places_by_hand():
    # 1 and 10 under weights 1, 2, 3 two apart: 1, 2, 3 and 10, 20, 30 meet at the third place. And 0.5 more everywhere.
    params = {"w": np.array([1, 2, 3], np.float32).reshape(1, 3, 1, 1), "b": np.array([0.5], np.float32)}
    x = np.array([1, 10], np.float32).reshape(1, 1, 2, 1)
    y, state = TransposedConvolution(1, kernel=(1, 3), stride=(1, 2)).apply(params, {}, x, context=CONTEXT)
    np.testing.assert_array_equal(y[0, 0, :, 0], [1.5, 2.5, 13.5, 20.5, 30.5])
    same = TransposedConvolution(1, kernel=(1, 3), stride=(1, 2), padding="same")
    np.testing.assert_array_equal(same.apply(params, {}, x, context=CONTEXT)[0][0, 0, :, 0], [1.5, 2.5, 13.5, 20.5])
    assert state == {}


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
def test_both_ways_to_compute_give_the_same(layer, monkeypatch):
    with jax.enable_x64(True):
        params, x = drawn(layer)

        def pulled(machine):
            monkeypatch.setattr(convolving, "backend", lambda: machine)
            y, pull = jax.vjp(lambda p, x: layer.apply(p, {}, x, context=CONTEXT)[0], params, x)
            return jax.tree.leaves((y, pull(jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape))))

        for a, b in zip(pulled("cpu"), pulled("gpu"), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_it_is_the_gradient_of_a_convolution_with_respect_to_its_input():
    forward = Convolution(4, kernel=3, stride=2, padding=1, shift=False)
    backward = TransposedConvolution(3, kernel=3, stride=2, padding=1, shift=False)
    with jax.enable_x64(True):
        random = np.random.default_rng(1)
        w, x, dy = (random.normal(size=shape) for shape in ((3, 3, 3, 4), (2, 5, 7, 3), (2, 3, 4, 4)))
        _, pull = jax.vjp(lambda x: forward.apply({"w": w}, {}, x, context=CONTEXT)[0], x)
        y, _ = backward.apply({"w": np.swapaxes(w, 2, 3)}, {}, dy, context=CONTEXT)
        np.testing.assert_allclose(y, pull(jnp.asarray(dy))[0], rtol=1e-9)


def test_the_gradient_has_a_gradient():
    with jax.enable_x64(True):
        layer = TransposedConvolution(2, kernel=3, padding="same")
        params, x = drawn(layer)
        check_grads(lambda w: jnp.sum(jnp.tanh(layer.apply({**params, "w": w}, {}, x, context=CONTEXT)[0])),
                    (params["w"],), order=2, modes=["rev"])  # fmt: skip


def test_on_a_cpu_no_loop_meets_the_slow_gradient():
    # Two convolutions, forward and the gradient of the inputs; that of the weights is a product for each of 9 places.
    layer, x = TransposedConvolution(16, kernel=3, shift=False), jnp.ones((2, 5, 5, 16))
    params, _ = layer.init(jax.random.key(0), x.shape[1:])
    gradient = jax.grad(lambda p, x: jnp.sum(layer.apply(p, {}, x, context=CONTEXT)[0]), argnums=(0, 1))
    program = str(jax.make_jaxpr(gradient)(params, x))
    assert program.count("= conv_general_dilated[") == 2 and program.count("= dot_general[") == 9


@pytest.mark.parametrize("on_cpu", [True, False])
def test_rounded_its_gradients_are_those_of_rounded_entries(on_cpu):
    def rounded(values):
        return values.astype(jnp.bfloat16).astype(values.dtype)

    draws, (window, _) = np.random.default_rng(1), window_of(Convolution(1, stride=2, padding=1), 2)
    x, w, dy = (jnp.asarray(draws.normal(size=s), jnp.float32) for s in ((2, 3, 3, 4), (3, 3, 3, 4), (2, 5, 5, 3)))

    def pulled(x, w, dy, rounding):
        y, pull = jax.vjp(lambda x, w: convolving._spread(x, w, window, dy.shape, rounding, on_cpu), x, w)
        return y, *pull(dy)

    expected = pulled(*map(rounded, (x, w, dy)), None)
    for a, b, full in zip(pulled(x, w, dy, jnp.bfloat16), expected, pulled(x, w, dy, None), strict=True):
        assert a.dtype == jnp.float32
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
        assert not np.allclose(b, full, rtol=1e-4, atol=1e-4)


def test_the_weights_come_from_the_initialiser_with_the_products_of_one_place():
    # 4 x 6 weights 2 x 3 apart: 2 x 2 windows meet at a place, each with the 2 channels of its group: 8 products. An
    # input feeds 4 x 6 places of 3 filters each.
    key = jax.random.key(3)
    layer = TransposedConvolution(6, kernel=(4, 6), stride=(2, 3), groups=2, weights=GlorotNormal(), bias=0.1)
    params, _ = layer.init(key, (9, 9, 4))
    np.testing.assert_array_equal(params["w"], GlorotNormal()(key, (4, 6, 2, 6), fan_in=8, fan_out=72))
    np.testing.assert_allclose(params["b"], np.full(6, 0.1), rtol=1e-6)
    sparse = TransposedConvolution(6, kernel=1, stride=2, weights=HeNormal()).init(key, (9, 9, 2))[0]
    np.testing.assert_array_equal(sparse["w"], HeNormal()(key, (1, 1, 2, 6), fan_in=1, fan_out=6))  # not 1/2


def test_he_s_weights_keep_the_second_moment_of_rectified_inputs():
    layer = TransposedConvolution(64, kernel=4, stride=2, weights=HeNormal())
    params, _ = layer.init(jax.random.key(0), (6, 6, 32))
    x = np.maximum(np.random.default_rng(0).normal(size=(40, 6, 6, 32)), 0).astype("f")
    inner = np.asarray(layer.apply(params, {}, x, context=CONTEXT)[0])[:, 4:-4, 4:-4]
    assert inner.std() == pytest.approx(1, abs=0.1)  # 2 / fan_in * 1 / 2 * fan_in; the convolution's fan gives 0.5


def test_multiply_adds_are_a_product_for_each_place_and_weight():
    (row,) = layer_work(Sequential((TransposedConvolution(8, kernel=4, padding=1, groups=2),)), (5, 6, 4))
    assert row.multiply_adds == 5 * 6 * 4 * 4 * 2 * 8
    (row,) = layer_work(Sequential((TransposedConvolution(4, kernel=3, groups=4),)), (5, 6, 4))
    assert row.multiply_adds == 5 * 6 * 3 * 3 * 4


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": 0}, r"filters must be at least 1; got 0\."),
        ({"kernel": (3, 0)}, r"kernel must be at least 1; got \(3, 0\)\."),
        ({"stride": 0}, r"stride must be at least 1; got 0\."),
        (
            {"padding": 2},
            r"padding must be less than the places .* 2 x 2, or some would be cut off .*; got 2\.",
        ),
        ({"groups": 3}, r"filters must be a multiple of groups=3; got 4\."),
        (
            {"stride": (2, 3), "padding": "same"},
            r'padding="same" needs windows that reach over a stride at least, 2 x 3; got 2 x 2\. Make the kernel '
            r'larger, or set padding="valid"\.',
        ),
    ],
)
def test_refuses_sizes_that_are_none(settings, message):
    with pytest.raises(InputError, match=rf"^TransposedConvolution\.{message}$"):
        TransposedConvolution(**{"filters": 4, **settings})


def test_refuses_inputs_of_another_form():
    layer, key = TransposedConvolution(4), jax.random.key(0)
    with pytest.raises(InputError, match=r"^TransposedConvolution needs images .* got input_shape=\(28, 28\)\. Put"):
        layer.init(key, (28, 28))
    with pytest.raises(InputError, match=r"^TransposedConvolution needs channels that are a .* groups=2; got 3"):
        TransposedConvolution(4, groups=2).init(key, (8, 8, 3))
    params, _ = layer.init(key, (8, 8, 3))
    message = r"^TransposedConvolution was initialised for 3 channels and 2 axes of places; got .*\(8, 8, 1\)\.$"
    with pytest.raises(InputError, match=message):
        layer.apply(params, {}, jnp.ones((2, 8, 8, 1)), context=CONTEXT)
    message = (
        r"^TransposedConvolution would cut off all that it makes of a height of 1: -1 places would be left\. Make the "
        r"padding smaller or the kernel larger\.$"
    )
    with pytest.raises(InputError, match=message):
        TransposedConvolution(4, kernel=3, padding=2).init(key, (1, 4, 3))
