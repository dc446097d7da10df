"""Rows that a run cannot predict or be scored on, and runs that were moved."""

import numpy as np

from tests.cli.bad_making import JUNK, Bad, folders, holds, nothing, npz, png, rows
from tests.cli.bad_runs import unfinished

_DATA = " --data iris.csv"
MOVED = [
    Bad(
        "test: the run was moved",
        "evaluate run --test",
        "run was moved since it began, or comes from ... Say where its data are with --data FILE",
        nothing,
    ),
    Bad(
        "resume: the run was moved",
        "resume run",
        "run was moved since it began, or comes from ... Say where its data are with --data FILE",
        unfinished,
    ),
    Bad(
        "reproduce: the run was moved",
        "reproduce run --out again",
        "run was moved since it began, or comes from ... Say where its data are with --data FILE",
        nothing,
    ),
    Bad(
        "test: other data",
        "evaluate run --test --data other.csv",
        "unknown column for --id 'plant'. There are: ... size0, size1, size2, size3, species",
        holds("other.csv", rows("size0,size1,size2,size3,species", "1,2,3,4,a", "2,2,3,4,b", "3,3,3,3,a", times=9)),
    ),
    Bad(
        "test: data missing",
        "evaluate run --test --data gone.csv",
        "there is no file gone.csv; check the name and the folder",
        nothing,
    ),
    Bad(
        "reproduce: out is there",
        "reproduce run --out run" + _DATA,
        "run is there already. Remove it first (thalweg ... runs delete run), or choose another --out",
        nothing,
    ),
    Bad(
        "fit: out is a run",
        "fit iris.csv --target species --out run",
        "run is there already. Remove it first (thalweg ... runs delete run), or choose another --out",
        nothing,
    ),
    Bad(
        "delete: one of two is no run",
        "runs delete run walk --yes",
        "walk is not a run directory: it has no ... `thalweg runs list` shows the runs",
        nothing,
    ),
    Bad(
        "delete: nobody to ask",
        "runs delete run",
        "nobody is here to be asked whether to delete ... Say --yes if it is meant",
        nothing,
    ),
    Bad("delete: nothing", "runs delete", "say which runs to delete: thalweg runs delete RUN", nothing),
    Bad(
        "delete: the working folder",
        "runs delete . --yes",
        ". is not a run directory: it has no ... `thalweg runs list` shows the runs",
        nothing,
    ),
    Bad(
        "delete: a name with a zero byte",
        "runs delete 'a\0b' --yes",
        "ab is not a run directory: it has no ... `thalweg runs list` shows the runs",
        nothing,
    ),
    Bad(
        "list: no such folder",
        "runs --folder gone",
        "gone is no folder. Name the one that holds the runs with --folder",
        nothing,
    ),
    Bad(
        "list: a file",
        "runs --folder iris.csv",
        "iris.csv is no folder. Name the one that holds the runs with --folder",
        nothing,
    ),
    Bad(
        "evaluate: nothing to score on",
        "evaluate run",
        "say what to score the run on: --data FILE, or ... --test for the sealed test part",
        nothing,
    ),
    Bad(
        "evaluate: again without test",
        "evaluate run --again --data iris.csv",
        "--again goes with --test, which opens the ... Give both or neither",
        nothing,
    ),
    Bad(
        "evaluate: flips of a table",
        "evaluate run --test --test-time-flips --data iris.csv",
        "test-time flips are for images (height, width, channels); the run was trained on a table. Leave them out",
        nothing,
    ),
    Bad(
        "predict: flips of a table",
        "predict run new.csv --test-time-flips -o out.csv",
        "test-time flips are for images (height, width, channels); the run was trained on a table. Leave them out",
        nothing,
    ),
]

_SIZES = "plant,size0,size1,size2,size3"
_FLOWER = "p1,5.1,3.5,1.4,0.2"


def _predict(name, said, content, options="", file="rows.csv"):
    return Bad(f"predict: {name}", f"predict run {file} -o out.csv {options}", said, holds(file, content))


