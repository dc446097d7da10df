"""Weights, groups and times of the rows that are used."""

import numpy as np
import polars as pl
import pytest

from thalweg.data.tables.beside import row_groups, row_times, row_weights
from thalweg.data.tables.frame import from_frame
from thalweg.errors import InputError

KEPT = np.array([True, False, True])


def table(*cells):
    return from_frame(pl.DataFrame({"x": cells}, strict=False))


def test_only_rows_that_are_used_are_read():
    weights = row_weights(table("2", None, "0.5"), "x", KEPT)
    assert (weights.tolist(), weights.dtype) == (pytest.approx([1.6, 0.4]), np.float32)
    groups, names = row_groups(table("b", None, "a"), "x", KEPT)
    assert (groups.tolist(), groups.dtype) == ([1, 0], np.int64)
    assert names == ("a", "b")
    assert row_groups(table(1, 2, 1), "x", KEPT)[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    "cells",
    [
        ("2", None, "1.5"),
        (2, None, 1.5),
        ("1970-01-03", None, "1970-01-02T12:00"),
        ("1970-01-03T01:00:00+01:00", None, "1970-01-02T12:00:00Z"),
        ("2", "soon", "1.5"),  # in a row that is not used
    ],
)
def test_times_are_numbers_or_dates(cells):
    assert row_times(table(*cells), "x", KEPT).tolist() == [2.0, 1.5]


@pytest.mark.parametrize(
    ("read", "cells", "message"),
    [
        (row_weights, (1, 1, 0), r"the DataFrame, row 2 .*, column 'x': a weight must be a positive number; got 0"),
        (row_weights, ("1", "1", "-1"), r"got '-1'\. Fill it in, or drop the row"),
        (
            row_weights,
            ("a", "1", "1"),
            r"row 0 \(counted from 0\), column 'x': a weight must be a positive number; got 'a'",
        ),
        (row_weights, (np.inf, 1, 1), r"a weight must be a positive number; got inf"),
        (row_groups, ("a", "b", None), r"row 2 .*every row needs a group; got an empty cell"),
        (
            row_times,
            ("2020-01-01", None, "soon"),
            r"row 2 .*: a time must be a finite number or .* such as .* or 2024-12-31T18:30\+01:00; got 'soon'",
        ),
        (row_times, (1.0, None, None), r"a time must be .* got an empty cell"),
    ],
)
def test_cells_that_cannot_be_used_are_refused(read, cells, message):
    with pytest.raises(InputError, match=message):
        read(table(*cells), "x", KEPT)


@pytest.mark.parametrize(
    ("cells", "row", "got"),
    [
        (("1", "2", "12x", "4", "2024-01-01"), 2, "'12x'"),
        (("1", "2", "3", "inf"), 3, "'inf'"),
        ((1.0, 2.0, np.inf, 4.0), 2, "inf"),
        (("2024-01-01", "2024-01-02T00:00Z", "7"), 2, "'7'"),
        (("soon", "2024-01-01", "12x"), 0, "'soon'"),
        (("soon", "late"), 0, "'soon'"),
    ],
)
def test_the_first_time_that_is_unlike_most_is_pointed_at(cells, row, got):
    with pytest.raises(InputError, match=rf"row {row} \(counted from 0\), column 'x': .*; got {got}\. Fill it in"):
        row_times(table(*cells), "x", np.ones(len(cells), bool))
