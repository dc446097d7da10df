"""Another table is read in the way of the first: by name, with what differs named."""

import numpy as np
import polars as pl
import pytest

from thalweg.data.tables.again import columns_from_schema
from thalweg.data.tables.frame import from_frame
from thalweg.data.tables.names import Choices
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.read import read_table
from thalweg.data.tables.understand import understand
from thalweg.errors import InputError

FIRST = pl.DataFrame(
    {
        "passenger_id": ["p1", "p2", "p3"],
        "age": ["1", "2.5", None],
        "sex": ["m", "f", "m"],
        "day": ["2020-01-01", "2020-01-02", None],
        "land": ["x", "x", "x"],
        "y": ["no", "yes", "no"],
    }
)
SCHEMA = understand(from_frame(FIRST), targets=["y"], choices=Choices(id="passenger_id")).schema
THREE = pl.DataFrame({"0": [1.5, 2], "1": ["a", "b"], "2": [3.5, 4]})
POSITIONS = {**understand(from_frame(THREE), targets=["1"]).schema}
POSITIONS["header"] = False


def values(rows):
    return {column.name: column[1].tolist() for column in rows.columns}


def read(mode="default", **changes):
    return columns_from_schema(from_frame(FIRST.with_columns(**changes)), SCHEMA, mode=mode)


def test_the_same_table_gives_the_same_columns():
    first, again = understand(from_frame(FIRST), targets=["y"], choices=Choices(id="passenger_id")).columns, read()
    for one, other in zip(first, again.columns, strict=True):
        np.testing.assert_equal(one, other)
    assert again.ids == ("passenger_id", ("p1", "p2", "p3"))
    assert again.remarks == ()


def test_columns_may_come_in_any_order_and_without_what_is_not_used():
    shuffled = FIRST.select("day", "sex", "age")
    again = columns_from_schema(from_frame(shuffled), SCHEMA)
    assert [column.name for column in again.columns] == ["age", "sex", "day"]
    np.testing.assert_equal(values(again), values(read()))
    assert again.ids is None


def test_types_may_differ_between_frames_and_files():
    typed = FIRST.with_columns(pl.col("age").cast(pl.Float64), pl.col("day").str.to_date())
    np.testing.assert_equal(values(columns_from_schema(from_frame(typed), SCHEMA)), values(read()))


def test_unseen_levels_become_levels_of_the_new_table():
    sex = read(sex=pl.Series(["x", None, "m"])).columns[1]
    assert (sex[1].tolist(), sex[2]) == ([1, -1, 0], ("m", "x"))


def test_categories_of_numbers_are_matched_by_value():
    schema = understand(
        from_frame(pl.DataFrame({"k": [1, 2, 2], "x": [0.5, 1, 2]})), choices=Choices(categorical=("k",))
    )
    again = columns_from_schema(from_frame(pl.DataFrame({"k": ["2.0", "z"], "x": [1, 2]})), schema.schema)
    assert again.columns[0][2] == ("2", "z")


def test_words_that_were_missing_in_training_are_missing_again():
    first = from_frame(pl.DataFrame({"x": [*map(str, range(30, 60)), "unknown"], "z": [0.5, 1] * 15 + [1]}))
    schema = understand(first).schema
    new = from_frame(pl.DataFrame({"x": ["unknown", "3"], "z": [1, 2]}))
    np.testing.assert_array_equal(columns_from_schema(new, schema).columns[0][1], [np.nan, 3])


def test_unknown_columns_are_said_and_ignored():
    again = read(extra=pl.lit(1))
    assert [remark.text for remark in again.remarks] == ["the model does not use column 'extra': ignored."]
    np.testing.assert_equal(values(again), values(read()))


