"""Networks by name."""

import pytest

from thalweg.errors import InputError
from thalweg.network.presets import dense_network
from thalweg.network.sequential import output_shape


def test_hidden_layers_have_a_rectifier_each_and_the_head_none():
    assert dense_network(10).names() == ("dense_1", "activation_1", "dense_2", "activation_2", "dense_3")
    assert [layer.units for layer in dense_network(10, hidden=(7, 5)).layers[::2]] == [7, 5, 10]


def test_no_hidden_layer_is_a_linear_model():
    assert dense_network(3, hidden=()).names() == ("dense_1",)


def test_dropout_comes_after_each_rectifier():
    network = dense_network(10, hidden=(8, 8), drop=0.2)
    once = ("dense_1", "activation_1", "dropout_1")
    assert network.names() == (*once, "dense_2", "activation_2", "dropout_2", "dense_3")
    assert network.layers[2].drop == 0.2


def test_it_gives_as_many_outputs_as_asked():
    assert output_shape(dense_network(4, drop=0.1), (8, 8)) == (4,)
    with pytest.raises(InputError, match=r"Dense.units must be at least 1; got 0"):
        dense_network(0)
