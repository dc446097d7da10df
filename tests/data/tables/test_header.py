"""The header row is told from data, by what stands below it."""

import polars as pl
import pytest

from thalweg.data.tables.header import find_header
from thalweg.errors import InputError


def table(*rows):
    return pl.DataFrame([list(row) for row in rows], schema=[str(k) for k in range(len(rows[0]))], orient="row")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([("age", "sex"), ("39", "m"), ("40", "f")], ("age", "sex")),
        (
            [("code", "n"), ("code", "1"), ("x", "2")],
            ("code", "n"),
        ),  # numbers below outweigh a cell that comes up again
        ([("day", "sex"), ("2020-01-01", "m"), ("2020-01-02", "f")], ("day", "sex")),
        ([("text", "label"), ("good", "pos"), ("bad", "neg"), ("fine", "pos")], ("text", "label")),
        ([(None, "a"), ("0", "x"), ("1", "y")], ("0", "a")),  # a saved index
        ([("0", "1", "label"), ("5", "7", "x"), ("6", "8", "y")], ("0", "1", "label")),  # positions as names
        ([("x",), ("1",), ("2",)], ("x",)),
        ([("a", "b", "y", None), ("1.5", "2.25", "1", None), ("1", "2", "0", None)], ("a", "b", "y", "3")),  # a, b, y,
        ([("a", None, None), ("1", None, None), ("2", None, None)], ("a", "1", "2")),
    ],
)
def test_a_header_is_found(rows, names):
    found = find_header(table(*rows), "infer", "t.csv")
    assert (found.found, found.names) == (True, names)
    assert found.said == "the first row is the header (change it with --header no)."


@pytest.mark.parametrize(
    "rows",
    [
        [("39", "m"), ("40", "f")],
        [("m", "39"), ("f", "40")],
        [("x", "o", "pos"), ("o", "x", "neg"), ("x", "x", "pos")],  # cells that come up again
        [("M", None), ("F", "1")],
        [("a", "y", None), ("1", "2", None), ("3", "4", "5")],  # the last column is not empty
        [(None, None), ("1", None)],
        [("'1'", "2"), ("3", "4")],
        [("2001-01-01", "x", "7"), ("2001-01-02", "y", "8")],
        [("a", "b")],  # nothing below
    ],
)
def test_data_are_not_taken_for_a_header(rows):
    found = find_header(table(*rows), "infer", "t.csv")
    assert (found.found, found.names) == (False, tuple(map(str, range(len(rows[0])))))
    assert found.said == "no header row: columns are named by position from 0 (change it with --header yes)."


@pytest.mark.parametrize(("header", "names"), [("yes", ("39", "m")), ("no", ("0", "1"))])
def test_the_user_goes_first(header, names):
    found = find_header(table(("39", "m"), ("40", "f")), header, "t.csv")
    assert found.names == names
    assert found.said.endswith(f"(as --header {header} says).")


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (
            [("a", "b", "a"), ("1", "2", "3")],
            "infer",
            r"t\.csv: the columns at positions 0 and 2 .* are both called 'a'; rename one, or use --header no if",
        ),
        (
            [("a", "a"), ("x", "y")],
            "yes",
            r"the columns at positions 0 and 1 \(from 0\) are both called 'a'; rename one\.$",
        ),
        (
            [("a", "b" * 501), ("1", "2")],
            "infer",
            r"the column at position 1 \(from 0\) has 501 characters, at most 500 make sense; shorten it, or",
        ),
        ([("a", "b"), ("1", "2")], "maybe", r"unknown header 'maybe'\. .*There are: infer, yes, no"),
    ],
)
def test_headers_that_cannot_be_used_are_refused(rows, header, message):
    with pytest.raises(InputError, match=message):
        find_header(table(*rows), header, "t.csv")
