"""Which layers make maps, and where a layer's maps are looked at."""

import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.reshape import Reshape
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.monitors.map_layers import map_layers
from thalweg.network.named import Named
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential

BEND = Activation(ReLU())


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ((Convolution(2), Flatten(), BEND, Dense(2)), [("convolution_1", "convolution_1", (4, 6, 2))]),
        (
            (Convolution(2), BatchNorm(), BEND, Dropout(0.5), MaxPooling(), BEND, Dense(2)),
            [("convolution_1", "dropout_1", (4, 6, 2))],
        ),
        (
            (Named("eyes", Convolution(2)), GroupNorm(1), Convolution(3), BEND, Dense(2)),
            [("eyes", "group_norm_1", (4, 6, 2)), ("convolution_1", "activation_1", (2, 4, 3))],
        ),
        (
            (Residual((Convolution(1, padding="same"),)), BEND, Residual((BEND,)), Dense(2)),
            [("residual_1", "activation_1", (6, 8, 1))],
        ),
        ((Named("up", TransposedConvolution(2)), BEND, Dense(2)), [("up", "activation_1", (12, 16, 2))]),
        ((Reshape((6, 8)), SequenceConvolution(2), BEND, Dense(2)), []),
        ((BEND, Dense(2)), []),
    ],
)
def test_maps_are_looked_at_behind_what_works_place_by_place(layers, found):
    assert [tuple(layer) for layer in map_layers(Sequential(layers), (6, 8, 1))] == found