def test_lenient_takes_missing_columns_and_bad_cells_as_missing():
    table = from_frame(FIRST.drop("sex").with_columns(age=pl.Series(["abc", "x", "3"])))
    again = columns_from_schema(table, SCHEMA, mode="lenient")
    np.testing.assert_equal(values(again), {"age": [np.nan, np.nan, 3], "sex": [-1] * 3, "day": values(read())["day"]})
    assert [(remark.kind, remark.text) for remark in again.remarks] == [
        ("missing_column", "the DataFrame has no column 'sex': taken as missing in every row."),
        (
            "unread_cell",
            "the DataFrame, row 0 (counted from 0), column 'age': 'abc' is not a finite number: taken as missing. "
            "So are 1 more cells of the column.",
        ),
    ]


def test_several_columns_are_called_so():
    table = from_frame(FIRST.drop("age", "sex").with_columns(more=1, extra=2))
    assert [remark.text for remark in columns_from_schema(table, SCHEMA, mode="lenient").remarks] == [
        "the DataFrame has no columns 'age', 'sex': taken as missing in every row.",
        "the model does not use columns 'more', 'extra': ignored.",
    ]


@pytest.mark.parametrize("columns", [["0", "1", "2"], ["a", "b", "c"], ["a", "c"], ["2", "0"]])
def test_positions_are_counted_with_or_without_the_target(columns):
    cells = {"0": [1.0], "1": ["a"], "2": [3.0], "a": [1.0], "b": ["a"], "c": [3.0]}
    again = columns_from_schema(from_frame(pl.DataFrame({name: cells[name] for name in columns})), POSITIONS)
    assert values(again) == {"0": [1.0], "2": [3.0]}


def test_a_file_without_header_is_read_by_position(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("1,3\n2,4\n", encoding="utf-8")
    assert values(columns_from_schema(read_table(path, header="no"), POSITIONS)) == {"0": [1.0, 2.0], "2": [3.0, 4.0]}


@pytest.mark.parametrize(
    ("frame", "mode", "message"),
    [
        (
            FIRST.drop("age", "sex"),
            "default",
            r"has no columns 'age', 'sex', which the model was trained with; add them, or use --lenient to take them",
        ),
        (FIRST.rename({"age": " Age"}), "default", r"or use --lenient .* Is ' Age' the column 'age'\?"),
        (FIRST.drop("age"), "strict", r"the DataFrame has no column 'age'"),
        (
            FIRST.with_columns(a=1, b=2),
            "strict",
            r"the DataFrame has columns that the model does not know: 'a', 'b'\. Leave them out",
        ),
        (
            FIRST.with_columns(age=pl.Series(["1", "abc", "2"])),
            "default",
            r"the DataFrame, row 1 \(counted from 0\), column 'age': 'abc' is not a finite number; correct or empty",
        ),
        (
            FIRST.with_columns(day=pl.Series(["1.1.2020", None, None])),
            "default",
            r"row 0 .*, column 'day': '1\.1\.2020' is not a date \(such as 2024-12-31\); .* --lenient",
        ),
        (FIRST, "lax", r"unknown mode 'lax'\. There are: default, strict, lenient"),
    ],
)
def test_tables_that_do_not_fit_are_refused(frame, mode, message):
    with pytest.raises(InputError, match=message):
        columns_from_schema(from_frame(frame), SCHEMA, mode=mode)


def test_a_bad_cell_of_a_file_is_named_by_its_line(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("age,sex,day\n1,m,2020-01-01\n\nabc,f,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"new\.csv, line 4, column 'age': 'abc' is not a finite number"):
        columns_from_schema(read_table(path, header="yes"), SCHEMA)


def test_a_table_of_another_width_is_refused_where_columns_have_positions():
    table = RawTable(pl.DataFrame({"0": ["1"]}), "new.csv", header=False, header_said="")
    with pytest.raises(
        InputError, match=r"new\.csv has 1 columns; wanted are 3 in the order .* or 2 without its target"
    ):
        columns_from_schema(table, POSITIONS)


@pytest.mark.parametrize("schema", [{}, {"columns": [1]}, {"columns": [{"name": "a"}]}, {"columns": []}])
def test_what_is_no_schema_is_refused(schema):
    with pytest.raises(InputError, match=r"the schema is not that of a table"):
        columns_from_schema(from_frame(FIRST), schema)
