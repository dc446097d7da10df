"""Our layers and initialisers against those of Keras, with the same parameters at random inputs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.oracles.keras_on_jax import as_it_is_used, keras

from thalweg.activations.relu import ReLU
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.gru import GRU
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.lstm import LSTM
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.prelu import PReLU
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.layers.squeeze_excite import SqueezeExcite
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.residual import Residual
from thalweg.types import Context

ROWS, FEATURES, STEPS, UNITS = 12, 6, 7, 5
draws = np.random.default_rng(3)
X = draws.normal(loc=1.0, scale=2.0, size=(ROWS, FEATURES)).astype("f")
SEQUENCES = draws.normal(size=(ROWS, STEPS, 3)).astype("f")
ENDS = draws.integers(1, STEPS + 1, ROWS)
for row, end in enumerate(ENDS):
    SEQUENCES[row, end:] = 0  # padding


def applied(layer, params, x, state=None, *, training=False):
    context = Context(training, jax.random.key(4) if training else None, jnp.ones(len(x)))
    return layer.apply(params, state or {}, jnp.asarray(x), context=context)


def drawn(layer, shape):
    """Return parameters moved away from the 0 and 1 that they begin at."""
    params, state = layer.init(jax.random.key(0), shape)
    return {name: leaf + draws.normal(scale=0.3, size=leaf.shape).astype("f") for name, leaf in params.items()}, state


def theirs(layer, weights, x, **called):
    with as_it_is_used():
        layer.build(x.shape)
        layer.set_weights([np.asarray(weight) for weight in weights])
        return np.asarray(layer(jnp.asarray(x), **called))


def test_dense():
    params, _ = drawn(Dense(UNITS), (FEATURES,))
    expected = theirs(keras.layers.Dense(UNITS), [params["w"], params["b"]], X)
    np.testing.assert_allclose(applied(Dense(UNITS), params, X)[0], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "name", "settings"),
    [
        (LayerNorm(1e-3), "LayerNormalization", {}),
        (GroupNorm(2, 1e-3), "GroupNormalization", {"groups": 2}),
        (GroupNorm(3, 1e-3), "GroupNormalization", {"groups": 3}),
    ],
    ids=["layer", "two groups", "three groups"],
)
def test_norms_of_an_example(ours, name, settings):
    # Keras adds 1e-3 to the variance if nothing is said, ours 1e-5.
    params, _ = drawn(ours, (FEATURES,))
    expected = theirs(getattr(keras.layers, name)(**settings), [params["gamma"], params["beta"]], X)
    np.testing.assert_allclose(applied(ours, params, X)[0], expected, rtol=2e-5, atol=2e-5)


def test_batch_norm_and_its_running_averages_over_steps():
    # Keras keeps 0.99 of an average and adds 1e-3 if nothing is said; the variance that both average is the biased one.
    ours = BatchNorm(momentum=0.8, epsilon=1e-3)
    params, state = drawn(ours, (FEATURES,))
    layer = keras.layers.BatchNormalization(momentum=0.8)
    with as_it_is_used():
        layer.build(X.shape)
        layer.set_weights([np.asarray(leaf) for leaf in (*map(params.get, ("gamma", "beta")), *state.values())])
    for step in range(5):
        batch = (X * (1 + step) + step).astype("f")
        got, state = applied(ours, params, batch, state, training=True)
        with as_it_is_used():
            expected = np.asarray(layer(jnp.asarray(batch), training=True))
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=2e-5)
    np.testing.assert_allclose(state["mean"], np.asarray(layer.moving_mean), rtol=1e-5)
    np.testing.assert_allclose(state["variance"], np.asarray(layer.moving_variance), rtol=1e-4)
    with as_it_is_used():
        expected = np.asarray(layer(jnp.asarray(X), training=False))
    np.testing.assert_allclose(applied(ours, params, X, state)[0], expected, rtol=1e-4, atol=1e-5)


def test_prelu():
    params, _ = drawn(PReLU(), (FEATURES,))
    expected = theirs(keras.layers.PReLU(), [params["slope"]], X)
    np.testing.assert_allclose(applied(PReLU(), params, X)[0], expected, rtol=1e-6)


def test_dropout_drops_the_share_that_keras_drops():
    # Both name the share that is dropped, and divide what is kept by the other share while training.
    x = np.ones((400, 100), "f")
    ours, _ = applied(Dropout(0.3), {}, x, training=True)
    with as_it_is_used():
        expected = np.asarray(keras.layers.Dropout(0.3, seed=1)(jnp.asarray(x), training=True))
    np.testing.assert_allclose(np.unique(ours), np.unique(expected), rtol=1e-6)
    for kept in (ours, expected):
        assert abs(np.mean(np.asarray(kept) > 0) - 0.7) < 0.01  # four deviations of 40,000 draws
        assert abs(np.mean(np.asarray(kept)) - 1) < 0.014  # the same deviations, over 0.7
    used = applied(Dropout(0.3), {}, x)[0], theirs(keras.layers.Dropout(0.3), [], x, training=False)
    np.testing.assert_array_equal(*used)
    np.testing.assert_array_equal(used[0], x)


@pytest.mark.parametrize("every_step", [False, True], ids=["last", "every step"])
@pytest.mark.parametrize(
    ("kind", "name", "settings"),
    [
        (SimpleRecurrent, "SimpleRNN", {}),
        # Keras' own default multiplies by the matrix first and resets then, as PyTorch; ours is Cho's form.
        (GRU, "GRU", {"reset_after": False}),
        (LSTM, "LSTM", {}),
    ],
    ids=["simple", "gru", "lstm"],
)
def test_recurrent_layers_on_padded_sequences(kind, name, settings, every_step):
    ours = kind(UNITS, every_step=every_step)
    params, _ = drawn(ours, SEQUENCES.shape[1:])
    layer = getattr(keras.layers, name)(UNITS, return_sequences=every_step, zero_output_for_mask=every_step, **settings)
    real = jnp.asarray(np.arange(STEPS)[None, :] < ENDS[:, None])
    weights = [params["w_input"], params["w_recurrent"], params["b"]]
    expected = theirs(layer, weights, SEQUENCES, mask=real)
    np.testing.assert_allclose(applied(ours, params, SEQUENCES)[0], expected, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (HeUniform(), "HeUniform"),
        (GlorotUniform(), "GlorotUniform"),
        (HeNormal(), "HeNormal"),
        (GlorotNormal(), "GlorotNormal"),
        (LecunNormal(), "LecunNormal"),
        (Orthogonal(1.5), "Orthogonal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_initialisers_vary_alike(ours, name):
    settings = {"gain": 1.5} if name == "Orthogonal" else {}
    with as_it_is_used():
        expected = np.asarray(getattr(keras.initializers, name)(seed=1, **settings)((300, 200)))
    got = np.asarray(ours(jax.random.key(0), (300, 200), fan_in=300, fan_out=200))
    assert got.std() == pytest.approx(expected.std(), rel=0.01)
    if name.endswith("Uniform"):
        assert np.abs(got).max() == pytest.approx(np.abs(expected).max(), rel=1e-3)
    elif name == "Orthogonal":
        np.testing.assert_allclose(got.T @ got, expected.T @ expected, atol=1e-4)
    else:  # Keras cuts normal draws at two deviations, and widens them to the same variance; ours have their tails
        assert np.abs(expected).max() < 2.3 * expected.std() < np.abs(got).max()


IMAGES = draws.normal(size=(3, 8, 7, 4)).astype("f")


@pytest.mark.parametrize(
    ("ours", "name", "settings", "x"),
    [
        (Convolution(6, kernel=(3, 2)), "Conv2D", {"kernel_size": (3, 2)}, IMAGES),
        (Convolution(6, padding="same"), "Conv2D", {"kernel_size": 3, "padding": "same"}, IMAGES),
        (Convolution(6, kernel=2, padding="same"), "Conv2D", {"kernel_size": 2, "padding": "same"}, IMAGES),
        # Keras leaves out the places that no window reaches, without a word.
        (Convolution(6, stride=(2, 3), fit="floor"), "Conv2D", {"kernel_size": 3, "strides": (2, 3)}, IMAGES),
        (Convolution(6, dilation=2), "Conv2D", {"kernel_size": 3, "dilation_rate": 2}, IMAGES),
        (Convolution(6, groups=2), "Conv2D", {"kernel_size": 3, "groups": 2}, IMAGES),
        (Convolution(6, kernel=1), "Conv2D", {"kernel_size": 1}, IMAGES),
        (Convolution(6, shift=False), "Conv2D", {"kernel_size": 3, "use_bias": False}, IMAGES),
        (SequenceConvolution(6, stride=2), "Conv1D", {"kernel_size": 3, "strides": 2}, IMAGES[:, 0]),
        (
            SequenceConvolution(6, padding="same", dilation=2),
            "Conv1D",
            {"kernel_size": 3, "padding": "same", "dilation_rate": 2},
            IMAGES[:, 0],
        ),
        (SequenceConvolution(6, kernel=2, groups=2), "Conv1D", {"kernel_size": 2, "groups": 2}, IMAGES[:, 0]),
    ],
    ids=[
        "pair",
        "same",
        "same of an even kernel",
        "strides",
        "dilation",
        "groups",
        "kernel of one",
        "no shift",
        "sequences",
        "sequences, same and dilation",
        "sequences, groups",
    ],
)
def test_convolutions(ours, name, settings, x):
    params, _ = drawn(ours, x.shape[1:])
    expected = theirs(getattr(keras.layers, name)(6, **settings), list(params.values()), x)
    np.testing.assert_allclose(applied(ours, params, x)[0], expected, rtol=1e-4, atol=1e-5)


def test_a_number_of_zeros_around_an_image():
    ours = Convolution(6, padding=(2, 1), stride=(2, 1), fit="floor")
    params, _ = drawn(ours, IMAGES.shape[1:])
    padded = np.pad(IMAGES, ((0, 0), (2, 2), (1, 1), (0, 0)))
    expected = theirs(keras.layers.Conv2D(6, 3, strides=(2, 1)), [params["w"], params["b"]], padded)
    np.testing.assert_allclose(applied(ours, params, IMAGES)[0], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("ours", "name", "settings", "x"),
    [
        (Convolution(4, groups=4), "DepthwiseConv2D", {"kernel_size": 3}, IMAGES),
        (Convolution(4, groups=4, stride=2, fit="floor"), "DepthwiseConv2D", {"kernel_size": 3, "strides": 2}, IMAGES),
        (Convolution(8, groups=4), "DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, IMAGES),
        (SequenceConvolution(4, groups=4), "DepthwiseConv1D", {"kernel_size": 3}, IMAGES[:, 0]),
    ],
    ids=["images", "stride", "two filters a channel", "sequences"],
)
def test_depthwise_convolutions(ours, name, settings, x):
    params, _ = drawn(ours, x.shape[1:])
    kernel = np.asarray(params["w"])  # Keras keeps it as (..., channels, filters a channel)
    weights = [kernel.reshape(*kernel.shape[:-2], 4, -1), params["b"]]
    expected = theirs(getattr(keras.layers, name)(**settings), weights, x)
    np.testing.assert_allclose(applied(ours, params, x)[0], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("ours", "settings"),
    [
        ({"kernel": (3, 2)}, {"kernel_size": (3, 2), "strides": 2}),
        ({"kernel": 3, "padding": "same"}, {"kernel_size": 3, "strides": 2, "padding": "same"}),
        ({"kernel": 5, "stride": 2, "padding": "same"}, {"kernel_size": 5, "strides": 2, "padding": "same"}),
        ({"kernel": 4, "stride": (3, 1), "padding": "same"}, {"kernel_size": 4, "strides": (3, 1), "padding": "same"}),
        ({"kernel": 2, "stride": 3}, {"kernel_size": 2, "strides": 3, "output_padding": 0}),
        ({"kernel": 3, "stride": 1, "dilation": 2}, {"kernel_size": 3, "dilation_rate": 2}),
    ],
    ids=["pair", "same", "same of five", "same of four", "gaps", "dilation"],
)
def test_transposed_convolutions(ours, settings):
    layer = TransposedConvolution(6, **ours)
    params, _ = drawn(layer, IMAGES.shape[1:])
    weights = [np.swapaxes(np.asarray(params["w"]), 2, 3), params["b"]]  # Keras keeps that kernel as the convolution's
    expected = theirs(keras.layers.Conv2DTranspose(6, **settings), weights, IMAGES)
    np.testing.assert_allclose(applied(layer, params, IMAGES)[0], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling], ids=["max", "average"])
@pytest.mark.parametrize(
    ("ours", "settings"),
    [
        ({"fit": "floor"}, {"pool_size": 2}),
        ({"window": 3, "stride": (2, 1), "fit": "floor"}, {"pool_size": 3, "strides": (2, 1)}),
        # A mean over the edge is of the places inside the image, in Keras as here.
        ({"window": 3, "stride": 1, "padding": "same"}, {"pool_size": 3, "strides": 1, "padding": "same"}),
    ],
    ids=["halves", "overlapping", "same"],
)
def test_poolings(kind, ours, settings):
    expected = theirs(getattr(keras.layers, f"{kind.__name__}2D")(**settings), [], IMAGES)
    np.testing.assert_allclose(applied(kind(**ours), {}, IMAGES)[0], expected, rtol=1e-5, atol=1e-6)


def test_a_padded_pooling_of_the_largest():
    # Padding is no entry, which to a maximum it is not either where it is -infinity. A mean leaves it out, as above.
    padded = np.pad(IMAGES, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    expected = theirs(keras.layers.MaxPooling2D(3, strides=2), [], padded)
    ours = MaxPooling(3, stride=2, padding=1, fit="floor")
    np.testing.assert_array_equal(applied(ours, {}, IMAGES)[0], expected)


@pytest.mark.parametrize(("name", "x"), [("GlobalAveragePooling2D", IMAGES), ("GlobalAveragePooling1D", IMAGES[:, 0])])
def test_global_average_pooling(name, x):
    expected = theirs(getattr(keras.layers, name)(), [], x)
    np.testing.assert_allclose(applied(GlobalAveragePooling(), {}, x)[0], expected, rtol=1e-5, atol=1e-6)


def test_squeeze_and_excitation_is_two_dense_layers_and_a_product():
    layer = SqueezeExcite(2)
    params, _ = drawn(layer, IMAGES.shape[1:])
    with as_it_is_used():
        x = keras.Input(IMAGES.shape[1:])
        means = keras.layers.GlobalAveragePooling2D(keepdims=True)(x)
        gates = keras.layers.Dense(4, activation="sigmoid")(keras.layers.Dense(2, activation="relu")(means))
        model = keras.Model(x, keras.layers.Multiply()([x, gates]))
        names = ("w_squeeze", "b_squeeze", "w_excite", "b_excite")
        model.set_weights([np.asarray(params[name]) for name in names])
        expected = np.asarray(model(jnp.asarray(IMAGES)))
    np.testing.assert_allclose(applied(layer, params, IMAGES)[0], expected, rtol=1e-5, atol=1e-6)


def test_a_residual_block_with_a_convolution_on_its_shortcut():
    block = Residual(
        (Convolution(4, stride=2, padding=1, fit="floor"), Activation(ReLU()), Convolution(4, padding=1)),
        (Convolution(4, kernel=1, stride=2, fit="floor"),),
    )
    params, state = block.init(jax.random.key(0), IMAGES.shape[1:])
    first, second = (params["branch"][f"convolution_{k}"] for k in (1, 2))
    around = params["shortcut"]["convolution_1"]
    with as_it_is_used():
        # Padding "same" of Keras would put its zeros elsewhere under a stride of 2.
        x = keras.Input(IMAGES.shape[1:])
        y = keras.layers.Conv2D(4, 3, strides=2, activation="relu")(keras.layers.ZeroPadding2D(1)(x))
        y = keras.layers.Conv2D(4, 3, padding="same")(y)
        model = keras.Model(x, keras.layers.Add()([y, keras.layers.Conv2D(4, 1, strides=2)(x)]))
        model.layers[2].set_weights([np.asarray(first[name]) for name in ("w", "b")])
        model.layers[3].set_weights([np.asarray(second[name]) for name in ("w", "b")])
        model.layers[4].set_weights([np.asarray(around[name]) for name in ("w", "b")])
        expected = np.asarray(model(jnp.asarray(IMAGES)))
    y, _ = block.apply(params, state, IMAGES, context=Context(False, None, jnp.ones(len(IMAGES))))
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
