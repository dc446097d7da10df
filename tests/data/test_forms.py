"""Data are known by what they are and what they are called."""

import gzip
import struct
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from thalweg.data.forms import form_of, read_form, read_form_inputs, require_fit
from thalweg.data.source import Task
from thalweg.errors import InputError

DIGITS = Task("classes", "label", ("0", "1"))


def write_idx(folder):
    folder.mkdir(exist_ok=True)
    for name, rank, array in [
        ("images-idx3", 3, np.arange(12).reshape(3, 2, 2)),
        ("labels-idx1", 1, np.array([0, 1, 0])),
    ]:
        content = struct.pack(f">HBB{rank}I", 0, 8, rank, *array.shape) + array.astype(np.uint8).tobytes()
        (folder / f"train-{name}-ubyte.gz").write_bytes(gzip.compress(content))
    return folder


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("digits", "built-in"),
        ("spiral", "built-in"),
        ("t.csv", "table"),
        (Path("digits"), "table"),  # a path is a path
        ("./digits", "table"),
        ("x.NPZ", "npz"),
        ("train-images-idx3-ubyte.gz", "idx"),
        (pl.DataFrame({"a": [1]}), "table"),
        ((pl.DataFrame({"a": [1]}), [1]), "table"),
        ((np.ones(2), [1, 2]), "arrays"),
        (([1, 2], [1, 2]), "arrays"),
        (np.ones(2), "arrays"),
        ([[1, 2]], "arrays"),
        (7, "table"),
    ],
)
def test_form(data, form):
    assert form_of(data) == form


def test_an_empty_name_is_no_data():
    with pytest.raises(InputError, match="the name of the data is empty; give a file, a folder or a built-in set"):
        form_of("")


def test_a_folder_of_idx_files_is_one(tmp_path):
    assert form_of(write_idx(tmp_path)) == "idx"
    (tmp_path / "empty").mkdir()
    assert form_of(tmp_path / "empty") == "table"


def test_a_file_named_like_a_set_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spiral").write_text("1,2\n", encoding="utf-8")
    source = read_form("built-in", "spiral")
    assert [remark.text for remark in source.remarks] == [
        "'spiral' is the built-in set; write ./spiral for the file of that name."
    ]
    assert form_of("./spiral") == "table"


def test_every_form_has_a_schema_and_reads_its_inputs_alone(tmp_path):
    x, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])
    np.savez(tmp_path / "t.npz", x=x, y=y)
    np.savez(tmp_path / "named.npz", inputs=x, kind=y)
    for form, data, target, shape in [
        ("arrays", (x, y), None, [2]),
        ("npz", str(tmp_path / "t.npz"), None, [2]),
        ("npz", tmp_path / "named.npz", "kind", [2]),
        ("idx", write_idx(tmp_path / "idx"), None, [2, 2, 1]),
        ("built-in", "digits", None, [64]),
    ]:
        source = read_form(form, data, target=target)
        assert source.schema["shape"] == shape
        given = read_form_inputs(form, data, source.schema)
        np.testing.assert_array_equal(given.inputs, source.inputs)
        require_fit(given.inputs, source.schema, "x")
        assert read_form(form, data, known=source.task, schema=source.schema).fingerprint == source.fingerprint
    np.testing.assert_array_equal(read_form_inputs("arrays", x.tolist(), {}).inputs, x)
    file = tmp_path / "idx" / "train-images-idx3-ubyte.gz"
    assert read_form_inputs("idx", file, {}).inputs.shape == (3, 2, 2, 1)


def test_images_are_read_like_the_first_ones(tmp_path):
    for k, name in enumerate(["cat", "cat", "dog"]):
        (tmp_path / "photos" / name).mkdir(parents=True, exist_ok=True)
        Image.new("L", (3, 2), 50 * k).save(tmp_path / "photos" / name / f"{k}.png")
    folder = str(tmp_path / "photos")
    assert form_of(folder) == "images"
    source = read_form("images", folder)
    assert (source.task.classes, source.schema) == (("cat", "dog"), {"kind": "image", "shape": [2, 3, 1]})
    again = read_form("images", folder, known=source.task, schema=source.schema)
    assert again.fingerprint == source.fingerprint
    one = tmp_path / "photos" / "dog" / "2.png"
    assert form_of(one, images=True) == form_of(one.parent, images=True) == "images"
    given = read_form_inputs("images", one, source.schema)
    assert (given.inputs.tolist(), given.ids) == (np.full((1, 2, 3, 1), 100).tolist(), ("file", ("2.png",)))


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("t.csv", "image table"),
        ("T.TSV.gz", "image table"),
        (Path("t.parquet"), "image table"),
        ("a.png", "images"),
        ("photo", "images"),
        ("a.npz", "npz"),
        ("digits", "built-in"),
        (np.ones(2), "arrays"),
    ],
)
def test_where_images_are_looked_for_a_table_lists_them(data, form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo").touch()
    assert form_of(data, images=True) == form
    (tmp_path / "x.csv").mkdir()
    assert form_of("x.csv", images=True) == "images"  # a folder, whatever its name


def test_a_target_of_ones_own_may_be_named():
    assert read_form("built-in", "iris", target="species", task="classes").task.target == "species"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: form_of("digts"), r"unknown file, folder or built-in set 'digts'\. Did you mean 'digits'"),
        (lambda: form_of("n" * 300 + "/t.csv"), r"cannot read '.*': File name too long"),
        (
            lambda: read_form("built-in", "iris", target="petal"),
            r"iris has a target of its own, 'species' \(classes\); leave out --target and --task",
        ),
        (lambda: read_form("built-in", "iris", task="regression"), r"leave out --target and"),
        (
            lambda: read_form("built-in", "iris", known=DIGITS),
            r"the labels of 'iris' are not those of the first data; give more of the same",
        ),
        (
            lambda: read_form("arrays", np.ones(3)),
            r"the inputs came without labels; give a pair \(x, y\)",
        ),
        (
            lambda: read_form_inputs("arrays", np.array([1.0, np.nan]), {}),
            r"arrays: the inputs must be finite numbers; got nan in row 1",
        ),
        (lambda: read_form_inputs("arrays", np.float64(1), {}), r"wanted inputs \(n, features\)"),
        (
            lambda: require_fit(np.ones((2, 3)), {"kind": "array", "shape": [4]}, "new"),
            r"new: wanted examples of shape \(4,\), as the first data were; got examples of shape \(3,\)",
        ),
        (
            lambda: require_fit(np.ones((2, 3)), {"kind": "table"}, "new"),
            r"new: wanted a table, .* got examples of shape",
        ),
        (
            lambda: require_fit((), {"kind": "array", "shape": [4]}, "new"),
            r"wanted examples of shape \(4,\), .* got a table",
        ),
    ],
)
def test_data_that_cannot_be_used_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
