"""Conditions: read, written, and held against a point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.condition import Condition, read_condition

VALUES = st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.text()


def test_it_holds_where_the_other_dimension_took_one_of_the_values():
    condition = read_condition("update.kind = momentum | nesterov")
    assert condition.values == ("momentum", "nesterov")
    assert condition.holds({"update.kind": "nesterov"})
    assert condition.holds({"update": "momentum"})
    assert condition.holds({"update": {"kind": "momentum", "rate": 0.1}})
    assert not condition.holds({"update.kind": "adam"})
    assert not condition.holds({"update": {"rate": 0.1}})
    assert not condition.holds({})  # the other dimension does not count itself


def test_it_may_hang_on_one_path_of_several():
    assert Condition("b.units", (64,)).holds({"a.units, b.units": 64})


def test_values_are_read_as_settings_are():
    assert read_condition('a = 1 | 0.5 | true | x | "1" | "a|b" | [1, 2]').values == (
        1,
        0.5,
        True,
        "x",
        "1",
        "a|b",
        [1, 2],
    )
    assert not Condition("a", (1,)).holds({"a": True})


@given(values=st.lists(VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back(values):
    condition = Condition("a.b", tuple(values))
    assert read_condition(str(condition)) == condition


@pytest.mark.parametrize("text", ["", "a.kind", "= adam", "a.kind =", "a = | adam", "a = 1 |", "a = 1 || 2", 3, {}])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(InputError, match=r'when must be a condition, such as when = "update\.kind = momentum"; got'):
        read_condition(text)


@pytest.mark.parametrize(("path", "values"), [("", (1,)), ("a", ())])
def test_a_condition_needs_a_path_and_values(path, values):
    with pytest.raises(InputError, match="a condition needs a path and the values it may have"):
        Condition(path, values)
