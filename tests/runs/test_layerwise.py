"""Pre-training by name: which start, which network, and how long."""

import numpy as np
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.builtin import load_builtin
from thalweg.defaults import default_experiment
from thalweg.errors import InputError
from thalweg.layers.convolution import Convolution
from thalweg.layers.dropout import Dropout
from thalweg.runs.options import options_of
from thalweg.runs.resolving import resolve
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.supervised_stack import SupervisedStack
from thalweg.train.fits import check_fits

TABLE = default_experiment(load_builtin("iris"), 96)
IMAGES = default_experiment(from_arrays(np.zeros((4, 16, 16, 1), np.uint8), [0, 1, 0, 1], name="toy"), 2)


def resolved(experiment, name, rows, **options):
    return resolve(options_of({"pretrain": name, **options}), experiment, training_rows=rows)


def test_a_deep_belief_network_has_sigmoids_and_sees_real_numbers_at_a_smaller_rate():
    found = resolved(TABLE, "dbn", 96)
    # 1,000 steps of 100 rows are 1,042 passes over 96.
    assert found.start == BoltzmannStack(first_share=0.1, inputs="real", epochs=1_042)
    names = [type(getattr(layer, "function", layer)).__name__ for layer in found.network.layers]
    assert names == ["Dense", "Sigmoid", "Dropout", "Dense", "Sigmoid", "Dropout", "Dense"]
    assert found.network.layers[2] == Dropout(0.2) and found.network.layers[-1].units == 3
    assert found.update == TABLE.update and found.training == TABLE.training
    assert resolved(TABLE, "dbn", 50_000).start.epochs == 10  # enough steps as it is


@pytest.mark.parametrize(
    ("name", "start"),
    [("dbn", BoltzmannStack(epochs=10)), ("autoencoders", AutoencoderStack()), ("supervised", SupervisedStack())],
)
def test_images_are_bounded_and_their_convolutions_make_room(name, start):
    found = resolve(options_of({"pretrain": name}), IMAGES, (16, 16, 1), training_rows=20_000)
    assert found.start == start
    assert [layer.units for layer in found.network.layers[::2]] == [256, 256, 1]
    assert found.augment == ()
    check_fits(found, "classes", 2, (16, 16, 1))


@pytest.mark.parametrize("name", ["autoencoders", "supervised"])
def test_the_others_leave_a_dense_network_as_it_is(name):
    found = resolved(TABLE, name, 50_000)
    assert found.network == TABLE.network
    assert found.start == (AutoencoderStack(inputs="real") if name == "autoencoders" else SupervisedStack())


def test_convolutions_that_were_asked_for_are_refused():
    found = resolve(options_of({"pretrain": "dbn", "network": "lenet5"}), IMAGES, (16, 16, 1), training_rows=20_000)
    assert any(isinstance(layer, Convolution) for layer in found.network.layers)
    with pytest.raises(InputError, match="the start boltzmann_stack is for networks of dense layers and layers that"):
        check_fits(found, "classes", 2, (16, 16, 1))


def test_settings_come_after_it_and_a_network_by_name_before():
    found = resolved(TABLE, "dbn", 96, network="two_layer", settings=("start.epochs=3", "network.layers.0.units=7"))
    assert found.start.epochs == 3
    assert [type(layer).__name__ for layer in found.network.layers] == ["Dense", "Activation", "Dense"]
    assert type(found.network.layers[1].function).__name__ == "Sigmoid" and found.network.layers[0].units == 7


@pytest.mark.parametrize(
    "options", [{"settings": ("start=as_drawn",)}, {"config": {"start": {"kind": "lsuv"}}}], ids=["set", "config"]
)
def test_another_start_beside_it_is_refused(options):
    other = "as_drawn" if "settings" in options else "lsuv"
    message = (
        f"--pretrain dbn begins with the start boltzmann_stack; a setting or the file makes it {other}. Leave out one "
        "of both."
    )
    with pytest.raises(InputError) as refused:
        resolved(TABLE, "dbn", 96, **options)
    assert str(refused.value) == message


def test_a_network_that_cannot_be_pretrained_is_said():
    found = resolved(TABLE, "dbn", 96, network="linear")
    with pytest.raises(InputError, match="the start boltzmann_stack is for networks of one hidden dense layer or more"):
        check_fits(found, "classes", 3, (4,))
    with pytest.raises(InputError, match=r"unknown pre-training 'dnb'\. Did you mean 'dbn'\?"):
        options_of({"pretrain": "dnb"})
    with pytest.raises(InputError, match="--pretrain must be a name; got 3"):
        options_of({"pretrain": 3})
