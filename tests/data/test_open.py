"""Data of any kind are opened by one call, and further data in the way of the first."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from tests.data.images.listing import listing, write_image, write_table

from thalweg.data.open import open_inputs, open_like, open_source
from thalweg.errors import InputError

ROWS = "age,sex,paid\n39,m,yes\n40,f,no\n,m,no\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_a_file_by_path_or_text_and_a_frame_of_it_are_one(table):
    file = open_source(str(table), target="paid")
    assert (file.name, file.kind, file.task.classes) == ("people", "table", ("no", "yes"))
    for data in (pl.read_csv(table), pd.read_csv(table)):
        frame = open_source(data, target=-1)
        np.testing.assert_equal(frame.inputs, file.inputs)
        np.testing.assert_equal((frame.targets, frame.identical), (file.targets, file.identical))


def test_every_option_reaches_the_table():
    columns = {name: np.arange(6) % 3 + 0.5 for name in ("a", "b", "c")}
    frame = pl.DataFrame(
        {**columns, "g": list("xxyyzz"), "t": range(6), "i": range(6), "w": [2.0] * 6, "y": [1, 2] * 3}
    )
    source = open_source(
        frame,
        target="y",
        task="regression",
        drop=["a"],
        categorical=("b",),
        numeric=("c",),
        group="g",
        time_column="t",
        id="i",
        weight_column="w",
    )
    assert [(column.name, len(column)) for column in source.inputs] == [("b", 3), ("c", 2)]
    assert source.targets.shape == (6, 1)
    assert source.groups.tolist() == [0, 0, 1, 1, 2, 2]
    assert source.times.tolist() == [0, 1, 2, 3, 4, 5]
    assert source.weight.tolist() == [1.0] * 6
    assert source.schema["id"] == "i"


def test_what_was_decided_is_said(table):
    said = {remark.kind: remark.text for remark in open_source(table, target="paid").remarks}
    assert said["header"] == f"{table}: the first row is the header (change it with --header no)."
    assert said["task"] == "'paid' holds names, so each distinct one is a class."
    assert open_source(table, target=0, header="no", drop=(1,)).task.classes == ("39", "40", "age")


def test_labels_may_come_beside_the_frame(table):
    frame = pd.read_csv(table)
    source = open_source((frame.drop(columns="paid"), frame["paid"]))
    np.testing.assert_equal(source.inputs, open_source(table, target="paid").inputs)
    assert source.task == ("classes", "paid", ("no", "yes"), ())


def test_further_data_are_read_like_the_first(table, tmp_path):
    first = open_source(table, target="paid")
    other = tmp_path / "more.csv"
    other.write_text("paid,extra,sex,age\nNo.,1,f,7\n", encoding="utf-8")
    source = open_like(other, task=first.task, schema=first.schema)
    assert (source.targets.tolist(), source.task) == ([0], first.task)
    assert {remark.kind for remark in source.remarks} == {"unknown_column", "label_match"}
    given = open_inputs(other, schema=json.loads(json.dumps(first.schema)))
    np.testing.assert_equal(given.inputs, source.inputs)
    assert [remark.kind for remark in given.remarks] == ["unknown_column"]


def test_rows_keep_their_identifiers():
    frame = pl.DataFrame({"id": [7, 5, 9], "x": [0.5, 1, 2], "y": [0, 1, 1]})
    schema = open_source(frame, target="y").schema
    assert open_inputs(frame.drop("y"), schema=schema).ids == ("id", ("7", "5", "9"))


def test_a_text_row_is_not_taken_for_a_header_later(tmp_path):
    (tmp_path / "first.csv").write_text("1,a,x\n2,b,y\n3,b,x\n", encoding="utf-8")
    (tmp_path / "new.csv").write_text("?,a\n5,b\n", encoding="utf-8")
    first = open_source(tmp_path / "first.csv", target=-1)
    assert first.schema["header"] is False
    assert open_inputs(tmp_path / "new.csv", schema=first.schema).inputs[1][1].tolist() == [0, 1]


@pytest.mark.parametrize("data", ["digits", "ring", "iris", "diabetes"])
def test_built_in_sets_are_their_own_further_data(data):
    source = open_source(data)
    assert open_like(data, task=source.task, schema=source.schema).fingerprint == source.fingerprint
    np.testing.assert_equal(open_inputs(data, schema=source.schema).inputs, source.inputs)


def test_arrays_and_archives(tmp_path):
    x, y = np.arange(12.0).reshape(6, 2), np.array(list("ababab"))
    np.savez(tmp_path / "t.npz", x=x, y=y)
    first = open_source((x, y))
    assert (first.name, first.task.classes) == ("arrays", ("a", "b"))
    second = open_like(tmp_path / "t.npz", task=first.task, schema=first.schema)
    assert second.targets.tolist() == first.targets.tolist()
    np.testing.assert_array_equal(open_inputs(x, schema=first.schema).inputs, first.inputs)


def test_a_table_of_image_paths_and_more_in_its_way(tmp_path):
    first = listing(tmp_path / "first")
    source = open_source(first, label_column="kind")
    assert (source.kind, source.inputs.shape, source.task.classes) == ("image", (6, 2, 3, 1), ("cat", "dog"))
    again = open_like(str(first), task=source.task, schema=source.schema)
    assert again.fingerprint == source.fingerprint
    given = open_inputs(first, schema=source.schema)
    np.testing.assert_array_equal(given.inputs, source.inputs)
    assert given.ids == ("file", tuple(f"photos/{k}.png" for k in range(6)))
    np.testing.assert_array_equal(open_inputs(tmp_path / "first", schema=source.schema).inputs, source.inputs)
    for k, name in enumerate(["cat", "dog"]):
        write_image(tmp_path / "classes" / name / "a.png", k)
    folder = open_like(tmp_path / "classes", task=source.task, schema=source.schema)
    assert (folder.targets.tolist(), folder.inputs[:, 0, 0, 0].tolist()) == ([0, 1], [0, 1])
    from_folder = open_source(tmp_path / "classes")
    assert open_inputs(first, schema=from_folder.schema).ids == given.ids


def test_every_option_reaches_the_table_of_image_paths(tmp_path):
    lines = listing(tmp_path).read_text(encoding="utf-8").splitlines()[1:]
    cells = [line.split(",") for line in lines]
    table = write_table(
        tmp_path / "t.csv", *(f"{file},{file},{'wren' if k else 'robin'}" for k, (file, *_) in enumerate(cells))
    )
    source = open_source(table, label_column=2, header="no", drop=[1])
    assert (source.targets.tolist(), source.schema["table"]["path"]) == ([0, 1, 1, 1, 1, 1], "0")
    assert len(open_source(tmp_path / "animals.csv", label_column="age", task="classes").task.classes) == 6
    with pytest.raises(
        InputError, match=r"animals\.csv has columns that the model does not know: 'kind', 'age', 'note'"
    ):
        open_inputs(tmp_path / "animals.csv", schema={"kind": "image", "shape": [2, 3, 1]}, mode="strict")
    with pytest.raises(InputError, match="the first data were arrays or images; these are a table"):
        open_like(tmp_path / "photos" / "1.png", task=source.task, schema=source.schema)


def test_a_table_that_names_images_hears_of_the_option(tmp_path):
    first = listing(tmp_path)
    assert [remark.text for remark in open_source(first, target="age").remarks if remark.kind == "image_paths"] == [
        "'file' names image files; to learn from the images, give --label-column instead of --target."
    ]
    frame = pl.read_csv(first)
    assert "image_paths" not in {remark.kind for remark in open_source(frame, target="age").remarks}
    assert "image_paths" not in {remark.kind for remark in open_source(FRAME, target="y").remarks}


FRAME = pl.DataFrame({"x": [0.5, 1, 2], "y": [0, 1, 1]})
TABLE, ARRAYS = open_source(FRAME, target="y"), open_source((np.ones((4, 2)), [0, 1, 0, 1]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: open_source("none.csv", target="y"), r"there is no file none\.csv"),
        (lambda: open_source("nothing"), r"unknown file, folder or built-in set 'nothing'"),
        (lambda: open_source(FRAME), r"which column of the DataFrame is to be predicted\? .* There are: x, y\."),
        (lambda: open_source(FRAME, target="y", task="clases"), r"unknown task 'clases'\. Did you mean 'classes'"),
        (
            lambda: open_source((FRAME, [1, 2, 3]), target="y"),
            r"the labels came beside the DataFrame, so --target cannot",
        ),
        (lambda: open_source("iris", drop=("a",)), r"--drop: only a table in a file or frame has columns .* built-in"),
        (lambda: open_source("iris", group=0, header="no"), r"--group, --header: only a table in a file or frame"),
        (
            lambda: open_source("iris", label_column=0),
            r"^--label-column: only a table in a file or frame has columns to choose; the data are built-in\.$",
        ),
        (
            lambda: open_source("t.csv", target="y", label_column="y"),
            r"^--target and --label-column both say which column is to be predicted\. Give --label-column for a table "
            r"of image paths, --target for any other\.$",
        ),
        (
            lambda: open_source("iris", image_size=64),
            r"^--image-size is for images in files: a folder of class folders, or a table of their paths with "
            r"--label-column; the data are built-in\. Leave it out\.$",
        ),
        (
            lambda: open_source(FRAME, target="y", image_size=64),
            r"^--image-size .* the data are a table\. Leave it out",
        ),
        (
            lambda: open_source((np.ones((4, 2)), [0, 1, 0, 1]), image_size=64),
            r"^--image-size .*; the data are arrays\. ",
        ),
        (
            lambda: open_source(FRAME, label_column="y"),
            r"^--label-column is for a file of image paths, which are relative to its folder: .* got a DataFrame\.",
        ),
        (
            lambda: open_inputs("none.csv", schema={"kind": "image", "shape": [2, 2, 1]}, mode="strict"),
            r"^there is no file none\.csv; check the name and the folder\.$",
        ),
        (lambda: open_source((np.ones(3), [1, 2]), target="y"), r"arrays: wanted one label an example; got 3 examples"),
        (
            lambda: open_like((np.ones((2, 2)), [0, 1]), task=TABLE.task, schema=TABLE.schema),
            r"the first data were a table; these are arrays or images\. Give data of the same form",
        ),
        (lambda: open_inputs(FRAME, schema=ARRAYS.schema), r"the first data were arrays or images; these are a table"),
        (lambda: open_inputs("iris", schema=ARRAYS.schema), r"the inputs: wanted examples of shape \(2,\), .* a table"),
        (lambda: open_inputs(np.ones((2, 3)), schema=ARRAYS.schema), r"got examples of shape \(3,\)"),
        (lambda: open_inputs(np.ones((2, 2)), schema=ARRAYS.schema, mode="lax"), r"unknown mode 'lax'"),
        (
            lambda: open_like((np.ones((1, 2)), [7]), task=ARRAYS.task, schema=ARRAYS.schema),
            r"arrays, row 0 .*: the label '7' is none of the 2 known classes",
        ),
    ],
)
def test_data_that_cannot_be_used_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
