"""A table's inputs, its schema, and what is left out."""

import json

import numpy as np
import polars as pl
import pytest

from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.tables.frame import from_frame
from thalweg.data.tables.names import Choices
from thalweg.data.tables.read import read_table
from thalweg.data.tables.understand import understand
from thalweg.errors import InputError

TABLE = from_frame(
    pl.DataFrame(
        {
            "id": [7, 5, 9, 8],
            "age": [30.0, None, 50.5, 1.0],
            "sex": ["m", "f", None, "m"],
            "smokes": [True, None, False, True],
            "born": ["1970-01-02", None, "1970-01-03", "1970-01-01"],
            "land": ["x", "x", "x", "x"],
            "rooms": [1, 2, 2, 1],
        }
    )
)


def test_each_kind_of_column_becomes_an_input_or_a_remark():
    found = understand(TABLE, targets=["rooms"])
    age, sex, smokes, born = found.columns
    assert isinstance(age, NumericColumn) and age.name == "age"
    np.testing.assert_array_equal(age.values, [30, np.nan, 50.5, 1])
    assert isinstance(sex, CategoryColumn)
    assert (sex.codes.tolist(), sex.levels) == ([1, 0, -1, 1], ("f", "m"))
    assert isinstance(smokes, CategoryColumn)
    assert (smokes.codes.tolist(), smokes.levels) == ([1, -1, 0, 1], ("false", "true"))
    assert isinstance(born, NumericColumn)
    np.testing.assert_array_equal(born.values, [1, np.nan, 2, 0])
    assert [(remark.kind, remark.where, remark.severity) for remark in found.remarks] == [
        ("identifier", "id", "note"),
        ("date", "born", "note"),
        ("constant", "land", "warning"),
    ]


def test_the_schema_is_plain_json():
    schema = understand(TABLE, targets=["rooms"], choices=Choices(categorical=("age",), group="land")).schema
    assert json.loads(json.dumps(schema)) == schema
    assert schema["columns"][0] == {"name": "age", "role": "category", "numbers": True, "stray": []}
    assert (schema["target"], schema["group"], schema["id"], schema["header"]) == ("rooms", "land", "id", True)
    assert schema["names"] == TABLE.frame.columns


def test_the_user_goes_before_what_is_found():
    choices = Choices(numeric=("id",), categorical=("land",), drop=("born",))
    found = understand(TABLE, targets=["rooms"], choices=choices)
    assert [column.name for column in found.columns] == ["id", "age", "sex", "smokes", "land"]
    rooms = understand(TABLE, targets=["age"], choices=Choices(categorical=("rooms",))).columns[-1]
    assert isinstance(rooms, CategoryColumn)
    assert (rooms.codes.tolist(), rooms.levels) == ([0, 1, 1, 0], ("1", "2"))


def test_columns_with_another_use_are_no_inputs():
    choices = Choices(group="sex", time_column="born", id="id", weight_column="age")
    found = understand(TABLE, targets=["rooms"], choices=choices)
    assert [column.name for column in found.columns] == ["smokes"]


def test_stray_words_are_missing_and_remembered():
    found = understand(from_frame(pl.DataFrame({"x": [*map(str, range(30, 60)), "unknown"], "y": [0, 1] * 15 + [1]})))
    assert np.isnan(found.columns[0][1][-1])
    assert found.schema["columns"][0]["stray"] == ["unknown"]
    assert (found.remarks[0].kind, found.remarks[0].severity) == ("stray", "warning")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            Choices(numeric=("sex",)),
            r"the DataFrame, row 0 \(counted from 0\), column 'sex': 'm' is not a finite number; correct or empty",
        ),
        (Choices(drop=("colour",)), r"unknown column for --drop 'colour'"),
        (
            Choices(drop=("age", "sex", "smokes", "born")),
            r"the DataFrame: no column is left .* leave out fewer\. column 'id' holds .* column 'land' holds the",
        ),
    ],
)
def test_choices_that_cannot_be_followed_are_refused(choices, message):
    with pytest.raises(InputError, match=message):
        understand(TABLE, targets=["rooms"], choices=choices)


@pytest.mark.parametrize(
    ("name", "target", "left_out", "numeric", "categories"),
    [
        ("adult/adult-train.csv", "14", {}, 6, 8),
        (
            "titanic/train.csv",
            "Survived",
            {"PassengerId": "identifier", "Name": "free_text", "Ticket": "free_text", "Cabin": "free_text"},
            5,
            2,
        ),
        (
            "penguins/penguins_raw.csv",
            "Species",
            {"Region": "constant", "Stage": "constant", "Individual ID": "identifier", "Date Egg": "date"},
            8,
            5,
        ),
        ("penguins/penguins.csv", "species", {}, 5, 2),
        ("mpg/mpg.csv", "mpg", {"name": "free_text"}, 6, 1),
        ("california_housing/housing.csv", "median_house_value", {}, 8, 1),
        ("wine_quality/winequality-white.csv", "11", {}, 11, 0),
        ("abalone/abalone.csv", "8", {}, 7, 1),
        ("mammography/mammography.csv", "6", {}, 6, 0),
        ("horse_colic/horse-colic.csv", "22", {}, 27, 0),
        ("kddcup99/kddcup.tsv.gz", "target", {"Atr-19": "constant", "Atr-20": "constant"}, 39, 0),
    ],
)
def test_real_files(shared_data, name, target, left_out, numeric, categories):
    found = understand(read_table(shared_data / "tables" / name), targets=[target])
    assert {remark.where: remark.kind for remark in found.remarks} == left_out
    kinds = [type(column) for column in found.columns]
    assert (kinds.count(NumericColumn), kinds.count(CategoryColumn)) == (numeric, categories)
