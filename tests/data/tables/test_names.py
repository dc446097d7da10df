"""Columns by name or by position."""

import pytest

from thalweg.data.tables.names import Choices, find_column, resolve
from thalweg.errors import InputError

NAMES = ["age", "7", "income"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("age", "age"),
        ("7", "7"),
        ("-1", "income"),
        (-1, "income"),
        (0, "age"),
        ("0", "age"),
        ("+2", "income"),
        (-3, "age"),
    ],
)
def test_a_name_goes_before_a_position(asked, found):
    assert find_column(asked, NAMES, flag="--target") == found


def test_every_choice_is_resolved():
    found = resolve(Choices(drop=("age",), id=-1), NAMES, targets=["7"])
    assert (found.drop, found.id, found.group) == (frozenset({"age"}), "income", None)
    assert resolve(Choices(drop="age"), NAMES, targets=[]).drop == {"age"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: find_column("incme", NAMES, flag="--target"),
            r"unknown column for --target 'incme'\. Did you mean 'income'",
        ),
        (
            lambda: find_column(3, NAMES, flag="--id"),
            r"--id 3: the table has 3 columns, at positions 0 to 2 \(or -3 to -1",
        ),
        (lambda: find_column("-4", NAMES, flag="--id"), r"--id -4: the table has 3 columns"),
        (lambda: resolve(Choices(drop=("x",)), NAMES, targets=[]), r"unknown column for --drop 'x'"),
        (
            lambda: resolve(Choices(numeric=(0,)), NAMES, targets=["age"]),
            r"'age' is given to --target and to --numeric; choose",
        ),
        (
            lambda: resolve(Choices(drop=("age",), time_column="age"), NAMES, targets=[]),
            r"column 'age' is given to --drop and to --time-column",
        ),
    ],
)
def test_columns_that_are_not_there_or_have_two_uses_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
