"""Choices: each option as often as every other, and found again."""

import tomllib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.ranges.choice import Choice, same
from thalweg.search.ranges.toml_text import toml_text
from thalweg.search.written import read_range
from thalweg.updates.adam import Adam
from thalweg.updates.sgd import SGD

LEAVES = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


def test_three_options_have_a_third_each():
    over = Choice(("a", "b", "c"))
    assert Counter(over.at(k / 300) for k in range(300)) == {"a": 100, "b": 100, "c": 100}
    assert (over.at(1.0), over.at(-1.0)) == ("c", "a")
    assert over.place("b") == 0.5
    assert over.grid(1) == over.grid(99) == ("a", "b", "c")
    assert over.window(-1, 0.2) is over


@given(options=st.lists(LEAVES, min_size=2, max_size=6, unique_by=lambda value: (isinstance(value, bool), value)))
def test_every_option_is_found_at_its_place(options):
    over = Choice(options)
    assert all(same(over.at(over.place(option)), option) for option in options)


def test_specs_are_kept_as_tables():
    over = Choice((Adam(0.1), SGD(0.5)))
    assert over.options[1] == {"kind": "sgd", "rate": 0.5}
    assert over == read_range(tomllib.loads(f"options = {over}")["options"])


@given(value=VALUES)
def test_toml_reads_back_what_is_written(value):
    assert tomllib.loads(f"value = {toml_text(value)}")["value"] == value


def test_the_sign_that_json_leaves_as_it_is_is_escaped():
    assert toml_text("\x7f") == '"\\u007F"'


def test_a_number_is_no_truth_value_and_a_half_is_a_half():
    assert Choice((1, True, 0.5, "1")).options == (1, True, 0.5, "1")
    assert same({"a": [1]}, {"a": [1.0]})
    assert not same({"a": [1]}, {"a": [True]})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "a choice has no options. Name two or more"),
        (["adam"], "a choice has one option, 'adam': nothing is left to search"),
        (["adam", "sgd", "adam"], "a choice has the option 'adam' twice. Leave one of them out"),
        ([1, 1.0], "a choice has the option 1.0 twice"),
        ([[1, 2], (1, 2)], r"a choice has the option \[1, 2\] twice"),
        ([1.0, float("nan")], "an option of a choice must be a finite number; got nan"),
        ([1, None], "an option of a choice must be text, a number, true or false, a list or a table; got None"),
        ([1, {2: 3}], "an option of a choice must be text, a number, true or false, a list or a table; got {2: 3}"),
        ("adam", "a choice needs a list of options, such as .*; got 'adam'"),
    ],
)
def test_options_that_make_no_choice_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        Choice(options)


def test_an_option_nested_too_deep_is_refused():
    deep = [1]
    for _ in range(100):
        deep = [deep]
    with pytest.raises(InputError, match="an option of a choice is nested more than 50 deep"):
        Choice((1, deep))


def test_what_is_no_option_has_no_place():
    with pytest.raises(InputError, match=r"'sgd' is no option of this choice\. There are: \[\"adam\", \"nadam\"\]"):
        Choice(("adam", "nadam")).place("sgd")
