"""Tables in files: written cells are read back, real files are read whole, what is no table is refused."""

import csv
import gzip
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.labels import MISSING
from thalweg.data.tables import read
from thalweg.data.tables.read import read_parquet, read_table
from thalweg.errors import InputError


def pack(content):
    return gzip.compress(content, mtime=0)  # without the time, which would be part of a test's name


def written(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"age,sex\n39,m\n?,f\n",
        b"age\tsex\n39\tm\nNA\tf\n",
        b"age;sex\n39;m\n;f\n",
        b"age|sex\n39|m\nnan|f\n",
        b"age sex\n39 m\nnull f\n",
        b'"age","sex"\r\n"39","m"\r\n"","f"\r\n',
        b"\xef\xbb\xbf\n age , sex \n\n39, 'm'\n ? ,f\n",
        pack(b"age,sex\n39,m\nNone,f\n"),
    ],
)
def test_one_table_written_in_many_ways_is_read_as_one(tmp_path, content):
    table = read_table(written(tmp_path, content))
    assert table.frame.equals(pl.DataFrame({"age": ["39", None], "sex": ["m", "f"]}))
    assert table.header and table.header_said.startswith("the first row is the header")


def test_rows_are_named_by_the_line_they_stand_on(tmp_path):
    table = read_table(written(tmp_path, b"\nage,sex\n\n39,m\n40,f\n"))
    assert [table.row_name(row) for row in range(2)] == ["line 4", "line 5"]


def test_a_table_without_header_is_named_by_position(tmp_path):
    assert read_table(written(tmp_path, b"1,a\n2,b\n")).frame.columns == ["0", "1"]
    table = read_table(written(tmp_path, b"1,a\n2,b\n"), header="yes")
    assert (table.frame.columns, table.frame.height) == (["1", "a"], 1)


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs", "Zs", "Cc"]), max_size=8
)
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1))


@given(tables, st.sampled_from([",", "\t", ";", "|"]))
def test_random_cells_are_read_back(tmp_path_factory, cells, separator):
    names = [f"name{k}" for k in range(len(cells[0]))]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([names, *cells])
    path = tmp_path_factory.mktemp("random") / "table.csv"
    path.write_text(file.getvalue(), encoding="utf-8", newline="")
    stripped = [[plain(cell) for cell in row] for row in cells]
    assert read_table(path, header="yes").frame.rows() == [
        tuple(None if cell in MISSING else cell for cell in row) for row in stripped
    ]


def plain(cell):
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == "'" else cell


@pytest.mark.parametrize(
    ("content", "header", "message"),
    [
        (b"", "infer", r"table\.csv is empty; a table with at least one row"),
        (b"age,sex\n", "yes", r"table\.csv has a header and no row below it"),
        (b"age,sex\n39,m\n40\n", "infer", r"table\.csv, line 3: wanted 2 cells, as in line 1, got 1"),
        (b"age,age\n39,1\n", "infer", r"table\.csv: the columns at positions 0 and 1 \(from 0\) are both called 'age'"),
        (b"\x00\x01\x02\x03", "infer", r"table\.csv is not text: it holds a zero byte"),
        (b"age,sex\n39,m\n", "perhaps", r"unknown header 'perhaps'"),
    ],
)
def test_files_that_hold_no_table_are_refused(tmp_path, content, header, message):
    with pytest.raises(InputError, match=message):
        read_table(written(tmp_path, content), header=header)


def test_parquet_keeps_its_types(tmp_path):
    frame = pl.DataFrame({"a": [1, None], "b": [1.5, 2.0], "c": [" x", "?"], "d": [True, False]})
    frame.write_parquet(tmp_path / "t.parquet")
    table = read_parquet(tmp_path / "t.parquet")
    assert table.frame.equals(frame.with_columns(c=pl.Series(["x", None])))
    assert table.row_name(1) == "row 1 (counted from 0)"


def test_parquet_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*none\.parquet"):
        read_parquet(tmp_path / "none.parquet")
    with pytest.raises(InputError, match=r"is a folder; give one Parquet file in it"):
        read_parquet(tmp_path)
    with pytest.raises(InputError, match=r"is not a Parquet file, or a damaged one; write it again"):
        read_parquet(written(tmp_path, b"a,b\n", "t.parquet"))
    pl.DataFrame({"a": [[1]]}).write_parquet(tmp_path / "lists.parquet")
    with pytest.raises(InputError, match=r"lists\.parquet, column 'a': cells of type List"):
        read_parquet(tmp_path / "lists.parquet")


def test_a_parquet_file_of_more_cells_than_memory_holds_is_not_read(tmp_path, monkeypatch):
    pl.DataFrame({"a": [1] * 100, "b": [2] * 100}).write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(read, "MOST_CELLS", 200)
    assert read_parquet(tmp_path / "t.parquet").frame.shape == (100, 2)
    monkeypatch.setattr(read, "MOST_CELLS", 199)
    with pytest.raises(
        InputError, match=r"t\.parquet has 100 rows of 2 columns; at most 199 cells are read\. Use fewer"
    ):
        read_parquet(tmp_path / "t.parquet")


def test_damage_that_polars_panics_at_is_damage(tmp_path, monkeypatch):
    def panic(*given, **options):
        raise pl.exceptions.PanicException("assertion failed")

    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(pl, "read_parquet", panic)
    with pytest.raises(InputError, match=r"is not a Parquet file, or a damaged one; write it again"):
        read_parquet(tmp_path / "t.parquet")


@pytest.mark.parametrize(
    ("name", "shape", "header"),
    [
        ("adult/adult-train.csv", (32561, 15), False),
        ("adult/adult-test.csv", (16281, 15), False),
        ("titanic/train.csv", (891, 12), True),
        ("titanic/test.csv", (418, 11), True),
        ("california_housing/housing.csv", (20640, 10), True),
        ("wine_quality/winequality-red.csv", (1599, 12), False),
        ("wine_quality/winequality-white.csv", (4898, 12), False),
        ("penguins/penguins.csv", (344, 8), True),
        ("penguins/penguins_raw.csv", (344, 17), True),
        ("mpg/mpg.csv", (398, 9), True),
        ("mammography/mammography.csv", (11183, 7), False),
        ("horse_colic/horse-colic.csv", (300, 28), False),
        ("abalone/abalone.csv", (4177, 9), False),
        ("kddcup99/kddcup.tsv.gz", (494020, 42), True),
    ],
)
def test_real_files(shared_data, name, shape, header):
    table = read_table(shared_data / "tables" / name)
    assert (table.frame.shape, table.header) == (shape, header)


@pytest.mark.parametrize(
    ("name", "missing"),
    [("titanic/train.csv", 866), ("california_housing/housing.csv", 207), ("horse_colic/horse-colic.csv", 1605)],
)
def test_missing_cells_of_real_files_are_counted(shared_data, name, missing):
    assert sum(read_table(shared_data / "tables" / name).frame.null_count().row(0)) == missing
