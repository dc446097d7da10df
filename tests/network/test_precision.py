"""Computing in bfloat16: what is rounded, what is not, and that it trains."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.contracts import cases

from thalweg.activations.relu import ReLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.gru import GRU
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.lstm import LSTM
from thalweg.layers.maxout import Maxout
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential, output_shape
from thalweg.network.sixteen_bits import rounded_product
from thalweg.starts.lsuv import LSUV
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Context, Seen
from thalweg.updates.adam import Adam

LAYERS = [pytest.param(case.spec, id=type(case.spec).__name__) for case in cases.CASES["layer"]]


def applied(network, x, *, training=True):
    params, state = network.init(jax.random.key(0), x.shape[1:])
    context = Context(training, jax.random.key(1) if training else None, jnp.ones(len(x)))
    return network.apply(params, state, x, context=context)


def rows(*shape):
    return jnp.asarray(np.random.default_rng(0).normal(size=shape), jnp.float32)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_gives_what_it_gives_in_full_to_a_percent(layer, training):
    x = rows(8, *cases.example_shape(layer))
    (low, low_state), (full, full_state) = (
        applied(Sequential((layer,), precision), x, training=training) for precision in ("bfloat16", "full")
    )
    assert low.dtype == full.dtype == jnp.float32
    assert jax.tree.map(jnp.result_type, low_state) == jax.tree.map(jnp.result_type, full_state)
    np.testing.assert_allclose(low, full, atol=0.05 * float(jnp.max(jnp.abs(full))))


MULTIPLYING = [
    Convolution(3), SequenceConvolution(3, padding=1), TransposedConvolution(3),
    Dense(3), DropConnect(3, drop=0.0), Maxout(3),
    SimpleRecurrent(3, every_step=True), GRU(3, every_step=True), LSTM(3, forget_bias=0.0, every_step=True),
]  # fmt: skip


@pytest.mark.parametrize("layer", MULTIPLYING, ids=lambda layer: type(layer).__name__)
def test_a_product_sees_8_bits_of_inputs_and_weights(layer):
    x = rows(4, *cases.example_shape(layer))

    def of(precision, add):
        network = Sequential((layer,), precision)
        params, state = network.init(jax.random.key(0), x.shape[1:])
        params = jax.tree.map(rounded, params)
        params = {**params, **{name: jax.tree.map(lambda w: w * (1 + add), params[name]) for name in network.names()}}
        context = Context(False, None, jnp.ones(4))
        return network.apply(params, state, rounded(x) * (1 + add), context=context)[0]

    # A relative 2^-12 is lost where there are 8 bits; biases would keep it, but they start at 0.
    np.testing.assert_array_equal(of("bfloat16", 2**-12), of("bfloat16", 0.0))
    assert not np.array_equal(of("full", 2**-12), of("full", 0.0))


def rounded(values):
    return values.astype(jnp.bfloat16).astype(values.dtype)


def test_nothing_but_a_product_is_rounded():
    fine = jnp.ones((2, 3)) * (1 + 2**-10)  # bfloat16 has 8 bits: it rounds to 1
    for layer in (Activation(ReLU()), Dropout(0.0), Flatten()):
        np.testing.assert_array_equal(applied(Sequential((layer,), "bfloat16"), fine)[0], fine)
    _, state = applied(Sequential((Named("norm", BatchNorm(momentum=0.0)),), "bfloat16"), fine)
    np.testing.assert_array_equal(state["norm"]["mean"], fine[0])
    scores = jnp.log(jnp.array([[1.0, 2.0, 4.0]])) + 2**-10
    np.testing.assert_allclose(
        applied(Sequential((Activation(Softmax()),), "bfloat16"), scores)[0], [[1 / 7, 2 / 7, 4 / 7]], rtol=1e-6
    )
    # A dense layer adds its bias in full, and hands on what it summed: 1 * 1 + 2^-10, where 8 bits would give 1.
    params = {"dense_1": {"w": jnp.ones((1, 1)), "b": jnp.full(1, 2**-10)}}
    network, context = Sequential((Dense(1),), "bfloat16"), Context(False, None, jnp.ones(1))
    assert network.apply(params, {"dense_1": {}}, jnp.ones((1, 1)), context=context)[0] == 1 + 2**-10


def test_the_mean_of_what_dropout_keeps_is_the_input():
    # Divided in 16 bits, 1 / 0.9 would be 1.109 and the mean 0.9984.
    y, _ = applied(Sequential((Dropout(0.1),), "bfloat16"), jnp.ones((4096, 1)))
    assert set(np.unique(y)) == {np.float32(0), np.float32(1) / np.float32(0.9)}


def test_the_gradient_of_a_bias_is_summed_in_full():
    # 65,536 rows, each of slope 0.3: the sum is 19,660.8, and in 16 bits it stops growing at 4,096.
    n = 65_536
    network = Sequential((Dense(1),), "bfloat16")
    params, state = network.init(jax.random.key(0), (1,))

    def summed(params):
        context = Context(False, None, jnp.ones(n))
        return jnp.sum(0.3 * network.apply(params, state, jnp.ones((n, 1)), context=context)[0])

    gradient = jax.grad(summed)(params)["dense_1"]
    np.testing.assert_allclose(gradient["b"], 19660.8, rtol=1e-5)
    # Of the weight it is a product: 0.3 is rounded to 77/256 before, and what is summed is not rounded after.
    np.testing.assert_allclose(gradient["w"], n * 77 / 256, rtol=1e-5)


@pytest.mark.parametrize("shape", [(5, 4), (2, 5, 4)])
def test_its_gradients_are_those_of_the_products_of_rounded_entries(shape):
    draws = np.random.default_rng(1)
    a, b, dy = (rounded(jnp.asarray(draws.normal(size=s), jnp.float32)) for s in (shape, (4, 3), (*shape[:-1], 3)))
    found, expected = (jax.vjp(f, a, b)[1](dy) for f in (rounded_product, jnp.matmul))
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-6), found, expected)


def test_a_layer_of_the_users_computes_in_full_and_may_take_the_product():
    fine = jnp.ones((4, 3)) * (1 + 2**-10)
    for layer, expected in ((CustomLayer(noted), 1 + 2**-10), (CustomLayer(multiplied), 1.0)):
        y, _ = applied(Sequential((layer,), "bfloat16"), fine)
        assert y.dtype == jnp.float32
        np.testing.assert_array_equal(y, jnp.full((4, 3), expected, jnp.float32))
    np.testing.assert_array_equal(applied(Sequential((CustomLayer(multiplied),)), fine)[0], fine)


def noted(x):
    return x


def multiplied(x, context):
    return context.product(x, jnp.eye(3))


def test_every_start_takes_it():
    network = Sequential((Dense(32), Activation(ReLU()), Dense(3)), "bfloat16")
    x, y = rows(64, 8), jnp.arange(64, dtype=jnp.int32) % 3
    seen = Seen(x, y, jnp.ones(64))
    params, state = network.init(jax.random.key(0), (8,))
    params = LSUV()(network, SoftmaxCrossEntropy(), params, state, seen, key=jax.random.key(1))
    traced = network.trace(params, state, x, context=Context(False, None, jnp.ones(64)))
    np.testing.assert_allclose(jnp.var(traced.activations["dense_1"]), 1, atol=0.05)


def test_a_probe_takes_it():
    x, y = rows(16, 8), jnp.arange(16, dtype=jnp.int32) % 3
    low, full = (probed(Sequential((Dense(32), Activation(Tanh()), Dense(3)), p), x, y) for p in ("bfloat16", "full"))
    assert not np.array_equal(low, full)
    np.testing.assert_allclose(low, full, atol=0.02 * float(jnp.max(jnp.abs(full))))


def probed(network, x, y):
    params, state = network.init(jax.random.key(0), (8,))

    def loss(tap):
        outputs = network.trace(params, state, x, context=Context(False, None, jnp.ones(16)), taps={"dense_1": tap})
        return jnp.mean(SoftmaxCrossEntropy()(outputs.outputs, y))

    return jax.grad(loss)(jnp.zeros((16, 32)))


def test_a_hierarchical_softmax_is_computed_in_full():
    x = rows(8, 6) * (1 + 2**-10)
    layer = HierarchicalDense(5)
    low, full = (applied(Sequential((layer,), precision), x)[0] for precision in ("bfloat16", "full"))
    np.testing.assert_array_equal(low, full)


def test_a_population_of_two_is_two_alone():
    x, y = rows(32, 8), jnp.arange(32, dtype=jnp.int32) % 3
    network = Sequential((Dense(16), Activation(ReLU()), Dense(3)), "bfloat16")
    learners = [learner_of(Experiment(network, SoftmaxCrossEntropy(), update=Adam(rate))) for rate in (0.01, 0.02)]
    both = population([start(learner, root(0), (8,), 5) for learner in learners])
    batches = Batches(x, y, jnp.ones(32), None, None)
    both, _ = advance(both, batches, clock=0, count=5)
    for place, learner in enumerate(learners):
        single, _ = advance(population([start(learner, root(0), (8,), 5)]), batches, clock=0, count=5)
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6),
            member_of(both, place).carry.params,
            member_of(single, 0).carry.params,
        )


def test_it_trains_parameters_that_stay_in_full():
    x = rows(64, 8)
    y = jnp.argmax(x[:, :3], axis=1).astype(jnp.int32)
    network = Sequential((Dense(32), BatchNorm(), Activation(ReLU()), Dense(3)), "bfloat16")
    experiment = Experiment(network, SoftmaxCrossEntropy(), update=Adam(0.02))
    assert output_shape(network, (8,)) == (3,)
    members = population([start(learner_of(experiment), root(0), (8,), 60)])
    members, _ = advance(members, Batches(x, y, jnp.ones(64), None, None), clock=0, count=60)
    carry = member_of(members, 0).carry
    assert {leaf.dtype for leaf in jax.tree.leaves((carry.params, carry.state))} == {jnp.dtype(jnp.float32)}
    outputs, _ = network.apply(carry.params, carry.state, x, context=Context(False, None, jnp.ones(64)))
    assert (jnp.argmax(outputs, axis=1) == y).mean() > 0.95
    # Steps far below what 8 bits can tell apart add up all the same.
    assert not np.array_equal(carry.params["dense_1"]["w"], carry.params["dense_1"]["w"].astype(jnp.bfloat16))


def test_another_precision_is_refused():
    with pytest.raises(InputError, match=r"Sequential.precision must be one of 'full', 'bfloat16'; got 'float16'\."):
        Sequential((Dense(3),), precision="float16")
