"""Receptive fields and what windows leave out: the notes' numbers, and a twin that looks at the gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.gru import GRU
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.reshape import Reshape
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.named import Named
from thalweg.network.receptive import left_out, receptive_fields
from thalweg.network.sequential import Sequential
from thalweg.types import Context

RELU = Activation(ReLU())


def same(x):
    return x


@pytest.mark.parametrize(
    ("layers", "shape", "fields"),
    [
        # Row L13. Three convolutions of 3 x 3 see as much as one of 7 x 7 (CS231n notes, "Layer Patterns").
        ((Convolution(4), Convolution(4), Convolution(4)), (32, 32, 3), ["3 x 3", "5 x 5", "7 x 7"]),
        # 3; (3 - 1) + ... : pooling by 2 adds 1 and doubles the distance, so that 3 x 3 adds 2 * 2.
        ((Convolution(4, padding=1), RELU, MaxPooling(), Convolution(4, padding=1), Flatten(), Dense(2)), (8, 8, 1),
         ["3 x 3", "3 x 3", "4 x 4", "8 x 8", "8 x 8", "all"]),
        ((Convolution(4, kernel=(1, 3), stride=(2, 1), dilation=2), Convolution(2)), (9, 9, 1), ["1 x 5", "5 x 7"]),
        ((Reshape((4, 4, 1)), Convolution(4), GlobalAveragePooling(), RELU), (16,), ["1 x 1", "3 x 3", "all", "all"]),
        # 3 + 2 * 2 = 7, and 7 + 2 * 4 = 15: the distances multiply.
        ((Convolution(2, stride=2), Convolution(2, stride=2), Convolution(2)), (31, 31, 1),
         ["3 x 3", "7 x 7", "15 x 15"]),
        ((Dropout(0.1), Reshape((4, 4, 1)), Convolution(4)), (16,), ["-", "1 x 1", "3 x 3"]),
        ((Reshape((8, 2)), SequenceConvolution(3), Reshape((-1,)), Reshape((6, 3)), SequenceConvolution(2)), (16,),
         ["1", "3", "-", "-", "-"]),
        ((SequenceConvolution(4, stride=2), BatchNorm(), SequenceConvolution(4)), (9, 2), ["3", "3", "7"]),
        ((Named("low", Convolution(4)), Reshape((2, -1)), GRU(3)), (4, 4, 1), ["3 x 3", "-", "all"]),
        ((CustomLayer(same), Convolution(4), Dense(2)), (4, 4, 1), ["-", "-", "-"]),
        ((Dense(16), Reshape((4, 4, 1)), Convolution(4)), (3,), ["all", "all", "all"]),
        # Windows of 4 places, 2 apart: two meet at a place, and two side by side are of three.
        ((Convolution(4, stride=2, kernel=2), TransposedConvolution(2, kernel=4), Convolution(2, kernel=2)), (8, 8, 1),
         ["2 x 2", "4 x 4", "6 x 6"]),
        ((TransposedConvolution(2), TransposedConvolution(2), Convolution(2), MaxPooling()), (8, 8, 1),
         ["1 x 1", "1 x 1", "2 x 2", "2 x 2"]),
        ((Dense(16), RELU, Dense(2)), (3,), []),
    ],
)  # fmt: skip
def test_fields_of_each_layer_by_hand(layers, shape, fields):
    assert receptive_fields(Sequential(layers), shape) == tuple(fields)


@pytest.mark.parametrize(
    "layers",
    [
        (TransposedConvolution(2, kernel=3, padding="same"), Convolution(2, kernel=2)),
        (Convolution(2, stride=2), TransposedConvolution(2, kernel=5, stride=3), TransposedConvolution(2, kernel=3)),
        (TransposedConvolution(2, kernel=4), Convolution(2, stride=2, fit="floor"), TransposedConvolution(1, kernel=3)),
    ],
)
def test_behind_transposed_convolutions_they_are_the_most_that_an_inner_output_reaches(layers):
    network = Sequential(layers)
    params, state = network.init(jax.random.key(0), (13, 13, 1))
    params = jax.tree.map(jnp.ones_like, params)

    @jax.jit
    def reached(x):
        context = Context(False, None, jnp.ones(1))
        return jax.jacrev(lambda x: network.apply(params, state, x, context=context)[0].sum(axis=(0, 1, 3)))(x)

    seen = [
        np.ptp(np.flatnonzero(row)) + 1 for row in np.asarray(reached(jnp.ones((1, 13, 13, 1)))).sum(axis=(1, 2, 4))
    ]
    assert receptive_fields(network, (13, 13, 1))[-1] == f"{max(seen)} x {max(seen)}"


def test_they_are_what_the_gradient_of_an_inner_output_reaches():
    network = Sequential((Convolution(2, dilation=2), AveragePooling(), Convolution(2, kernel=(3, 2))))
    params, state = network.init(jax.random.key(0), (20, 20, 1))
    context = Context(False, None, jnp.ones(1))
    seen = jax.grad(lambda x: network.apply(params, state, x, context=context)[0][0, 2, 2, 0])(jnp.ones((1, 20, 20, 1)))
    reached = np.argwhere(np.asarray(seen[0, :, :, 0]) != 0)
    extent = np.ptp(reached, axis=0) + 1
    assert receptive_fields(network, (20, 20, 1))[-1] == " x ".join(map(str, extent)) == "10 x 8"


def test_what_windows_leave_out_is_named():
    network = Sequential(
        (
            Named("halved", Convolution(4, stride=2, padding=1, fit="floor")),  # 32 + 2 places: the last is left out
            MaxPooling((5, 8), fit="floor"),  # 16 rows of which 15 are seen
            Convolution(2, kernel=1),
        )
    )
    assert left_out(network, (32, 32, 3)) == (
        'halved leaves out the last row and column of its padded input (fit = "floor").',
        'max_pooling_1 leaves out the last row of its padded input (fit = "floor").',
    )
    assert left_out(Sequential((SequenceConvolution(2, stride=5, fit="floor"),)), (12, 1)) == (
        'sequence_convolution_1 leaves out the last 4 steps of its padded input (fit = "floor").',
    )
