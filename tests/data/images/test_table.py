"""Tables of image paths: images and labels, what is left out, other columns, further tables, what is refused."""

import json
import re

import numpy as np
import polars as pl
import pytest
from tests.data.images.listing import listing, write_image, write_table

from thalweg.data.images.table import read_image_table, read_image_table_inputs, read_image_table_like
from thalweg.data.source import Task
from thalweg.data.tables.names import Choices
from thalweg.errors import InputError

GREYS = [0, 10, 20, 30, 40, 50]


@pytest.fixture
def animals(tmp_path):
    return listing(tmp_path / "zoo")


def read(path, **options):
    return read_image_table(path, **{"label_column": "kind", **options})


def greys(pixels):
    """The grey of each image, which says which it is."""
    assert (pixels == pixels[:, :1, :1]).all()
    return pixels[:, 0, 0, 0].tolist()


def said(source):
    return {remark.kind: remark.text for remark in source.remarks}


def test_images_and_labels_of_the_rows(animals):
    source = read(animals)
    assert (source.name, source.kind, source.task) == ("animals", "image", ("classes", "kind", ("cat", "dog"), ()))
    assert (source.inputs.shape, source.inputs.dtype) == ((6, 2, 3, 1), np.uint8)
    assert greys(source.inputs) == GREYS
    assert source.targets.tolist() == [1, 0, 1, 0, 1, 0]
    assert (source.weight.tolist(), source.groups, source.times) == ([1.0] * 6, None, None)
    assert source.schema == {
        "kind": "image",
        "shape": [2, 3, 1],
        "group": None,
        "table": {
            "header": True,
            "names": ["file", "kind", "age", "note"],
            "path": "file",
            "target": "kind",
            "targets": ["kind"],
            "weight_column": None,
        },
    }
    assert said(source) == {
        "header": f"{animals}: the first row is the header (change it with --header no).",
        "unused_column": "'age', 'note' are left out: the images in 'file' are the only inputs.",
        "task": "'kind' holds names, so each distinct one is a class.",
    }


def test_amounts_are_regressed(animals):
    source = read(animals, label_column="age")
    assert source.task == ("regression", "age", (), ())
    assert source.targets.tolist() == [[k + 0.5] for k in range(6)]
    assert read(animals, label_column=2, task="classes").task.classes == ("0.5", "1.5", "2.5", "3.5", "4.5", "5.5")


