"""Tables in text files that cannot be read: missing, empty, ragged, of another encoding, hostile."""

import os

from tests.cli.bad_making import JUNK, TABLE, Bad, folders, holds, nothing, rows

FIT = "fit a.csv --target y"


def _pipe(folder):
    os.mkfifo(folder / "pipe.csv")


def _loop(folder):
    (folder / "round.csv").symlink_to("round.csv")


TEXT = [
    Bad("missing file", FIT, "there is no file a.csv; check the name and the folder", nothing),
    Bad(
        "no such set",
        "fit irsi",
        "unknown file, folder or built-in set 'irsi'. ... spiral, quadrants, ring, islands, moons",
        nothing,
    ),
    Bad(
        "folder",
        FIT,
        "a.csv is a folder, and not one of images in ... a table is one file, such as a.csv/table.csv",
        folders("a.csv"),
    ),
    Bad(
        "folder with a table in it",
        "fit stuff --target y",
        "stuff is a folder, and not one of images in ... a table is one file, such as stuff/table.csv",
        holds("stuff/a.csv", TABLE),
    ),
    Bad(
        "link to itself", "fit round.csv --target y", "there is no file round.csv; check the name and the folder", _loop
    ),
    Bad("pipe", "fit pipe.csv --target y", "pipe.csv is not an ordinary file; write the table to one first", _pipe),
    Bad(
        "device",
        "fit /dev/zero --target y",
        "/dev/zero is not an ordinary file; write the table to one first",
        nothing,
    ),
    Bad("name too long", f"fit {'a' * 5000}.csv --target y", "cannot read ... Check the name", nothing),
    Bad(
        "zero byte in the name",
        "fit 'a\0b.csv' --target y",
        "there is no file ab.csv; check the name and the folder",
        nothing,
    ),
    Bad(
        "name of half a character",
        "fit 'a\udcff.csv' --target y",
        "there is no file a.csv; check the name and the folder",
        nothing,
    ),
    Bad(
        "empty name",
        "fit '' --target y",
        "the name of the data is empty; give a file, a ... folder or a built-in set such as digits",
        nothing,
    ),
    Bad("empty", FIT, "a.csv is empty; a table with at least one row is wanted", holds("a.csv", b"")),
    Bad(
        "blank lines alone", FIT, "a.csv is empty; a table with at least one row is wanted", holds("a.csv", "\n \n\r\n")
    ),
    Bad(
        "quotes alone",
        FIT,
        "a.csv holds quotes and blanks alone ... at least one row is wanted",
        holds("a.csv", '\n "\n'),
    ),
    Bad(
        "header alone",
        FIT + " --header yes",
        "a.csv has a header and no row below it; a table ... with at least one row is wanted",
        holds("a.csv", "a,b,y\n"),
    ),
    Bad(
        "header alone, guessed",
        FIT,
        "unknown column for --target 'y'. There are: 0, ... from 0 (change it with --header yes)",
        holds("a.csv", "a,b,y\n"),
    ),
    Bad(
        "one row",
        FIT,
        "a.csv: no column is left as an input. Give a ... the same value ('2') in every row; left out",
        holds("a.csv", "a,b,y\n1,2,u\n"),
    ),
    Bad(
        "two rows",
        FIT,
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", "a,b,y\n1,2,u\n2,3,v\n"),
    ),
    Bad(
        "copies of two rows alone",
        FIT,
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", rows("a,b,y", "1,2,u", "2,3,v", times=50)),
    ),
    Bad(
        "junk",
        FIT,
        "a.csv, line 3: wanted 1 cells, as in line 1, ... or put quotes around a cell that holds one",
        holds("a.csv", JUNK),
    ),
    Bad(
        "zero bytes",
        FIT,
        "a.csv is not text: it holds a zero byte. Wanted ... is a .csv, .tsv, .parquet or .npz file",
        holds("a.csv", "a,y\n1,u\0\n"),
    ),
    Bad(
        "UTF-16 without its mark",
        FIT,
        "a.csv is not text: it holds a zero byte. Wanted ... is a .csv, .tsv, .parquet or .npz file",
        holds("a.csv", TABLE.encode("utf-16-le")),
    ),
    Bad(
        "UTF-16 cut in a letter",
        FIT,
        "a.csv begins like UTF-16 text but is not; save it as UTF-8",
        holds("a.csv", b"\xff\xfea\0,\0y\0\n\0x"),
    ),
    Bad(
        "UTF-32",
        FIT,
        "a.csv is not text: it holds a zero byte. Wanted ... is a .csv, .tsv, .parquet or .npz file",
        holds("a.csv", TABLE.encode("utf-32")),
    ),
    Bad(
        "row too long",
        FIT,
        "a.csv, line 3: wanted 3 cells, as in line 1, ... or put quotes around a cell that holds one",
        holds("a.csv", "a,b,y\n1,2,u\n1,2,3,v\n"),
    ),
    Bad(
        "row too short",
        FIT,
        "a.csv, line 3: wanted 3 cells, as in line 1, ... or put quotes around a cell that holds one",
        holds("a.csv", "a,b,y\n1,2,u\n2,v\n2,3,v\n"),
    ),
    Bad(
        "quote never closed",
        FIT,
        "a.csv, line 2: wanted 3 cells, as in line 1, ... or put quotes around a cell that holds one",
        holds("a.csv", 'a,b,y\n1,"2,u\n2,3,v\n'),
    ),
    Bad(
        "two columns of one name",
        FIT,
        "a.csv: the columns at positions 0 and 1 (from ... or use --header no if the first row is data",
        holds("a.csv", rows("a,a,y", "1,2,u", "2,3,v")),
    ),
    Bad(
        "name of 10,000 letters",
        FIT,
        "a.csv: the name of the column at position 0 ... or use --header no if the first row is data",
        holds("a.csv", rows("n" * 10_000 + ",y", "1,u", "2,v", times=5)),
    ),
    Bad(
        "100,001 columns",
        FIT,
        "a.csv has 100,001 columns; at most 100,000 are read. Is it a table?",
        holds("a.csv", "1," * 100_000 + "u\n"),
    ),
    Bad(
        "one column",
        FIT,
        "a.csv: no column is left as an input. Give a ... columns than the target, or leave out fewer",
        holds("a.csv", rows("y", "u", "v", times=5)),
    ),
    Bad(
        "missing cells alone",
        FIT,
        "a.csv: no column is left as an input. Give a ... 'b' holds no value in any row; left out",
        holds("a.csv", rows("a,b,y", "?,,u", "NA,,v", times=5)),
    ),
    Bad(
        "inputs that never change",
        FIT,
        "a.csv: no column is left as an input. Give a ... the same value ('x') in every row; left out",
        holds("a.csv", rows("a,b,y", "1,x,u", "1,x,v", times=5)),
    ),
    Bad(
        "identifiers alone",
        FIT,
        "a.csv: no column is left as an input. Give a ... --numeric 'id' keeps it",
        holds("a.csv", "id,y\n" + "".join(f"{k},{'uv'[k % 2]}\n" for k in range(30))),
    ),
]
