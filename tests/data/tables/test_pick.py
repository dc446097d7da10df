"""A table is found in a file, a frame, or a frame with labels beside it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from thalweg.data.tables.pick import pick_table
from thalweg.errors import InputError

FORMS = (
    r"^wanted a table as \.csv, .* or \.parquet, another file of data, the name of a built-in set such as iris, a "
    r"DataFrame, or arrays \(with labels: a pair \(x, y\)\); "
)


@pytest.mark.parametrize("name", ["adult-train.csv", "adult-train.csv.gz", "adult-train.data", "adult-train"])
def test_a_file_is_named_without_its_endings(tmp_path, name):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    for data in (path, str(path)):
        found = pick_table(data)
        assert (found.name, found.labels, found.table.frame.columns) == ("adult-train", None, ["a", "b"])


def test_parquet_is_known_by_its_ending(tmp_path):
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "t.parquet")
    assert pick_table(tmp_path / "t.parquet").table.frame.schema == {"a": pl.Int64}


@pytest.mark.parametrize(
    ("labels", "name", "column"),
    [
        (pd.Series(["x", None], name="y"), "y", ["x", None]),
        (pl.Series("y", [1, 2]), "y", [1.0, 2.0]),
        (np.array([1.5, np.nan]), "target", [1.5, None]),
        (["x", "y"], "target", ["x", "y"]),
        (np.eye(2), "target", [0.0, 1.0]),
    ],
)
@pytest.mark.parametrize("frame", [pl.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})])
def test_labels_beside_a_frame_become_a_column(frame, labels, name, column):
    found = pick_table((frame, labels))
    assert (found.labels, found.table.frame.columns) == (name, ["a", name])
    assert found.table.frame[name].to_list() == column


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("book.xlsx", r"book\.xlsx is an Excel workbook; wanted is a table as \.csv"),
        ("model.pkl", r"model\.pkl is a pickle, which could run any code; wanted is a table"),
        ("x.npy", r"x\.npy is a single array without labels"),
        (7, FORMS + r"got int\."),
        (None, FORMS + r"got NoneType\."),
        ({"a": [1]}, FORMS + r"got dict\."),
        (np.ones((2, 3)), r"got ndarray\[2, 3\]"),
        ((1, 2, 3), r"got a pair \(int, int, int\)"),
        ((pl.DataFrame({"a": [1]}), [1, 2]), r"wanted one label a row; got 1 rows and labels of shape \(2,\)"),
        ((pl.DataFrame({"a": [1]}), 5), r"labels must be one a row, \(n,\); those of 'target' are one int"),
        ((pl.DataFrame({"a": [1]}), pl.Series("a", [1])), r"the labels and a column of the inputs are both called 'a'"),
        ("none.csv", r"there is no file none\.csv"),
        ("/dev/zero", r"/dev/zero is not an ordinary file; write the table to one first"),
        ("none.parquet", r"there is no file none\.parquet"),
        ("n" * 300 + ".csv", r"cannot read n+\.csv: File name too long"),
        ("n" * 300 + ".parquet", r"cannot read n+\.parquet: File name too long"),
    ],
)
def test_what_is_no_table_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        pick_table(data)
