"""Files become clean UTF-8 text within limits, or a sentence says why not."""

import gzip
import io
import os

import pytest

from thalweg.data.tables import text
from thalweg.data.tables.text import read_text
from thalweg.errors import InputError


def pack(content):
    return gzip.compress(content, mtime=0)  # without the time, which would be part of a test's name


def written(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"a,b\n1,2\n", b"a,b\n1,2\n"),
        (b"a,b\r\n1,2\r\n", b"a,b\n1,2\n"),
        (b"a,b\r1,2\r", b"a,b\n1,2\n"),
        (b"a,b\n1,2", b"a,b\n1,2\n"),
        (b"\xef\xbb\xbfa,b\n1,2\n", b"a,b\n1,2\n"),
        ("ä,b\n1,2\n".encode(), "ä,b\n1,2\n".encode()),
        ("ä,b\n1,2\n".encode("utf-16"), "ä,b\n1,2\n".encode()),
        ("ä,b\n1,2\n".encode("latin-1"), "ä,b\n1,2\n".encode()),
    ],
)
def test_encodings_and_line_ends_come_out_the_same(tmp_path, content, wanted):
    assert read_text(written(tmp_path, content)).content == wanted


def test_latin_1_is_said(tmp_path):
    (remark,) = read_text(written(tmp_path, b"\xe4\n")).remarks
    assert (remark.kind, remark.text) == ("encoding", "table.csv is not UTF-8; it was read as Latin-1.")
    assert read_text(written(tmp_path, b"a\n")).remarks == ()


@pytest.mark.parametrize("name", ["table.csv.gz", "table.csv"])
def test_gzip_is_known_by_its_content_and_may_be_joined(tmp_path, name):
    assert read_text(written(tmp_path, pack(b"a\n") + pack(b"1\n"), name)).content == b"a\n1\n"


def test_a_bomb_is_refused_before_it_is_unpacked_whole(tmp_path, monkeypatch):
    read = []

    class Counted(gzip.GzipFile):
        def read(self, size=-1):
            part = super().read(size)
            read.append(len(part))
            return part

    monkeypatch.setattr(text, "FREE", 1 << 20)
    monkeypatch.setattr(gzip, "open", lambda path, mode: Counted(path, mode))
    path = written(tmp_path, pack(b"0" * (64 << 20)), "bomb.csv.gz")
    with pytest.raises(InputError, match=r"bomb.csv.gz unpacks to more than [0-9,]+ bytes, the most read from"):
        read_text(path)
    assert 0 < sum(read) <= 32 << 20


def test_a_well_packed_table_below_the_free_size_is_read(tmp_path):
    content = b"0,0\n" * 1_000_000  # packs 250 to 1
    assert read_text(written(tmp_path, pack(content))).content == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"is empty; a table with at least one row"),
        (b" \n\n", r"is empty"),
        (b"PK\x03\x04 and so on", r"is a zip archive or an Excel workbook, not text; save the table as \.csv"),
        (b"PAR1....", r"is a Parquet file, not text"),
        (b"\x93NUMPY", r"is a NumPy array, not text"),
        (b"a,b\n1,\x002\n", r"is not text: it holds a zero byte"),
        (b"\xff\xfea", r"begins like UTF-16 text but is not"),
        (pack(b"a,b\n1,2\n" * 99)[:-9], r"is a damaged \.gz file; fetch it again"),
        (b"\x1f\x8bjunk that is not packed", r"is a damaged \.gz file"),
        (pack(b"a,b\n" * 9)[:12] + b"~~~~~~~~~", r"is a damaged \.gz file"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_text(written(tmp_path, content))


def test_places_that_hold_no_file_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*none\.csv; check the name and the folder"):
        read_text(tmp_path / "none.csv")
    with pytest.raises(
        InputError,
        match=r"is a folder, and not one of images in class folders, idx or CIFAR files; a table is one file",
    ):
        read_text(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = written(tmp_path, b"a\n1\n")

    def denied(*_, **__):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(io, "open", denied)
    with pytest.raises(InputError, match=r"cannot read .*table\.csv: Permission denied\."):
        read_text(path)


def test_a_file_too_large_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "LARGEST", 10)
    with pytest.raises(InputError, match=r"has 11 bytes; at most 10 are read\. Save it as Parquet, or split it"):
        read_text(written(tmp_path, b"12345678901"))
