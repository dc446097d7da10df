"""What a search would run into after an hour is said before it begins."""

import pytest

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import by_name
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.search.check import checked_space
from thalweg.search.surroundings import completed, surroundings
from thalweg.search.trying import experiment_with
from thalweg.search.written import read_space

START = Experiment(dense_network(3, hidden=(8, 8), drop=0.1), SoftmaxCrossEntropy())
RULES = {"update.kind": ["adam", "momentum", "nesterov", "sgd"]}
SECOND = "network.layers.1"
NEEDY = {
    SECOND: [{"kind": "activation", "function": "tanh"}, "dense"],
    f"{SECOND}.units": {"over": "integer 4 .. 8", "when": f"{SECOND} = dense"},
}


def half(x):
    return x / 2


def checked(table, experiment=START, parts=()):
    return checked_space(read_space(table), experiment, by_name(list(parts)))


@pytest.mark.parametrize(
    "table",
    [
        {"update.rate": "log 1e-5 .. 1", "penalty.kind": ["l1", "l2"], "penalty.strength": "log 1e-6 .. 1e-1"},
        {**RULES, "update.mu": {"over": "uniform 0 .. 0.99", "when": "update.kind = momentum | nesterov"}},
        {"network.layers.0.units, network.layers.3.units": "log integer 4 .. 64"},
        {"network.layers.2.drop, network.layers.5.drop": "uniform 0 .. 0.6", "training.patience": "integer 1 .. 9"},
        {"network.layers": [["flatten", {"kind": "dense", "units": 3}], [{"kind": "dense", "units": 3}]]},
        NEEDY,  # a dense layer has no width until the other dimension gives one
    ],
)
def test_what_fits_comes_back_as_it_is(table):
    assert checked(table) == read_space(table)


def test_a_function_of_the_user_s_may_be_an_option():
    table = {f"{SECOND}.function": ["relu", {"kind": "custom_activation", "function": "half"}]}
    assert checked(table, parts=[half]) == read_space(table)
    with pytest.raises(InputError, match=r"^space: network.layers.1.function = .*half"):
        checked(table)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"update.rat": "log 1e-4 .. 1"},
            r"update\.rat = 0\.0001: update: unknown field of adam 'rat'\. Did you",
        ),
        ({"updat.rate": "log 1e-4 .. 1"}, r"updat\.rate = 0\.0001: .*unknown setting 'updat'\. Did you mean 'update'"),
        ({"update.rate.x": "log 1e-4 .. 1"}, r"update\.rate\.x = 0\.0001: nothing lies below 0\.001"),
        ({"network.layers.9.units": "integer 1 .. 2"}, r"network.layers.9.units = 1: wanted a position from 0 to 6"),
        ({"update.rate": "uniform 0 .. 1"}, r"update\.rate = 0\.0: update: Adam\.rate must be in \(0, inf\); got 0\.0"),
        (
            {"update.beta1": "uniform 0.5 .. 1"},
            r"beta1 = 1\.0: update: Adam\.beta1 must be in \[0, 1\); got 1\.0",
        ),
        ({"update.kind": ["adam", "momentun"]}, r"update\.kind = momentun: .*Did you mean 'momentum'"),
        (
            {"network.layers.0.units": "log 8 .. 64"},
            r"Dense\.units must be a whole number; got 8\.0\. Write its range as integer or log integer, such as",
        ),
        (
            {"training.patience": "uniform 5 .. 20"},  # whole at both ends, not between them
            r"Training\.patience must be a whole number; got 10\.7.*\. Write its range as integer or log integer",
        ),
        ({"network.layers.0.units": "integer 0 .. 8"}, "Dense.units must be at least 1; got 0"),
        (
            {"training.epochs": "integer 5 .. 50"},
            "training.epochs may not be searched over: the search itself",
        ),
        (
            {"training": ["training", {"epochs": 3}]},
            r"changes training\.epochs, and the search itself decides",
        ),
        (
            {**RULES, "update.mu": "uniform 0.5 .. 0.9"},
            r"update\.mu = 0\.5 \(with update\.kind = adam\): update: unknown field of adam 'mu'\..* "
            r'Let it count only where it fits: when = "update\.kind = momentum \| nesterov"\.$',
        ),
        (
            {**RULES, "update.mu": {"over": "uniform 0.5 .. 0.9", "when": ["update.kind = sgd", "update.kind = adam"]}},
            "update.mu counts nowhere: its conditions never hold together. Take one of them away",
        ),
        (
            {**RULES, "update.mu": {"over": "uniform 0.5 .. 1", "when": "update.kind = momentum"}},
            r"update\.mu = 1\.0 \(with update\.kind = momentum\): update: Momentum\.mu must be in \[0, 1\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_dimension(table, message):
    with pytest.raises(InputError, match=rf"^space: .*{message}") as caught:
        checked(table)
    assert "\n" not in str(caught.value)


def test_values_that_do_not_go_together_are_refused():
    network = Sequential((Named("a", Dense(4)), Named("b", Dense(3))))
    table = {"network.layers.0.name": ["c", "d"], "network.layers.1.name": ["d", "e"]}
    message = r"^space: the values of several dimensions do not go together \(network.layers.0.name = d, .*Give one"
    with pytest.raises(InputError, match=message):
        checked(table, Experiment(network, SoftmaxCrossEntropy()))


def test_all_that_a_dimension_hangs_on_is_gone_through():
    table = {
        "a": ["x", "y"],
        "b": {"over": [1, 2], "when": "a = x"},
        "c": {"over": [1, 2], "when": "b = 1 | 2"},
        "c.d": "uniform 0 .. 1",
        "e": "uniform 0 .. 1",
    }
    space = read_space(table)
    named = {one.name: one for one in space.dimensions}
    assert list(surroundings(space, named["e"])) == [{}]
    assert list(surroundings(space, named["c"])) == [{"a": "x", "b": 1}, {"a": "x", "b": 2}]
    assert len(list(surroundings(space, named["c.d"]))) == 5  # c counts in four of them, and not with a = y
    assert completed(space, {"a": "y"}) == {"a": "y", "c.d": 0.0, "e": 0.0}
    assert completed(space, {"b": 2}) == {"a": "x", "b": 2, "c": 1, "c.d": 0.0, "e": 0.0}


def test_a_part_is_tried_with_the_field_that_it_needs():
    space = read_space(NEEDY)
    assert experiment_with(space, {SECOND: "dense"}, START).network.layers[1] == Dense(4)
    with pytest.raises(InputError, match=r"network\.layers\.1: unknown layer 'dens'"):
        experiment_with(space, {SECOND: "dens"}, START)
