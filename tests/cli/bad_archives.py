"""Files of other kinds that cannot be read: packed, pickled, NumPy's, Parquet, those of other programs."""

import gzip
import io
import os
import pickle
import zipfile

import numpy as np
import polars as pl

from tests.cli.bad_making import JUNK, TABLE, Bad, bomb, folders, holds, nothing, npz, parquet

FIT = "fit a.csv --target y"


class _Trap:
    """Would make a folder were it ever unpickled."""

    def __reduce__(self):
        return (os.mkdir, ("pwned",))


_OBJECTS = np.array([_Trap(), _Trap()], dtype=object)
_X, _Y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
_FRAME = pl.DataFrame({"a": list(range(50)), "y": ["u", "v"] * 25})


def _zipped(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def _npy(header, body=b""):
    text = (header + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


def _array(shape, size):
    return _npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}", bytes(size))


def _npz_of(x):
    return _zipped(**{"x.npy": x, "y.npy": _array("(2,)", 16)})


def _pickled_npy(folder):
    with (folder / "a.npy").open("wb") as file:
        np.save(file, _OBJECTS)


def _saved():
    file = io.BytesIO()
    np.savez(file, x=_X, y=_Y)
    return file.getvalue()


def _parquet_bytes():
    file = io.BytesIO()
    _FRAME.write_parquet(file)
    return file.getvalue()


def _cut(content):
    return content[: len(content) * 6 // 10]


_WORKBOOK = _zipped(**{"xl/workbook.xml": "<workbook/>"})
PACKED = [
    Bad(
        "gzip cut short",
        "fit a.csv.gz --target y",
        "a.csv.gz is a damaged .gz file; fetch it again, or unpack it yourself",
        holds("a.csv.gz", _cut(gzip.compress(TABLE.encode()))),
    ),
    Bad(
        "gzip of junk",
        "fit a.csv.gz --target y",
        "a.csv.gz is a damaged .gz file; fetch it again, or unpack it yourself",
        holds("a.csv.gz", b"\x1f\x8b" + JUNK),
    ),
    Bad(
        "gzip bomb",
        "fit a.csv.gz --target y",
        "a.csv.gz unpacks to more than 268,435,456 ... you think, unpack it and give that file",
        holds("a.csv.gz", bomb(300)),
    ),
    Bad(
        "gzip of nothing",
        "fit a.csv.gz --target y",
        "a.csv.gz is empty; a table with at least one row is wanted",
        holds("a.csv.gz", gzip.compress(b"")),
    ),
    Bad(
        "zip",
        "fit a.zip --target y",
        "a.zip is a zip archive; wanted is a table as ... Save the table as .csv",
        holds("a.zip", _zipped(**{"a.csv": TABLE})),
    ),
    Bad(
        "zip called csv",
        FIT,
        "a.csv is a zip archive or an Excel workbook, ... table as .csv (or name it .parquet, .npz)",
        holds("a.csv", _zipped(**{"a.csv": TABLE})),
    ),
    Bad(
        "workbook",
        "fit a.xlsx --target y",
        "a.xlsx is an Excel workbook; wanted is a table ... Save the table as .csv",
        holds("a.xlsx", _WORKBOOK),
    ),
    Bad(
        "workbook called csv",
        FIT,
        "a.csv is a zip archive or an Excel workbook, ... table as .csv (or name it .parquet, .npz)",
        holds("a.csv", _WORKBOOK),
    ),
    Bad(
        "old workbook called csv",
        FIT,
        "a.csv is an old Excel workbook, not text; save ... table as .csv (or name it .parquet, .npz)",
        holds("a.csv", b"\xd0\xcf\x11\xe0" + JUNK),
    ),
    Bad(
        "json",
        "fit a.json --target y",
        "a.json is a JSON file; wanted is a table as ... Save the table as .csv",
        holds("a.json", '[{"a": 1, "y": "u"}]'),
    ),
    Bad(
        "matlab",
        "fit a.mat --target y",
        "a.mat is a MATLAB file; wanted is a table as ... Save the table as .csv",
        holds("a.mat", JUNK),
    ),
    Bad(
        "pickle",
        "fit a.pkl --target y",
        "a.pkl is a pickle, which could run any code; ... Save the table as .csv",
        holds("a.pkl", pickle.dumps(_Trap())),
    ),
    Bad(
        "pickle called csv",
        FIT,
        "a.csv is not text: it holds a zero byte. Wanted ... is a .csv, .tsv, .parquet or .npz file",
        holds("a.csv", pickle.dumps(_Trap())),
    ),
    Bad(
        "npy",
        "fit a.npy",
        "a.npy is a single array without labels; wanted ... Save the table as .csv",
        holds("a.npy", _array("(1,)", 8)),
    ),
    Bad(
        "npy with pickled objects",
        "fit a.npy",
        "a.npy is a single array without labels; wanted ... Save the table as .csv",
        _pickled_npy,
    ),
    Bad(
        "npz with pickled inputs",
        "fit a.npz",
        "a.npz: array 'x' holds Python objects, which ... it as numbers or texts (array.astype(str))",
        npz("a.npz", x=_OBJECTS, y=_Y),
    ),
    Bad(
        "npz with pickled labels",
        "fit a.npz",
        "a.npz: array 'y' holds Python objects, which ... it as numbers or texts (array.astype(str))",
        npz("a.npz", x=_X, y=_OBJECTS),
    ),
    Bad(
        "npz with a huge shape",
        "fit a.npz",
        "a.npz: array 'x' has 80,000,000,000,000 bytes; ... Use fewer rows",
        holds("a.npz", _npz_of(_array("(10000000000, 1000)", 64))),
    ),
    Bad(
        "npz with less than its shape says",
        "fit a.npz",
        "a.npz: array 'x' of shape (1000, 10) should ... save it again",
        holds("a.npz", _npz_of(_array("(1000, 10)", 64))),
    ),
    Bad(
        "npz with a header of code",
        "fit a.npz",
        "cannot read a.npz as .npz: an array in it does ... with numpy.savez(path, x=inputs, y=labels)",
        holds("a.npz", _npz_of(_npy("__import__('os').mkdir('pwned')"))),
    ),
    Bad(
        "npz with negative sizes",
        "fit a.npz",
        "a.npz: array 'x' of shape (-1, 2) should have ... save it again",
        holds("a.npz", _npz_of(_array("(-1, 2)", 64))),
    ),
    Bad(
        "npz with a deep header",
        "fit a.npz",
        "cannot read a.npz as .npz: an array in it does ... with numpy.savez(path, x=inputs, y=labels)",
        holds("a.npz", _npz_of(_npy("(" * 5000 + ")" * 5000))),
    ),
    Bad(
        "npz cut short",
        "fit a.npz",
        "cannot read a.npz as .npz: it is no zip ... with numpy.savez(path, x=inputs, y=labels)",
        holds("a.npz", _cut(_saved())),
    ),
    Bad(
        "npz of junk",
        "fit a.npz",
        "cannot read a.npz as .npz: it is no zip ... with numpy.savez(path, x=inputs, y=labels)",
        holds("a.npz", JUNK),
    ),
    Bad(
        "npz with nothing in it",
        "fit a.npz",
        "a.npz should hold arrays named x and y; it ... them, or name the labels with --target",
        npz("a.npz"),
    ),
    Bad(
        "npz missing",
        "fit a.npz",
        "cannot read a.npz: No such file or directory. ... Check its name and its permissions",
        nothing,
    ),
    Bad(
        "npz is a folder",
        "fit a.npz",
        "cannot read a.npz: Is a directory. Check its name and its permissions",
        folders("a.npz"),
    ),
    Bad(
        "npz without labels",
        "fit a.npz",
        "a.npz has no labels: wanted an array y beside ... Name it with --target, or add it",
        npz("a.npz", x=_X),
    ),
    Bad(
        "npz with other names",
        "fit a.npz",
        "a.npz should hold arrays named x and y; it ... them, or name the labels with --target",
        npz("a.npz", first=_X, second=_Y),
    ),
    Bad(
        "npz without the named labels",
        "fit a.npz --target z",
        "a.npz should hold arrays named inputs x and ... them, or name the labels with --target",
        npz("a.npz", x=_X, y=_Y),
    ),
    Bad(
        "npz with fewer labels",
        "fit a.npz",
        "a.npz: wanted one label an example; got 20 examples and 7 labels",
        npz("a.npz", x=_X, y=_Y[:7]),
    ),
    Bad(
        "npz with NaN among the inputs",
        "fit a.npz",
        "a.npz: the inputs must be finite numbers; got ... whose missing cells are filled for you",
        npz("a.npz", x=np.where(_X == 7, np.nan, _X), y=_Y),
    ),
    Bad(
        "npz with infinite inputs",
        "fit a.npz",
        "a.npz: the inputs must be finite numbers; got ... whose missing cells are filled for you",
        npz("a.npz", x=np.where(_X == 7, np.inf, _X), y=_Y),
    ),
    Bad(
        "npz with texts as inputs",
        "fit a.npz",
        "a.npz: the inputs must be numbers; got <U32. ... Encode other values as numbers first",
        npz("a.npz", x=_X.astype(str), y=_Y),
    ),
    Bad(
        "npz with complex inputs",
        "fit a.npz",
        "a.npz: the inputs must be numbers; got ... Encode other values as numbers first",
        npz("a.npz", x=_X + 1j, y=_Y),
    ),
    Bad(
        "npz with no rows",
        "fit a.npz",
        "a.npz: wanted inputs (n, features), at least ... got shape (0, 2)",
        npz("a.npz", x=_X[:0], y=_Y[:0]),
    ),
    Bad(
        "npz with scalars",
        "fit a.npz",
        "a.npz: wanted inputs (n, features), at least one of each; got shape ()",
        npz("a.npz", x=np.float64(1), y=np.int64(1)),
    ),
    Bad(
        "npz with rows not one-hot",
        "fit a.npz",
        "row 0 (counted from 0): labels of shape (20, 3) ... one-hot rows, one label a row, or --task attributes",
        npz("a.npz", x=_X, y=np.ones((20, 3))),
    ),
    Bad(
        "npz with labels of three axes",
        "fit a.npz",
        "labels must be one a row, (n,), or one-hot rows ... those of 'y' have shape (20, 3, 3)",
        npz("a.npz", x=_X, y=np.ones((20, 3, 3))),
    ),
    Bad(
        "npz with constants alone",
        "fit a.npz",
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        npz("a.npz", x=np.ones((20, 2)), y=_Y),
    ),
    Bad(
        "npz with --drop",
        "fit a.npz --drop a",
        "--drop: only a table in a file or frame has ... the data are npz",
        npz("a.npz", x=_X, y=_Y),
    ),
    Bad(
        "npz encrypted",
        "fit a.npz",
        "cannot read a.npz as .npz: it is encrypted. ... with numpy.savez(path, x=inputs, y=labels)",
        holds(
            "a.npz", _npz_of(_array("(2, 2)", 32)).replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1")
        ),
    ),
    Bad(
        "parquet cut short",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", _cut(_parquet_bytes())),
    ),
    Bad(
        "parquet of junk",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", JUNK),
    ),
    Bad(
        "parquet with a lying footer",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", b"PAR1" + bytes(20) + b"\xff\xff\xff\x7fPAR1"),
    ),
    Bad(
        "parquet damaged within",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", _parquet_bytes()[:10] + bytes(60) + _parquet_bytes()[70:]),
    ),
    Bad(
        "parquet empty",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", b""),
    ),
    Bad(
        "parquet missing",
        "fit a.parquet --target y",
        "there is no file a.parquet; check the name and the folder",
        nothing,
    ),
    Bad(
        "parquet without rows",
        "fit a.parquet --target y",
        "a.parquet has 0 rows and 2 columns; at least one of each is wanted",
        parquet("a.parquet", _FRAME[:0]),
    ),
    Bad(
        "parquet with lists",
        "fit a.parquet --target y",
        "a.parquet, column 'a': cells of type ... Leave the column out, or write it as numbers",
        parquet("a.parquet", pl.DataFrame({"a": [[1], [2]], "y": ["u", "v"]})),
    ),
    Bad(
        "parquet called csv",
        FIT,
        "a.csv is a Parquet file, not text; save the ... table as .csv (or name it .parquet, .npz)",
        holds("a.csv", _parquet_bytes()),
    ),
    Bad(
        "csv called parquet",
        "fit a.parquet --target y",
        "a.parquet is not a Parquet file, or a damaged ... write it again, or save it as .csv",
        holds("a.parquet", TABLE),
    ),
]
