"""Cells as numbers, days and names."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from thalweg.data.tables.cells import clean, to_codes, to_days, to_labels, to_names, to_numbers


def test_cells_are_stripped_and_words_for_no_value_are_null():
    words = ["", " ", "?", " ? ", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "none", " x\t"]
    (column,) = clean(pl.DataFrame({"a": words}), single_quotes=False)
    assert column.to_list() == [None] * 11 + ["none", "x"]


def test_single_quotes_are_taken_off_where_they_enclose_a_cell():
    (column,) = clean(
        pl.DataFrame({"a": ["'-1'", " ' x ' ", "'tis", "O'Neil", "'", "''", "'?'", "'a\nb'"]}), single_quotes=True
    )
    assert column.to_list() == ["-1", "x", "'tis", "O'Neil", "'", None, None, "a\nb"]
    (column,) = clean(pl.DataFrame({"a": ["'-1'"]}), single_quotes=False)
    assert column.to_list() == ["'-1'"]


def test_numbers():
    values, unread = to_numbers(pl.Series(["1", "-2.5", "1e3", "+4", ".5", None, "x", "inf", "1,5"]))
    np.testing.assert_array_equal(values, [1, -2.5, 1000, 4, 0.5, *[np.nan] * 4])
    assert unread.tolist() == [False] * 6 + [True] * 3


def test_decimal_commas_are_read_where_they_may_be():
    values, unread = to_numbers(pl.Series(["1,5", "-0,25", "3", "1,2,3"]), decimal_comma=True)
    np.testing.assert_array_equal(values, [1.5, -0.25, 3, np.nan])
    assert unread.tolist() == [False, False, False, True]


def test_truth_values_are_numbers_and_infinite_ones_are_not():
    np.testing.assert_array_equal(to_numbers(pl.Series([True, None, False])).values, [1, np.nan, 0])
    assert to_numbers(pl.Series([1.0, np.inf, None])).unread.tolist() == [False, True, False]


@pytest.mark.parametrize(
    "cells",
    [
        ["1970-01-02", "1970-01-01T12:00", "1969-12-31 06:00:00", None],
        [datetime(1970, 1, 2), datetime(1970, 1, 1, 12), datetime(1969, 12, 31, 6), None],
    ],
)
def test_days_since_1970(cells):
    values, unread = to_days(pl.Series(cells))
    np.testing.assert_allclose(values, [1.0, 0.5, -0.75, np.nan], rtol=0, atol=1e-12)
    assert not unread.any()


def test_an_offset_is_taken_off():
    cells = ["1970-01-02T00:00:00+00:00", "1970-01-02T06:00+06:00", "1970-01-01 18:30-0530", "1970-01-02T01+01"]
    values, unread = to_days(pl.Series([*cells, "1970-01-01T12:00:00.0Z", "1970-01-02T00:00+1"]))
    np.testing.assert_allclose(values, [1.0, 1.0, 1.0, np.nan, 0.5, np.nan], rtol=0, atol=1e-12)
    assert unread.tolist() == [False, False, False, True, False, True]


def test_what_is_no_day_is_pointed_at():
    assert to_days(pl.Series(["2007-11-11Z", "2007-02-31", "11.11.2007", None])).unread.tolist() == [
        True,
        True,
        True,
        False,
    ]
    assert to_days(pl.Series([date(2007, 11, 11)])).values.tolist() == [13828.0]
    assert to_days(pl.Series([5, None])).unread.tolist() == [True, False]


def test_names():
    assert to_names(pl.Series([1, 2, None])).to_list() == ["1", "2", None]
    assert to_names(pl.Series([1.0, 0.5, np.nan, 1e300])).to_list() == ["1", "0.5", None, "1e+300"]
    assert to_names(pl.Series(["1.0", "1", "x", None]), numbers=True).to_list() == ["1", "1", "x", None]
    assert to_names(pl.Series(["1.0", "1"])).to_list() == ["1.0", "1"]
    assert to_names(pl.Series([True, None])).to_list() == to_names(pl.Series(["TRUE", None]), truth=True).to_list()


def test_codes_are_places_among_the_sorted_levels():
    codes, levels = to_codes(pl.Series(["b", "a", None, "B", "b"]))
    assert (codes.tolist(), levels) == ([2, 1, -1, 0, 2], ("B", "a", "b"))
    assert codes.dtype == np.int32
    codes, levels = to_codes(pl.Series([None, None], dtype=pl.String))
    assert (codes.tolist(), levels) == ([-1, -1], ())


def test_labels_are_numbers_only_if_all_are():
    np.testing.assert_array_equal(to_labels(pl.Series(["1", None, "2.5"])), [1, np.nan, 2.5])
    assert to_labels(pl.Series(["1", None, "x"])).tolist() == ["1", None, "x"]
    assert to_labels(pl.Series([1, 2])).dtype == np.float64
    assert to_labels(pl.Series([True, None])).tolist() == ["true", None]