def test_several_columns_of_labels_are_attributes(animals):
    lines = ["file,wild,kind"] + [f"photos/{k}.png,{k // 3},{'cd'[k % 2]}" for k in range(6)]
    write_table(animals, *lines)
    source = read(animals, label_column=["kind", 1])
    assert source.task == Task("attributes", "kind, wild", (), (("kind", "c", "d"), ("wild", "0", "1")))
    assert source.targets.tolist() == [[0, 0], [1, 0], [0, 0], [1, 1], [0, 1], [1, 1]]
    assert "unused_column" not in said(source)
    assert read(animals, label_column="wild", task="attributes").targets.tolist() == [[k // 3] for k in range(6)]
    with pytest.raises(InputError, match=r"column 'kind' is given to --label-column twice; name it once"):
        read(animals, label_column=["kind", 2])

    write_table(animals, "wild,file,kind", "1,photos/5.png,c", ",photos/3.png,d", "0,photos/4.png,D")
    further = read_image_table_like(animals, known=source.task, schema=json.loads(json.dumps(source.schema)))
    assert (greys(further.inputs), further.targets.tolist()) == ([50, 40], [[0, 1], [1, 0]])
    write_table(animals, "file,kind", "photos/5.png,c")
    with pytest.raises(InputError, match=r"has no column 'wild', which holds the labels; add it"):
        read_image_table_like(animals, known=source.task, schema=source.schema)


def test_several_columns_of_labels_may_be_left_out_where_columns_have_no_names(animals):
    write_table(animals, *(f"{k % 2},photos/{k}.png,{k // 3}" for k in range(6)))
    source = read(animals, label_column=[0, -1], header="no")
    write_table(animals, "photos/4.png", "photos/5.png")
    assert greys(read_image_table_inputs(animals, source.schema)[0]) == [40, 50]


def test_copies_are_known_by_image_and_label(animals):
    write_image(animals.parent / "photos" / "2.png", 0)  # now both are dogs
    write_image(animals.parent / "photos" / "3.png", 0)  # a cat
    assert read(animals).identical.tolist() == [0, 1, 0, 2, 3, 4]
    assert read(animals).fingerprint != read(animals, label_column="age").fingerprint


def test_rows_that_lack_something_are_left_out_counted_and_named(animals):
    (animals.parent / "photos" / "empty.png").write_bytes(b"")
    (animals.parent / "photos" / "text.png").write_text("hello")
    (animals.parent / "photos" / "folder.png").mkdir()
    bad = ["empty", "text", "folder", "missing"]
    lines = animals.read_text().splitlines() + [f"photos/{name}.png,cat,1,x" for name in bad]
    lines[2:2] = [",dog,7,x", "?,dog,7,x", "photos/0.png,,7,x"]
    write_table(animals, *lines)
    source = read(animals)
    assert (greys(source.inputs), source.targets.tolist()) == (GREYS, [1, 0, 1, 0, 1, 0])
    texts = said(source)
    assert texts["missing_labels"] == "1 row has no label in 'kind'; left out."
    assert texts["missing_paths"] == "2 rows have no path in 'file'; left out."
    assert texts["broken_images"] == (
        "4 of 10 image files cannot be used and are left out: photos/empty.png (empty file), photos/text.png (not an "
        "image of a known format), photos/folder.png (cannot be unpacked (Is a directory)), photos/missing.png (cannot "
        "be unpacked (No such file or directory))."
    )
    pixels, ids, remarks = read_image_table_inputs(animals, source.schema)
    assert greys(pixels) == [0, 0, 10, 20, 30, 40, 50]  # a row to be predicted needs no label
    assert ids.values[:3] == ("photos/0.png", "photos/0.png", "photos/1.png")
    assert [remark.kind for remark in remarks] == ["missing_paths", "broken_images"]


def test_a_class_that_lost_its_images_is_none(animals):
    write_table(animals, *animals.read_text().splitlines(), "photos/none.png,eel,1,x")
    assert read(animals).task.classes == ("cat", "dog")


def test_a_row_is_named_rightly_when_others_are_gone(animals):
    # 4 texts among 29 labels make classes of them all; 2 among 27, once images are missing, are slips in amounts.
    lines = [f"photos/{k % 6}.png,{k}" for k in range(25)]
    lines[2:2] = ["none.png,many", "none.png,few", "photos/1.png,some", "photos/1.png,all"]
    write_table(animals, "file,n", *lines)
    with pytest.raises(
        InputError, match=r"animals\.csv, line 6: the labels in 'n' are numbers but for 2, such as 'some'"
    ):
        read(animals, label_column="n")


def test_columns_say_weight_group_and_time_of_the_rows_that_are_kept(animals):
    lines = ["photo,mask,y,w,g,t", ",a.png,u,9,c,1"]
    lines += [f"photos/{k}.png,a.png,{'uv'[k % 2]},{k + 1},{'ab'[k // 3]},2024-01-0{k + 1}" for k in range(6)]
    write_table(animals, *lines)
    source = read(animals, label_column="y", choices=Choices(["mask"], group="g", time_column=-1, weight_column="w"))
    assert (3.5 * source.weight).tolist() == pytest.approx([1, 2, 3, 4, 5, 6])
    assert source.groups.tolist() == [0, 0, 0, 1, 1, 1]
    assert source.group_names[0] == "a"
    assert source.schema["group"] == "g"
    assert (source.times - source.times[0]).tolist() == [0, 1, 2, 3, 4, 5]
    assert "unused_column" not in said(source)
    further = read_image_table_like(animals, known=source.task, schema=source.schema)
    assert (further.weight.tolist(), further.groups.tolist()) == (source.weight.tolist(), [0, 0, 0, 1, 1, 1])
    write_table(animals, "photo,y", "photos/5.png,u")
    further = read_image_table_like(animals, known=source.task, schema=source.schema)
    assert (further.weight.tolist(), further.groups) == ([1], None)


def test_columns_without_names_are_known_by_position(animals):
    lines = animals.read_text().splitlines()[1:]
    write_table(animals, *lines)
    source = read(animals, label_column=1, header="no", choices=Choices(drop=[2]))
    assert (source.task.target, source.schema["table"]["path"]) == ("1", "0")
    assert source.schema["table"]["header"] is False
    write_table(animals, *lines[4:])
    assert read_image_table_like(animals, known=source.task, schema=source.schema).targets.tolist() == [1, 0]
    write_table(animals, *(",".join(np.array(line.split(","))[[0, 2, 3]]) for line in lines[4:]))  # without labels
    pixels, ids, _ = read_image_table_inputs(animals, source.schema)
    assert (greys(pixels), ids) == ([40, 50], ("0", ("photos/4.png", "photos/5.png")))


def test_a_further_table_has_a_header_if_the_first_had_one(animals):
    known = Task("classes", "1", ("cat", "dog"))
    write_table(animals, "photos/0.png,dog", "photos/1.png,cat")  # looks like a header and a row
    assert read_image_table_like(animals, known=known, schema=BARE).targets.tolist() == [1, 0]
    assert read_image_table_inputs(animals, BARE)[1].values == ("photos/0.png", "photos/1.png")
    write_table(animals, "file,kind", "photos/1.png,kind", "photos/2.png,kind")  # looks like three rows
    known = Task("classes", "kind", ("kind", "other"))
    assert read_image_table_like(animals, known=known, schema=SCHEMA).targets.tolist() == [0, 0]


def test_parquet_and_packed_tables_are_tables(animals):
    frame = pl.read_csv(animals)
    frame.write_parquet(animals.parent / "animals.parquet")
    assert read(animals.parent / "animals.parquet").fingerprint == read(str(animals)).fingerprint


def test_a_table_found_by_a_link_has_its_own_folder(animals, tmp_path):
    (tmp_path / "here.csv").symlink_to(animals)
    assert read(tmp_path / "here.csv").fingerprint == read(animals).fingerprint


def test_a_further_table_is_read_like_the_first(animals, tmp_path):
    first = read(animals)
    write_image(tmp_path / "new" / "large.png", 7)
    new = write_table(tmp_path / "new" / "new.csv", "more,kind,file", "x,DOG.,large.png", "y,?,large.png")
    schema = json.loads(json.dumps(first.schema))
    source = read_image_table_like(new, known=first.task, schema=schema)
    assert (greys(source.inputs), source.targets.tolist(), source.task) == ([7], [1], first.task)
    assert source.schema == schema
    assert [remark.kind for remark in source.remarks] == ["missing_labels", "label_match"]
    pixels, ids, remarks = read_image_table_inputs(new, schema)
    assert (greys(pixels), ids) == ([7, 7], ("file", ("large.png", "large.png")))
    assert [remark.text for remark in remarks] == ["the model does not use column 'more': ignored."]


def test_a_further_table_may_call_its_paths_otherwise(animals):
    first = read(animals)
    write_table(animals, "kind,image", "cat,photos\\3.png", "dog,photos/2.png")
    assert greys(read_image_table_like(animals, known=first.task, schema=first.schema).inputs) == [30, 20]
    pixels, ids, _ = read_image_table_inputs(animals, first.schema)
    assert (greys(pixels), ids) == ([30, 20], ("image", ("photos\\3.png", "photos/2.png")))


def test_a_table_goes_with_images_from_a_folder(animals):
    schema = {"kind": "image", "shape": [4, 4, 3]}
    pixels, ids, _ = read_image_table_inputs(animals, schema)
    assert (pixels.shape, ids.name) == ((6, 4, 4, 3), "file")
    known = Task("classes", "class", ("cat", "dog"))
    write_table(animals, "file,class", "photos/1.png,cat", "photos/4.png,dog")
    assert read_image_table_like(animals, known=known, schema=schema).targets.tolist() == [0, 1]


SCHEMA = {
    "kind": "image",
    "shape": [2, 3, 1],
    "table": {"header": True, "names": ["file", "kind"], "path": "file", "target": "kind", "weight_column": None},
}
BARE = {**SCHEMA, "table": {**SCHEMA["table"], "header": False, "names": ["0", "1"], "path": "0", "target": "1"}}
FOLDER = {"kind": "image", "shape": [2, 3, 1]}
KNOWN = Task("classes", "kind", ("cat", "dog"))
COLUMNS = (
    "has no column of image files, whose cells all end in .jpg, .jpeg, .png or the like; there are, without those of "
    "another use: "
)


def made(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: read(t, label_column="kin"), "unknown column for --label-column 'kin'. Did you mean 'kind'? There "),
        (
            lambda t: read(t, label_column="kind", header="no"),
            "unknown column for --label-column 'kind'. There are: 0, 1, 2, 3. {t}: no header row: columns are named by "
            "position from 0 (as --header no says).",
        ),
        (
            lambda t: read(t.parent),
            "--label-column is for a file of image paths, which are relative to its folder: a table as .csv, .tsv, "
            ".txt (each also packed as .gz) or .parquet; got '",  # and the path, cut short where it is long
        ),
        (lambda t: read(t.parent / "photos" / "1.png"), "--label-column is for a file of image paths, "),
        (lambda t: read(made(t.parent / "f.csv")), "--label-column is for a file of image paths, "),
        (lambda t: read(pl.read_csv(t)), "or .parquet; got a DataFrame. Give such a file, or leave out"),
        (lambda t: read(t.parent / "none.csv"), "there is no file {folder}/none.csv; check the name and the folder."),
        (
            lambda t: read(t, choices=Choices(categorical=["note"], numeric=("age",), id=0)),
            "--categorical, --numeric, --id cannot go with --label-column: the images are the only inputs, and their "
            "paths name the rows. Choose one of them.",
        ),
        (
            lambda t: read(t, choices=Choices(drop=["kind"])),
            "column 'kind' is given to --label-column and to --drop; choose one of them.",
        ),
        (lambda t: read(t, choices=Choices(drop=["file"])), "{t} " + COLUMNS + "'age', 'note'. Write the name of each"),
        (lambda t: read(t, label_column="file"), "{t} " + COLUMNS + "'kind', 'age', 'note'. Write the name of each"),
        (lambda t: read(t, task="regression"), "{t}, line 2: a regression needs finite numbers in 'kind'; got 'dog'."),
        (
            lambda t: read(t, choices=Choices(weight_column="note")),
            "{t}, line 2, column 'note': a weight must be a positive number; got 'n0'. Fill it in, or drop the row.",
        ),
        (
            lambda t: read(write_table(t, "file,kind", "../1.png,cat", "photos/1.png,dog")),
            "{t}, line 2, column 'file': '../1.png' is no path below the table's folder, and nothing elsewhere is "
            "opened. Copy the image into that folder and write its path from there, or drop the row.",
        ),
        (
            lambda t: read(write_table(t, "file,kind", "a.png,cat", "b.png,dog")),
            "{t} names no usable image (.jpg, .jpeg, .png, .bmp, .gif, .tif, .tiff, .webp, .ppm, .pgm, .pbm). a.png "
            "(cannot be unpacked (No such file or directory)), b.png (cannot be unpacked (No such file or directory)). "
            "Correct the paths.",
        ),
        (
            lambda t: read(write_table(t, "file,kind", "photos/1.png,", ",dog", ",cat")),
            "{t} names no usable image (.jpg, .jpeg, .png, .bmp, .gif, .tif, .tiff, .webp, .ppm, .pgm, .pbm). Correct "
            "the paths.",
        ),
        (
            lambda t: read(write_table(t, "file,kind", "photos/1.png,cat", "b.png,dog")),
            "every label in 'kind' is 'cat'; at least two classes are needed. Choose another target. 1 of 2 image "
            "files cannot be used and are left out: b.png (cannot be unpacked (No such file or directory)).",
        ),
        (
            lambda t: read_image_table_like(write_table(t, "file,y", "photos/1.png,c"), known=KNOWN, schema=SCHEMA),
            "{t} has no column 'kind', which holds the labels; add it.",
        ),
        (
            lambda t: read_image_table_like(write_table(t, "file,kind", "photos/1.png,e"), known=KNOWN, schema=SCHEMA),
            "{t}, line 2: the label 'e' is none of the 2 known classes ('cat', 'dog'); correct it, or leave the cell "
            "empty to leave the row out.",
        ),
        (
            lambda t: read_image_table_like(
                t, known=KNOWN, schema={"kind": "image", "shape": [2, 2, 4]}
            ),
            "the earlier data are not images in grey or red, green and blue (",
        ),
        (
            lambda t: read_image_table_inputs(t, SCHEMA, mode="strict"),
            "{t} has columns that the model does not know: 'age', 'note'. Leave them out.",
        ),
        (
            lambda t: read_image_table_inputs(write_table(t, "kind,x", "cat,1", "dog,2"), SCHEMA),
            "{t} " + COLUMNS + "'x'. Write the name of each image file, its ending too, into one.",
        ),
        (
            lambda t: read_image_table_inputs(t, BARE),
            "{t} has 4 columns; wanted are 2 in the order of the training table, which had no header, or 1 without its "
            "target.",
        ),
        (
            lambda t: read_image_table_inputs(write_table(t, "a,b", "a.png,b.png"), FOLDER),
            "{t} has 2 columns of image files: 'a', 'b'. Leave one in the table; fit leaves the others out with "
            "--drop.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(animals, call, message):
    wanted = re.escape(message.replace("{t}", str(animals)).replace("{folder}", str(animals.parent)))
    with pytest.raises(InputError, match=f"^{wanted}" if not message.startswith("or ") else wanted):
        call(animals)
