"""What each kind of column is taken for."""

from datetime import date

import polars as pl
import pytest

from thalweg.data.tables.roles import find_role

ROWS = 200
WORDS = [f"word {k} of a text" for k in range(ROWS)]


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("x", ["1", "2.5", None], "numeric"),
        ("x", [0.5, 1.0], "numeric"),
        ("x", ["3", "3", "1", "1"], "numeric"),  # few values: numbers all the same
        ("x", ["a", "b", "a", None], "category"),
        ("x", ["yes", None], "category"),
        ("x", [True, False, None], "boolean"),
        ("x", ["True", "false", "TRUE"], "boolean"),
        ("x", ["2007-11-11", "2007-11-12 10:00", None], "date"),
        ("x", [date(2007, 11, 11), None], "date"),
        ("x", ["a", "a"], "constant"),
        ("x", [1.0, 1.0], "constant"),
        ("x", [None, None], "constant"),
        ("x", list(map(str, range(1, ROWS + 1))), "identifier"),
        ("x", list(range(ROWS)), "identifier"),
        ("x", [float(k) for k in range(ROWS)], "numeric"),  # measured, as a float column says
        ("x", [f"{k}.0" for k in range(ROWS)], "numeric"),
        ("x", list(range(1900, 1900 + ROWS)), "numeric"),  # years count up, too
        ("PassengerId", ["892", "895", "893"], "identifier"),
        ("row_id", [7, 5, 9], "identifier"),
        ("id", [7, 5, 7], "numeric"),
        ("void", [7, 5, 9], "numeric"),
        ("x", [f"N{k}A" for k in range(ROWS)], "identifier"),
        ("Individual ID", [f"N{k // 2 * 2}" for k in range(30)] + [f"M{k}" for k in range(30)], "identifier"),
        ("x", WORDS, "free_text"),
        ("x", [f"level {k % 100}" for k in range(ROWS * 2)], "category"),
        ("x", [f"level {k % 101}" for k in range(ROWS * 2)], "free_text"),
        ("x", [f"level {k % 101}" for k in range(5050)], "category"),  # fifty rows a level
        ("x", [f"level {k % 15}" for k in range(19)], "category"),  # too few rows to say
        ("x", [f"level {k % 15}" for k in range(25)], "free_text"),
        ("x", [*map(str, range(50, 100)), "unknown"], "numeric"),
        ("x", [*[f"2007-11-{k + 1:02}" for k in range(30)], "unknown"], "date"),
        ("x", ["0", "1", "2", "3+"] * 9, "category"),
        ("x", [1.0, float("inf"), 2.0], "numeric"),
    ],
)
def test_role(name, cells, kind):
    assert find_role(pl.Series(name, cells, strict=False)).kind == kind


def test_a_declared_category_is_one_unless_it_never_changes():
    assert find_role(pl.Series("x", WORDS), declared=True).kind == "category"
    assert find_role(pl.Series("x", ["a", "a"]), declared=True).kind == "constant"


def test_decimal_commas_are_numbers_where_they_may_be():
    cells = pl.Series("x", [f"{k},5" for k in range(ROWS)])
    assert find_role(cells).kind == "identifier"
    assert find_role(cells, decimal_comma=True).kind == "numeric"


LEFT_OUT = {
    "free text": "column 'my x' holds 200 distinct texts in 200 rows: free text is not used, left out; ",
    "counter": "column 'my x' holds a different whole number in every row: an identifier, left out; ",
    "codes": "column 'my x' holds 200 distinct codes in 200 rows: an identifier, left out; ",
}
MISSING = {
    "words": "column 'my x': 2 cells, such as 'high', are not a number; counted as missing. ",
    "infinite": "column 'my x': 1 cell, such as 'inf', is not a finite number; counted as missing. ",
}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["a", "a"], "column 'my x' holds the same value ('a') in every row; left out."),
        ([None, None], "column 'my x' holds no value in any row; left out."),
        (WORDS, LEFT_OUT["free text"] + "--categorical 'my x' keeps it."),
        (list(range(ROWS)), LEFT_OUT["counter"] + "--numeric 'my x' keeps it."),
        ([f"N{k}" for k in range(ROWS)], LEFT_OUT["codes"] + "--categorical 'my x' keeps it."),
        (["2007-11-11", None], "column 'my x' holds dates, read as days; --drop 'my x' leaves it out."),
        ([date(2007, 11, 11), None], "column 'my x' holds dates, read as days; --drop 'my x' leaves it out."),
        (
            [*map(str, range(50, 100)), "low", "high"],
            MISSING["words"] + "--categorical 'my x' makes each value a level.",
        ),
        ([1.0, float("inf"), 2.0], MISSING["infinite"] + "--categorical 'my x' makes each value a level."),
        (["1", "2"], ""),
    ],
)
def test_what_is_said(cells, said):
    assert find_role(pl.Series("my x", cells, strict=False)).said == said


def test_stray_words_are_kept_for_the_next_file():
    assert find_role(pl.Series("x", [*map(str, range(50, 100)), "low", "high", "low"])).stray == ("high", "low")
