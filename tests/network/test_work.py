"""What networks cost, against numbers counted by hand."""

import jax
import jax.numpy as jnp
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gru import GRU
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.lstm import LSTM
from thalweg.layers.maxout import Maxout
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.network.work import layer_work, multiply_adds, training_bytes
from thalweg.updates.adam import Adam
from thalweg.updates.sgd import SGD


def kernel(key, input_shape):
    return {"w": jnp.ones((3, 3, 3, 16))}


def convolved(params, x):
    return jax.lax.conv_general_dilated(x, params["w"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def square(key, input_shape):
    return {"w": jnp.ones((*input_shape, *input_shape))}


def squared_weights(params, x):
    return x @ (params["w"] @ params["w"])


def until_small(params, x):
    return jax.lax.while_loop(lambda x: jnp.max(x) > 1, lambda x: 0.1 * x @ params["w"], x)


def exponential(params, x):
    return jnp.exp(x @ params["w"])


def counting(x):
    return jax.lax.fori_loop(0, x.shape[0], lambda i, x: x + 1, x)


def transposed(params, x):
    return jax.lax.conv_transpose(x, params["w"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def mixing(x):
    return x @ x.T @ x


def in_pairs(x):
    return x.reshape(-1, 2, x.shape[1]).reshape(x.shape)


@pytest.mark.parametrize(
    ("layer", "shape", "counted"),
    [
        (Dense(256), (784,), 784 * 256),
        (DropConnect(3), (4,), 4 * 3),
        (Maxout(3, pieces=2), (4,), 4 * 3 * 2),
        (Dense(5), (2, 3), 2 * 3 * 5),  # laid in a row
        (Named("head", Dense(5)), (3,), 3 * 5),
        (Activation(ReLU()), (100,), 0),
        (Dropout(0.5), (100,), 0),
        (BatchNorm(), (100,), 0),
        (SimpleRecurrent(4), (5, 3), 5 * (3 * 4 + 4 * 4)),
        (GRU(4), (5, 3), 5 * 3 * (3 * 4 + 4 * 4)),  # three gates
        (LSTM(4), (5, 3), 5 * 4 * (3 * 4 + 4 * 4)),  # four
        (HierarchicalDense(10), (6,), 9 * 6),  # a tree of 10 leaves has 9 questions
        (CustomLayer(convolved, kernel), (8, 8, 3), 8 * 8 * 16 * 3 * 3 * 3),
        (CustomLayer(squared_weights, square), (7,), 7 * 7),  # the product of the weights is no example's
        (CustomLayer(until_small, square), (7,), None),
        (CustomLayer(counting), (7,), 0),
        (CustomLayer(transposed, kernel), (8, 8, 3), 8 * 8 * 16 * 3 * 3 * 3),  # a kernel's worth for each input
        (CustomLayer(mixing), (7,), None),  # what it costs hangs on the batch
        (CustomLayer(in_pairs), (8,), None),
    ],
    ids=str,
)
def test_multiply_adds_of_a_layer_by_hand(layer, shape, counted):
    assert layer_work(Sequential((layer,)), shape)[0].multiply_adds == counted


def test_a_network_is_counted_layer_by_layer_and_its_outputs_weigh_four_bytes_a_number():
    rows = layer_work(Sequential((Dense(100), Activation(ReLU()), Dense(10))), (784,))
    assert [(row.layer, row.multiply_adds, row.output_bytes) for row in rows] == [
        ("dense_1", 78_400, 400), ("activation_1", 0, 400), ("dense_2", 1000, 40),
    ]  # fmt: skip


def test_programs_inside_programs_are_entered():
    a, b = jnp.ones((2, 3)), jnp.ones((3, 2))  # 2 x 3 times 3 x 2: 12

    def branches(go, a, b):
        return jax.lax.cond(go, lambda: (a @ b) @ (a @ b), lambda: a @ b)  # 12 + 12 + 8, or 12

    def scanned(a, b):
        return jax.lax.scan(lambda carry, _: (carry + a @ b, None), jnp.zeros((2, 2)), None, length=5)

    assert multiply_adds(jax.make_jaxpr(branches)(True, a, b)) == 32
    assert multiply_adds(jax.make_jaxpr(scanned)(a, b)) == 5 * 12
    assert multiply_adds(jax.make_jaxpr(jax.jit(lambda a, b: a @ b))(a, b)) == 12
    assert multiply_adds(jax.make_jaxpr(jax.checkpoint(lambda a, b: a @ b))(a, b)) == 12
    assert multiply_adds(jax.make_jaxpr(lambda a: a + 1)(a)) == 0


def test_training_keeps_weights_gradients_and_what_the_rule_and_the_way_back_need():
    network = Sequential((Dense(100), Activation(ReLU()), Dense(10)))
    weights = 4 * (784 * 100 + 100 + 100 * 10 + 10)
    kept = training_bytes(network, SGD(), (784,), 32)
    # The second product needs the relu's outputs, and the relu one byte a unit that says whether it was on.
    left = 32 * 100 * (4 + 1)
    assert kept == {
        "parameters": weights, "gradients": weights, "best weights so far": weights, "update rule": 0,
        "values for the gradient": left,
    }  # fmt: skip
    twice = training_bytes(network, Adam(), (784,), 32)["update rule"]
    assert 2 * weights <= twice <= 2 * weights + 8  # two means of every number, and a count of steps


def left_for_the_way_back(layer, shape, batch=2):
    return training_bytes(Sequential((layer,)), SGD(), shape, batch)["values for the gradient"]


@pytest.mark.parametrize("layer", [LSTM(4), GRU(4), SimpleRecurrent(4)], ids=str)
def test_a_recurrent_layer_keeps_its_states_of_every_step(layer):
    five, ten, twenty = (left_for_the_way_back(layer, (steps, 3)) for steps in (5, 10, 20))
    assert twenty - ten == 2 * (ten - five)  # a line: as much for each step
    assert ten - five >= 5 * 2 * 4 * 4  # 5 steps more, 2 examples, 4 units, 4 bytes: the states alone


def test_what_the_way_back_needs_is_that_of_the_layer():
    assert left_for_the_way_back(Dense(3), (4,)) == 0  # x W: the gradient needs x, which is data, alone
    assert left_for_the_way_back(CustomLayer(exponential, square), (4,)) == 2 * 4 * 4  # its derivative is itself
    flat, deep = (left_for_the_way_back(HierarchicalDense(classes), (6,)) for classes in (8, 4096))
    assert deep <= 4 * flat + 4096  # in training 12 nodes an example against 3, not 4095 against 7


def test_running_averages_are_kept_but_have_no_gradient():
    kept = training_bytes(Sequential((BatchNorm(), Dense(1))), SGD(), (5,), 1)
    assert (kept["parameters"], kept["gradients"]) == (4 * (4 * 5 + 6), 4 * (2 * 5 + 6))
