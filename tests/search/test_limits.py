"""How far ranges may be shifted: as far as their fields allow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.experiment import Experiment, Training
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.search.limits import field_range, kept_within, limits_of
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.written import read_space
from thalweg.spec import Range

START = Experiment(
    dense_network(3, hidden=(8, 8), drop=0.1), SoftmaxCrossEntropy(), training=Training(plateau=ReduceOnPlateau())
)
OPTIONS = ["sum", "mean"]
SHARE = Range(0.0, 1.0, False, True, False)
POSITIVE = Range(0.0, math.inf, True, False, False)


def limits(table):
    return {name: str(value) for name, value in limits_of(read_space(table), START).items()}


def test_limits_are_those_of_the_fields():
    assert limits(
        {"update.rate": "log 1e-4 .. 1", "network.layers.2.drop": "uniform 0 .. 0.5", "reduction": OPTIONS}
    ) == {
        "update.rate": "(0, inf)",
        "network.layers.2.drop": "[0, 1)",
    }
    (patience,) = limits_of(read_space({"training.patience": "integer 1 .. 9"}), START).values()
    assert patience == Range(1.0, 10_000_000.0, False, False, True)


def test_several_fields_and_parts_all_have_to_allow_it():
    assert limits({"training.plateau.factor, update.beta1": "uniform 0.1 .. 0.5"}) == {
        "training.plateau.factor, update.beta1": "(0, 1)"
    }
    assert limits({"update.kind": ["adam", "lbfgs"], "update.rate": "log 1e-4 .. 1"}) == {"update.rate": "(0, 1]"}


def test_structure_keeps_the_ends_that_were_given():
    (width,) = limits_of(read_space({"network.layers.0.units": "integer 4 .. 64"}), START).values()
    assert width == Range(4, 64, False, False, True)


def test_a_part_that_needs_a_field_is_given_it():
    table = {
        "network.layers.1": [{"kind": "activation", "function": "tanh"}, "dense"],
        "network.layers.1.units": {"over": "integer 4 .. 8", "when": "network.layers.1 = dense"},
        "network.layers.1.bias": {"over": "uniform 0 .. 1", "when": "network.layers.1 = dense"},
    }
    assert limits(table) == {"network.layers.1.units": "[4, 8]", "network.layers.1.bias": "(-inf, inf)"}


def test_what_lies_nowhere_has_no_range():
    for path in ("update.nothing", "nothing.rate", "network.layers.99.drop", "network.layers.x.drop", "reduction"):
        assert field_range(START, path) is None


@given(low=st.floats(-3, 3), length=st.floats(0.01, 3))
def test_a_range_is_kept_within_its_limits(low, length):
    over = Uniform(low, low + length)
    if over.high <= 0 or over.low >= 1:
        with pytest.raises(InputError, match=r"nothing of the range|both ends of a uniform range"):
            kept_within(over, SHARE)
        return
    kept = kept_within(over, SHARE)
    assert over.low <= kept.low < kept.high <= over.high
    assert all(SHARE.holds(float(np.float32(end))) for end in (kept.low, kept.high))


def test_open_ends_are_left_out():
    assert kept_within(LogUniform(1e-300, 1), POSITIVE).low == np.finfo(np.float32).tiny
    assert kept_within(Uniform(-1, 1), POSITIVE).low == np.finfo(np.float32).tiny
    assert kept_within(Uniform(0.5, 1.5), SHARE).high == 1 - 2**-24
    assert kept_within(Uniform(-1, 1), Range(-2.0, 0.0, False, True, False)).high == -np.finfo(np.float32).tiny
    assert kept_within(Uniform(0, 5), Range(1.0, 9.0, True, True, False)).low == 1 + 2**-23


def test_whole_numbers_stay_whole():
    assert kept_within(Integer(-5, 5), Range(0.0, 3.5, True, False, False)) == Integer(1, 3)
    assert kept_within(Integer(1, 50, log=True), Range(0.5, 9.0, False, True, True)) == Integer(1, 8, log=True)
    assert kept_within(Integer(1, 5), Range(-math.inf, math.inf, False, False, False)) == Integer(1, 5)


def test_a_choice_stays_and_a_range_beyond_its_limits_is_refused():
    choice = Choice((1, 2))
    assert kept_within(choice, SHARE) is choice
    with pytest.raises(InputError, match=r"nothing of the range uniform 2 \.\. 3 lies in \[0, 1\)\. Move its ends"):
        kept_within(Uniform(2, 3), SHARE)
