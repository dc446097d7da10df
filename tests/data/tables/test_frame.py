"""Frames of any library become the same table."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from thalweg.data.tables.frame import from_frame, is_frame
from thalweg.errors import InputError


def test_pandas_and_polars_give_the_same_table():
    columns = {"i": [1, 2], "f": [1.5, None], "s": [" a ", None], "b": [True, False]}
    days = [date(2020, 1, 1), None]
    ours = from_frame(pl.DataFrame({**columns, "d": pl.Series(days, dtype=pl.Date)}))
    theirs = from_frame(pd.DataFrame({**columns, "d": pd.to_datetime(days)}))
    assert ours.frame.drop("d").equals(theirs.frame.drop("d"))
    assert ours.frame["d"].cast(pl.Datetime("us")).equals(theirs.frame["d"])
    assert ours.frame["s"].to_list() == ["a", None]


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (pd.Series([1, None, 3], dtype="Int64"), [1.0, None, 3.0]),
        (pd.Series([1.0, np.nan]), [1.0, None]),
        (pd.Series([True, None, False], dtype="boolean"), [True, None, False]),
        (pd.Series([True, None, False], dtype=object), [True, None, False]),
        (pd.Series(["x", None, pd.NA, np.nan], dtype=object), ["x", None, None, None]),
        (pd.Series([1, None, 2.5], dtype=object), [1.0, None, 2.5]),
        (pd.Series([1, "x", 2.5], dtype=object), ["1", "x", "2.5"]),
        (pd.Series([date(2020, 1, 1), None]), ["2020-01-01", None]),
        (pd.Series([np.int64(1), np.int64(2)], dtype=object), [1.0, 2.0]),
    ],
)
def test_pandas_columns_of_every_kind(column, wanted):
    assert from_frame(pd.DataFrame({"a": column})).frame["a"].to_list() == wanted


def test_what_the_data_declare_to_be_a_category_is_known():
    assert from_frame(pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Categorical), "b": ["y"]})).categories == {"a"}
    assert from_frame(pd.DataFrame({"a": pd.Categorical(["x", None]), "b": ["y", "z"]})).categories == {"a"}


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (pl.Series([1, 2], dtype=pl.UInt8), [1.0, 2.0]),
        (pl.Series([1.5, np.nan], dtype=pl.Float32), [1.5, None]),
        (pl.Series(["1.5"]).cast(pl.Decimal(10, 2)), [1.5]),
        (pl.Series([None], dtype=pl.Null), [None]),
    ],
)
def test_polars_columns_of_odd_kinds(column, wanted):
    assert from_frame(pl.DataFrame({"a": column})).frame["a"].to_list() == wanted


def test_column_names_that_are_numbers_become_text():
    assert from_frame(pd.DataFrame([[1, 2]])).frame.columns == ["0", "1"]


def test_what_a_frame_is():
    assert is_frame(pl.DataFrame()) and is_frame(pd.DataFrame()) and is_frame(pl.LazyFrame())
    assert not any(map(is_frame, [np.ones(2), "x", (1, 2), pl.Series([1]), None]))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.LazyFrame({"a": [1]}), r"a DataFrame with its rows at hand is wanted; got LazyFrame\. Call \.collect\(\)"),
        (pl.DataFrame(), r"the DataFrame has 0 rows and 0 columns; at least one of each"),
        (pl.DataFrame({"a": []}), r"the DataFrame has 0 rows and 1 column;"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), r"the DataFrame has two columns of one name; rename one"),
        (pd.DataFrame([[1, 2]], columns=[0, "0"]), r"two columns of one name, once names are written as text"),
        (pl.DataFrame({"a": [[1]]}), r"the DataFrame, column 'a': cells of type List\(Int64\) cannot be an input"),
        (pl.DataFrame({"a": [timedelta(1)]}), r"column 'a': cells of type Duration.* cannot be an input"),
        (pd.DataFrame({"a": [[1], [2]]}), r"column 'a': cells of type list cannot be an input; wanted are numbers"),
        (pd.DataFrame({"a": pd.to_timedelta([1], "D")}), r"column 'a': cells of type Timedelta cannot be an input"),
    ],
)
def test_frames_that_cannot_be_used_are_refused(frame, message):
    with pytest.raises(InputError, match=message):
        from_frame(frame)
