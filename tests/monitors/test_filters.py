"""The first layer's weights as images: whose axes they have, and where there are none."""

import jax
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.lstm import LSTM
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.reshape import Reshape
from thalweg.monitors.filters import first_filters
from thalweg.network.named import Named
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential


def found(shape, *layers):
    network = Sequential(layers)
    params, _ = network.init(jax.random.key(0), shape)
    return first_filters(network, params, shape), params


def test_a_filter_has_the_axes_of_its_window():
    filters, params = found((6, 5, 3), BatchNorm(), Named("eyes", Convolution(4, kernel=(3, 2))), Dense(2))
    assert filters is not None and filters.layer == "eyes" and not filters.templates
    w = np.asarray(params["eyes"]["w"])
    assert filters.weights.shape == (4, 3, 2, 3)
    assert filters.weights[3, 2, 1, 0] == w[2, 1, 0, 3]


@pytest.mark.parametrize("before", [(), (Flatten(),), (BatchNorm(),), (Reshape((18,)),)])
def test_a_dense_unit_has_the_axes_of_the_image(before):
    filters, params = found((3, 2, 3), *before, Dense(4))
    w = np.asarray(params["dense_1"]["w"])
    assert filters is not None and filters.templates
    # Pixel (2, 1), channel 0 is number (2 x 2 + 1) x 3 + 0 of the 18 that are weighed.
    assert filters.weights.shape == (4, 3, 2, 3) and filters.weights[1, 2, 1, 0] == w[15, 1]


def test_numbers_in_a_row_become_an_image_by_a_reshape():
    filters, params = found((12,), Reshape((4, 3, 1)), Dense(5), Activation(ReLU()), Dense(2))
    assert filters is not None and filters.weights.shape == (5, 4, 3, 1) and not filters.templates
    np.testing.assert_array_equal(filters.weights[4].ravel(), np.asarray(params["dense_1"]["w"])[:, 4])


@pytest.mark.parametrize(
    ("shape", "layers"),
    [
        ((12,), (Dense(2),)),  # no image
        ((4, 3), (Dense(2),)),  # a sequence
        ((4, 3, 2), (Dense(2),)),  # two channels have no colour
        ((4, 3, 2), (Convolution(2), Dense(2))),
        ((4, 4, 1), (MaxPooling(), Dense(2))),  # places, but other ones
        ((4, 3), (LSTM(2), Dense(2))),
        ((4, 3, 1), (Residual((Convolution(1, padding="same"),)), Dense(2))),
        ((4, 3, 1), (Flatten(),)),
    ],
)
def test_other_first_layers_have_no_pictures(shape, layers):
    assert found(shape, *layers)[0] is None
