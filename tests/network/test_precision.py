"""Computing in bfloat16: what is rounded, what is not, and that it trains."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.contracts import cases

from thalweg.activations.relu import ReLU
from thalweg.activations.softmax import Softmax
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential, output_shape
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Context
from thalweg.updates.adam import Adam

SEEN = []
LAYERS = [pytest.param(case.spec, id=type(case.spec).__name__) for case in cases.CASES["layer"]]


def noted(x):
    SEEN.append(x.dtype)
    return x


def applied(network, x, *, training=True):
    params, state = network.init(jax.random.key(0), x.shape[1:])
    context = Context(training, jax.random.key(1) if training else None, jnp.ones(len(x)))
    return network.apply(params, state, x, context=context)


def rows(*shape):
    return jnp.asarray(np.random.default_rng(0).normal(size=shape), jnp.float32)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_computes_in_it_and_gives_what_it_gives_in_full_to_a_percent(layer, training):
    x = rows(8, *cases.example_shape(layer))
    (low, low_state), (full, full_state) = (
        applied(Sequential((layer,), precision), x, training=training) for precision in ("bfloat16", "full")
    )
    assert low.dtype == full.dtype == jnp.float32
    assert jax.tree.map(jnp.result_type, low_state) == jax.tree.map(jnp.result_type, full_state)
    np.testing.assert_allclose(low, full, atol=0.05 * float(jnp.max(jnp.abs(full))))


def test_what_sums_up_is_computed_in_full_and_the_rest_is_rounded():
    one = jnp.ones((2, 3)) * (1 + 2**-10)  # bfloat16 has 8 bits: it rounds to 1
    assert applied(Sequential((Activation(ReLU()),), "bfloat16"), one)[0][0, 0] == 1
    assert applied(Sequential((Activation(ReLU()),)), one)[0][0, 0] == 1 + 2**-10
    _, state = applied(Sequential((Named("norm", BatchNorm(momentum=0.0)),), "bfloat16"), one)
    np.testing.assert_array_equal(state["norm"]["mean"], one[0])
    scores = jnp.log(jnp.array([[1.0, 2.0, 4.0]])) + 2**-10
    np.testing.assert_allclose(
        applied(Sequential((Activation(Softmax()),), "bfloat16"), scores)[0], [[1 / 7, 2 / 7, 4 / 7]], rtol=1e-6
    )


def test_a_layer_of_the_users_is_handed_16_bits():
    applied(Sequential((CustomLayer(noted), BatchNorm(), CustomLayer(noted)), "bfloat16"), rows(4, 3))
    assert SEEN[-2:] == [jnp.bfloat16] * 2
    applied(Sequential((CustomLayer(noted),)), rows(4, 3))
    assert SEEN[-1] == jnp.float32


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
