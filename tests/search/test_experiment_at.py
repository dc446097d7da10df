"""An experiment at a point: the values are in it, and nothing else changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import by_name
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.search.experiment_at import experiment_at
from thalweg.spec import replaced
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum

START = Experiment(dense_network(3, hidden=(8, 8), drop=0.1), SoftmaxCrossEntropy(), update=Adam(0.5, beta1=0.7))


def half(x):
    return x / 2


def test_nothing_changes_nothing():
    assert experiment_at(START, {}) == START


@given(rate=st.floats(1e-6, 1e3))
def test_a_number_is_put_in_its_place(rate):
    assert experiment_at(START, {"update.rate": rate}) == replaced(START, update=Adam(rate, beta1=0.7))


def test_one_value_is_put_in_several_places():
    units = "network.layers.0.units, network.layers.3.units"
    drops = "network.layers.2.drop, network.layers.5.drop"
    made = experiment_at(START, {units: 16, drops: 0.3})
    assert made == replaced(START, network=dense_network(3, hidden=(16, 16), drop=0.3))


@pytest.mark.parametrize("names", [("update.kind", "update.mu"), ("update.mu", "update.kind")])
def test_a_part_is_chosen_before_what_lies_in_it_in_any_order(names):
    values = {"update.kind": "momentum", "update.mu": 0.8}
    made = experiment_at(START, {name: values[name] for name in names})
    assert made.update == Momentum(mu=0.8)  # the other rule's rate is gone with it


def test_a_function_of_the_user_s_is_handed_in():
    point = {"network.layers.1.function": {"kind": "custom_activation", "function": "half"}}
    made = experiment_at(START, point, by_name([half]))
    assert made.network.layers[1].function.function is half
    with pytest.raises(InputError, match="half"):
        experiment_at(START, point)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"update.rat": 1}, "unknown field of adam 'rat'"),
        ({"updat.rate": 1}, "unknown setting 'updat'"),
        ({"update.rate": -1}, r"Adam.rate must be in \(0, inf\)"),
    ],
)
def test_what_does_not_fit_is_refused(point, message):
    with pytest.raises(InputError, match=message):
        experiment_at(START, point)
