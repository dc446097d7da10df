"""Text is cut into cells at the right separator, and a row of another length is named."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.tables import grid
from thalweg.data.tables.grid import split_cells
from thalweg.errors import InputError


def rows(content):
    return [[cell or "" for cell in row] for row in split_cells(content, "t.csv").frame.rows()]


@pytest.mark.parametrize(
    ("content", "separator", "wanted"),
    [
        (b"a,b\n1,2\n", ",", [["a", "b"], ["1", "2"]]),
        (b"a\tb\n1\t2\n", "\t", [["a", "b"], ["1", "2"]]),
        (b"a;b\n1;2\n", ";", [["a", "b"], ["1", "2"]]),
        (b"a|b\n1|2\n", "|", [["a", "b"], ["1", "2"]]),
        (b"a b\n1 2\n", " ", [["a", "b"], ["1", "2"]]),
        (b' 1.0   2 "x y"\n10\t3  "z"\n', " ", [["1.0", "2", "x y"], ["10", "3", "z"]]),
        (b"a\n1\n2\n", ",", [["a"], ["1"], ["2"]]),
        (b"a;b\n1,5;2,5\n", ";", [["a", "b"], ["1,5", "2,5"]]),
        (b"1,5;2,5\n3,5;4,5\n", ";", [["1,5", "2,5"], ["3,5", "4,5"]]),
        (b"Last, First\t1\nA, B\t2\n", "\t", [["Last, First", "1"], ["A, B", "2"]]),
        (b"x;y,1\nx;z,2\n", ",", [["x;y", "1"], ["x;z", "2"]]),
        (b"name\tn\nLast, First\t1\nA, B\t2\n", "\t", [["name", "n"], ["Last, First", "1"], ["A, B", "2"]]),
        (
            b"t,v\n2020-01-01 00:00,1\n2020-01-02 00:00,2\n",
            ",",
            [["t", "v"], ["2020-01-01 00:00", "1"], ["2020-01-02 00:00", "2"]],
        ),
        (b'"a,b",c\n"d""e",\n', ",", [["a,b", "c"], ['d"e', ""]]),
        (b'a,"two\nlines"\n', ",", [["a", "two\nlines"]]),
        (b'a, "b, c"\n1, 2\n', ",", [["a", "b, c"], ["1", "2"]]),
        (b'a,5" pipe\n1,2\n', ",", [["a", '5" pipe'], ["1", "2"]]),
        (b'a,5" pipe\n1,"quoted"\n', ",", [["a", '5" pipe'], ["1", "quoted"]]),
        (b"\na,b\n\n  \n1,2\n\n", ",", [["a", "b"], ["1", "2"]]),
        (b"a,b\n,\n1,2\n", ",", [["a", "b"], ["", ""], ["1", "2"]]),
    ],
)
def test_cells_are_cut_where_a_person_would_cut(content, separator, wanted):
    assert split_cells(content, "t.csv").separator == separator
    assert rows(content) == wanted


def test_rows_know_the_line_they_begin_on():
    assert split_cells(b'\na,b\n\n1,"x\n\ny"\n2,z\n', "t.csv").lines.tolist() == [2, 4, 7]
    assert split_cells(b'a,b\n\n1, "x\n\ny"\n2,5" z\n', "t.csv").lines.tolist() == [1, 3, 6]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n3,4,5\n", r"t\.csv, line 3: wanted 2 cells, as in line 1, got 3 \(between cells stands a comma\)"),
        (b"a,b\n1,2\n\n3\n", r"t\.csv, line 4: wanted 2 cells, as in line 1, got 1 .* put quotes around"),
        (b"a\tb\n1\t2\n3\n", r"line 3: wanted 2 cells, .* got 1 \(between cells stands a tab\)"),
        (b'a,"b\nc"\n1\n', r"line 3: wanted 2 cells, as in line 1, got 1"),
        (b'a, "b"\n1\n2,3\n', r"line 2: wanted 2 cells, as in line 1, got 1"),
        (b"," * 100_000 + b"\n", r"t\.csv has 100,001 columns; at most 100,000 are read"),
        (
            b'a,b"\n1,"' + b"x" * 200_000 + b"\n",
            r"t\.csv, line 2: field larger than field limit .* is a double quote missing",
        ),
        (b'\n "\n', r"t\.csv holds quotes and blanks alone; a table with at least one row is wanted"),
    ],
)
def test_what_is_no_grid_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        split_cells(content, "t.csv")


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=6)


@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1)),
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_the_standard_library_writes_is_read_back(cells, separator, quoting):
    cells = [
        [f"n{separator}{k}" for k in range(len(cells[0]))],
        *cells,
    ]  # the separator must be seen once in quotes, too
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(cells)
    if grid._sniff(file.getvalue().encode()) == separator:  # random cells may well look like another format
        assert rows(file.getvalue().encode()) == cells


def test_the_fast_and_the_plain_way_agree(monkeypatch):
    content = b"".join(f'{k},"a{k}, b",{"x" * (k % 7)}\n'.encode() for k in range(5000))
    fast = split_cells(content, "t.csv")
    monkeypatch.setattr(grid, "_CHUNK", 1000)  # quotes and rows cross the edges of chunks
    pieces = split_cells(content, "t.csv")
    monkeypatch.setattr(grid, "_quotes_enclose_cells", lambda content, separator: False)
    plain = split_cells(content, "t.csv")
    assert fast.frame.fill_null("").equals(plain.frame) and fast.frame.equals(pieces.frame)
    assert fast.lines.tolist() == plain.lines.tolist() == pieces.lines.tolist() == list(range(1, 5001))
    assert isinstance(fast.frame, pl.DataFrame)


@pytest.mark.parametrize("outcome", [pl.exceptions.ComputeError("broken"), pl.DataFrame({"a": ["1"]})])
def test_the_plain_way_is_taken_where_the_fast_one_fails(monkeypatch, outcome):
    def read_csv(*_, **__):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(pl, "read_csv", read_csv)
    assert rows(b"a,b\n1,2\n") == [["a", "b"], ["1", "2"]]
