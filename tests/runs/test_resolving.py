"""A run's experiment: the default, then the file, then --epochs, then settings; each named where it is wrong."""

import numpy as np
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.builtin import load_builtin
from thalweg.defaults import default_experiment
from thalweg.errors import InputError
from thalweg.layers.maxout import Maxout
from thalweg.runs.options import options_of
from thalweg.runs.resolving import resolve
from thalweg.spec import replaced

DEFAULT = default_experiment(load_builtin("iris"), 96)


def resolved(**options):
    return resolve(options_of(options), DEFAULT)


def test_nothing_said_is_the_default():
    assert resolved() == DEFAULT


def test_a_later_word_goes_before_an_earlier():
    config = {"kind": "experiment", "training": {"epochs": 3, "batch": 7}, "update": {"kind": "sgd", "rate": 0.5}}
    found = resolved(config=config, epochs=4, settings=("training.batch=8", "training.batch=9"))
    assert (found.training.epochs, found.training.batch) == (4, 9)
    assert found.training.patience == DEFAULT.training.patience
    assert (type(found.update).__name__, found.update.rate) == ("SGD", 0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"config": {"update": {"rate": -1}}}, r"^--config: update: Adam\.rate must be in \(0, inf\); got -1\.$"),
        ({"config": {"updat": 1}}, r"^--config: unknown field of experiment 'updat'\. Did you mean 'update'\?"),
        ({"epochs": 0}, r"^--epochs: training: Training\.epochs must be in \[1, 1e\+07\]; got 0\.$"),
        ({"settings": ("update.rate=1", "update.rate=0")}, r"^--set 'update\.rate=0': update: Adam\.rate must be in"),
        (
            {"settings": ("network.layers.0=maxout",)},
            r"^--set 'network\.layers\.0=maxout': network\.layers\.0: maxout needs units",
        ),
        (
            {"settings": ("network.layers.0=maxout", "network.layers.0.units=0")},
            r"^--set 'network\.layers\.0\.units=0': network\.layers\.0: Maxout\.units must be at least 1; got 0\.$",
        ),
        ({"settings": ("update=adom", "update.rate=1")}, r"^--set 'update=adom': update: unknown update rule 'adom'"),
        (
            {"settings": ("network.layers.0=maxout", "networ.layers=1")},
            r"^--set 'network\.layers\.0=maxout': .*needs units",
        ),
        ({"settings": ("update",)}, r"^--set 'update': wanted path=value"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_option(options, message):
    with pytest.raises(InputError, match=message):
        resolved(**options)


def test_a_network_by_name_fits_the_task_and_may_be_changed():
    options = options_of({"network": "two_layer", "settings": ("network.layers.0.units=7",)})
    found = resolve(options, DEFAULT, (64,)).network
    assert [layer.units for layer in found.layers[::2]] == [7, 3]  # three kinds of iris
    assert resolved(network="linear").network.names() == ("dense_1",)


def test_a_dense_network_by_name_sees_images_where_they_are():
    images = default_experiment(from_arrays(np.zeros((4, 16, 16, 1), np.uint8), [0, 1, 0, 1], name="toy"), 2)
    for name, moved in (("lenet5", 1), ("resnet20", 1), ("linear", 0), ("two_layer", 0)):
        assert len(resolve(options_of({"network": name}), images, (16, 16, 1)).augment) == moved


def test_a_setting_may_need_a_later_one():
    found = resolved(settings=("network.layers.0=maxout", "network.layers.0.units=64"))
    assert found.network.layers[0] == Maxout(64)


def test_a_table_without_a_kind_changes_what_it_names():
    found = resolved(settings=("update={rate=0.5}", "network.layers.0={units=7}"))
    assert found.update == replaced(DEFAULT.update, rate=0.5)
    assert found.network.layers[0] == replaced(DEFAULT.network.layers[0], units=7)
