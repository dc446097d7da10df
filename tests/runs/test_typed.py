"""Plain values held against the types they should have."""

import math
from typing import Any, Literal, NamedTuple

import pytest

from thalweg.errors import InputError
from thalweg.runs.typed import named, typed


class Point(NamedTuple):
    x: float
    name: str = "origin"


@pytest.mark.parametrize(
    ("plain", "hint", "value"),
    [
        (3, int, 3),
        (3, float, 3.0),
        ("a", str, "a"),
        (True, bool, True),
        (None, str | None, None),
        ("a", str | None, "a"),
        ("a", Literal["a", "b"], "a"),
        ([1, 2], tuple[int, ...], (1, 2)),
        ([1, "a"], tuple[int, str], (1, "a")),
        ([], tuple[int, ...], ()),
        ({"a": 1}, dict[str, int], {"a": 1}),
        ([{"deep": None}], Any, [{"deep": None}]),
        ({"x": 1, "more": 2}, Point, Point(1.0)),
        ([{"x": 1, "name": "p"}], tuple[Point, ...], (Point(1.0, "p"),)),
    ],
)
def test_what_fits_is_taken(plain, hint, value):
    found = typed(plain, hint, "file")
    assert found == value and type(found) is type(value)


def test_null_is_what_is_no_number():
    assert math.isnan(typed(None, float, "file"))
    assert math.isnan(named({"x": None}, Point, "file").x)


@pytest.mark.parametrize(
    ("plain", "hint", "message"),
    [
        (True, int, "file must be a whole number; got True"),
        (1.5, int, "file must be a whole number; got 1.5"),
        (2**63, int, "file must be a whole number; got 9223372036854775808"),
        (True, float, "file must be a finite number; got True"),
        (math.inf, float, "file must be a finite number; got inf"),
        ("1", float, "file must be a finite number; got '1'"),
        (10**400, float, "file must be a finite number"),
        (1, str, "file must be text; got 1"),
        (1, bool, "file must be true or false; got 1"),
        (1, str | None, "file must be text; got 1"),
        ("c", Literal["a", "b"], r"file must be one of \('a', 'b'\); got 'c'"),
        ([], Literal["a", "b"], r"file must be one of"),
        ("ab", tuple[str, ...], "file must be a list; got 'ab'"),
        ([1], tuple[int, int], "file must be a list of 2; got"),
        ([1, "a"], tuple[int, ...], "file.1 must be a whole number; got 'a'"),
        ([], dict[str, int], "file must be a table; got"),
        ({"a": "b"}, dict[str, int], "file.a must be a whole number; got 'b'"),
        ([], Point, "file must be a table"),
        ({}, Point, "file has no entry 'x'. Restore the file, or make the run again"),
        ({"x": "a"}, Point, "file: x must be a finite number; got 'a'"),
    ],
)
def test_what_does_not_fit_is_named(plain, hint, message):
    with pytest.raises(InputError, match=message):
        typed(plain, hint, "file")


def test_what_is_given_need_not_be_in_the_table():
    assert named({"name": 5}, Point, "file", x=2.0, name="p") == Point(2.0, "p")