PREDICT = [
    _predict(
        "a column missing",
        "rows.csv has no column 'size2', which the model ... it, or use --lenient to take it as missing",
        rows(_SIZES.replace(",size2", ""), "p1,5.1,3.5,0.2"),
    ),
    _predict(
        "all columns missing",
        "rows.csv has no columns 'size0', 'size1', ... them, or use --lenient to take them as missing",
        rows("a,b", "1,2"),
    ),
    _predict(
        "a column misspelt",
        "rows.csv has no column 'size2', which the model ... Is 'Size2' the column 'size2'?",
        rows(_SIZES.replace("size2", "Size2"), _FLOWER),
    ),
    _predict(
        "a word for a number",
        "rows.csv, line 3, column 'size2': 'long' is not ... or use --lenient to take it as missing",
        rows(_SIZES, _FLOWER, _FLOWER.replace("1.4", "long")),
    ),
    _predict(
        "an infinity for a number",
        "rows.csv, line 2, column 'size2': 'inf' is not ... or use --lenient to take it as missing",
        rows(_SIZES, _FLOWER.replace("1.4", "inf")),
    ),
    _predict(
        "strict, with a further column",
        "rows.csv has columns that the model does not ... Leave them out",
        rows(_SIZES + ",colour", _FLOWER + ",red"),
        "--strict",
    ),
    _predict("empty", "rows.csv is empty; a table with at least one row is wanted", ""),
    _predict(
        "a header alone",
        "rows.csv has a header and no row below it; a ... table with at least one row is wanted",
        _SIZES + "\n",
    ),
    _predict(
        "ragged",
        "rows.csv, line 3: wanted 5 cells, as in line 1, ... or put quotes around a cell that holds one",
        rows(_SIZES, _FLOWER, _FLOWER + ",1"),
    ),
    _predict(
        "two columns of one name",
        "rows.csv: the columns at positions 2 and 3 ... (from 0) are both called 'size1'; rename one",
        rows(_SIZES.replace("size2", "size1"), _FLOWER),
    ),
    _predict(
        "junk",
        "rows.csv, line 3: wanted 1 cells, as in line 1, ... or put quotes around a cell that holds one",
        JUNK,
    ),
    _predict(
        "a workbook",
        "rows.xlsx is an Excel workbook; wanted is a ... Save the table as .csv",
        b"PK\x03\x04",
        file="rows.xlsx",
    ),
    _predict(
        "an image",
        "rows.png is a PNG picture, not text; save the ... table as .csv (or name it .parquet, .npz)",
        png(4, 4),
        file="rows.png",
    ),
    _predict(
        "idx images",
        "the first data were a table; these are arrays ... Give data of the same form",
        b"\0\0\x08\x01\0\0\0\0",
        file="t10k-images-idx3-ubyte",
    ),
    Bad(
        "predict: arrays for a table",
        "predict run rows.npz -o out.csv",
        "the first data were a table; these are arrays ... Give data of the same form",
        npz("rows.npz", x=np.ones((3, 4))),
    ),
    Bad(
        "predict: another built-in set",
        "predict run digits -o out.csv",
        "the inputs: wanted a table, as the first data ... got examples of shape (64,)",
        nothing,
    ),
    Bad(
        "predict: no file",
        "predict run gone.csv -o out.csv",
        "there is no file gone.csv; check the name and the folder",
        nothing,
    ),
    Bad(
        "predict: a folder",
        "predict run box -o out.csv",
        "box is a folder, and not one of images in class ... a table is one file, such as box/table.csv",
        folders("box"),
    ),
    Bad("predict: no rows named", "predict run", "thalweg predict needs NEW. See thalweg predict --help", nothing),
    Bad(
        "predict: strict and lenient",
        "predict run new.csv -o out.csv --strict --lenient",
        "--strict and --lenient cannot be had together. ... Give one of them, or neither",
        nothing,
    ),
    Bad(
        "predict: out is the input",
        "predict run new.csv -o new.csv",
        "-o new.csv is the file with the new rows, which ... Choose another name",
        nothing,
    ),
    Bad(
        "predict: out is a folder",
        "predict run new.csv -o box",
        "cannot write box: Is a directory. Name a file in it, ... or choose another place",
        folders("box"),
    ),
    Bad(
        "predict: out in no folder",
        "predict run new.csv -o gone/out.csv",
        "cannot write gone/out.csv: No such file or ... Make its folder first, or choose another place",
        nothing,
    ),
    Bad(
        "predict: out below a file",
        "predict run new.csv -o iris.csv/out.csv",
        "cannot write iris.csv/out.csv: Not a directory. Choose ... another place",
        nothing,
    ),
    Bad(
        "predict: out empty",
        "predict run new.csv -o ''",
        "cannot write .: it names no file. Choose another place",
        nothing,
    ),
    Bad(
        "predict: out with a zero byte",
        "predict run new.csv -o 'a\0b'",
        "cannot write ab: no file can have this name. Choose ... another place",
        nothing,
    ),
    Bad(
        "predict: out with a name too long",
        f"predict run new.csv -o {'o' * 300}",
        "File name too long. Choose ... another place",
        nothing,
    ),
    Bad(
        "predict: out in /proc",
        "predict run new.csv -o /proc/out.csv",
        "cannot write /proc/out.csv ... choose another place",
        nothing,
    ),
]
EVALUATE = [
    Bad(
        "evaluate: no file",
        "evaluate run --data gone.csv",
        "there is no file gone.csv; check the name and the folder",
        nothing,
    ),
    Bad(
        "evaluate: no labels",
        "evaluate run --data new.csv",
        "new.csv has no column 'species', which holds the labels; add it",
        nothing,
    ),
    Bad(
        "evaluate: an unknown label",
        "evaluate run --data rows.csv",
        "rows.csv, line 3: the label 'rose' is none of ... leave the cell empty to leave the row out",
        holds("rows.csv", rows(_SIZES + ",species", _FLOWER + ",setosa", _FLOWER + ",rose")),
    ),
    Bad(
        "evaluate: labels all missing",
        "evaluate run --data rows.csv",
        "no row has a label in 'species'; give a file ... with labels instead of rows.csv",
        holds("rows.csv", rows(_SIZES + ",species", _FLOWER + ",?")),
    ),
    Bad(
        "evaluate: a column missing",
        "evaluate run --data rows.csv",
        "rows.csv has no columns 'size1', 'size2', ... which the model was trained with; add them",
        holds("rows.csv", rows("size0,species", "1,setosa")),
    ),
    Bad(
        "evaluate: a word for a number",
        "evaluate run --data rows.csv",
        "rows.csv, line 2, column 'size2': 'long' is not ... correct or empty the cell",
        holds("rows.csv", rows(_SIZES + ",species", _FLOWER.replace("1.4", "long") + ",setosa")),
    ),
    Bad(
        "evaluate: arrays for a table",
        "evaluate run --data rows.npz",
        "the first data were a table; these are arrays ... Give data of the same form",
        npz("rows.npz", x=np.ones((3, 4)), y=np.arange(3)),
    ),
]
