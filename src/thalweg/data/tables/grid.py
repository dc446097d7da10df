"""From text to a grid of cells: which separator, where the rows are, and that all are of one length."""

import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import NamedTuple

import numpy as np
import polars as pl

from thalweg.errors import InputError

MOST_COLUMNS = 100_000
_SAMPLE_BYTES, _SAMPLE_ROWS = 1 << 20, 200
_CHUNK = 1 << 23  # bytes looked at together: the arrays made from them are a few times as large
_SAID = {",": "a comma", "\t": "a tab", ";": "a semicolon", "|": "a vertical bar", " ": "a space"}


class Grid(NamedTuple):
    """Every cell of a text file, blank lines left out."""

    frame: pl.DataFrame  # text cells as they stand; columns "0", "1", ...
    lines: np.ndarray  # (rows,) int64: the line of the file, from 1, on which each row begins
    separator: str


def split_cells(content: bytes, path: str) -> Grid:
    """Split a file's text into cells.

    Cells may stand in double quotes, which may hold separators, line ends and doubled quotes.

    Args:
        content: UTF-8 with a newline after every line, not blank.
        path: The file, for messages.

    Returns:
        The cells. The separator is the first of tab, comma, semicolon, vertical bar and space that cuts nearly all
        of the first 200 rows into one number of cells, two or more; a file without any is one column.

    Raises:
        InputError: If a row has more or fewer cells than the first; if there are more than 100,000 columns; if the
            quotes cannot be made sense of.
    """
    separator = _sniff(content)
    if separator == " ":
        content = _single_spaces(content)
    has_quotes = b'"' in content
    if has_quotes and not _quotes_enclose_cells(content, separator):
        return _split_one_by_one(content, separator, path)
    starts, lines, cells = _find_rows(content, separator, has_quotes)
    keep = _not_blank(content, starts, cells)
    if not keep.all():
        edges = [*starts.tolist(), len(content)]
        content = b"".join(content[edges[row] : edges[row + 1]] for row in np.flatnonzero(keep).tolist())
        lines, cells = lines[keep], cells[keep]
    _require_one_length(cells, lines, separator, path)
    frame = _split_fast(content, separator, has_quotes)
    if frame is None or frame.shape != (len(lines), int(cells[0])):
        return _split_one_by_one(content, separator, path)
    return Grid(frame.rename(dict(zip(frame.columns, map(str, range(frame.width)), strict=True))), lines, separator)


def _sniff(content: bytes) -> str:
    cut = content.rfind(b"\n", 0, _SAMPLE_BYTES) + 1
    lines = content[: cut or len(content)].split(b"\n", 2 * _SAMPLE_ROWS)[: 2 * _SAMPLE_ROWS]
    sample = b"\n".join(lines).decode("utf-8", "replace")
    shares = {separator: _share_of_usual(sample, separator) for separator in _SAID}
    commas_are_decimal = shares[";"] >= 0.9 and not re.search(r"(?<!\d),|,(?!\d)", sample.partition("\n")[2])
    for separator in "\t,;|":
        if shares[separator] >= 0.9 and not (separator == "," and commas_are_decimal):
            return separator
    best = max("\t,;|", key=lambda separator: shares[separator])
    if shares[" "] > max(0.9, shares[best]):
        return " "
    return best if shares[best] > 0.5 else ","


def _share_of_usual(sample: str, separator: str) -> float:
    """Return the share of rows that have the commonest number of cells; 0 if that is one cell."""
    if separator == " ":
        sample = _single_spaces(sample.encode()).decode()
    try:
        rows = [len(row) for row in islice(_reader(sample, separator), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0
    (usual, count), *_ = Counter(rows).most_common(1) or [(1, 1)]
    return count / len(rows) if usual > 1 else 0.0


def _reader(text: str, separator: str):
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator != "\t")


def _single_spaces(content: bytes) -> bytes:
    """Make every run of blanks one space, and none at either end of a line."""
    return re.sub(rb"(?m)^ | $", b"", re.sub(rb"[ \t]+", b" ", content))


def _quotes_enclose_cells(content: bytes, separator: str) -> bool:
    """Return whether every quoted stretch is one whole cell, which is what a fast reader can be trusted with."""
    text = np.frombuffer(content, np.uint8)
    quotes = np.flatnonzero(text == ord('"'))
    if len(quotes) % 2:
        return False
    before = np.append(text[-1:], text)[quotes[::2]]  # the text ends in a newline, as good a start as any
    after = np.append(text, text[-1:])[quotes[1::2] + 1]
    edges = np.frombuffer(f'{separator}\n"'.encode(), np.uint8)
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def _find_rows(content: bytes, separator: str, has_quotes: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where each row begins, on which line, and its number of cells."""
    text = np.frombuffer(content, np.uint8)
    ends: list[np.ndarray] = []
    cuts: list[np.ndarray] = []
    lines: list[np.ndarray] = []
    lines_before, cuts_before, inside = 0, 0, False
    for begin in range(0, len(text), _CHUNK):
        part = text[begin : begin + _CHUNK]
        newline, cut = part == ord("\n"), part == ord(separator)
        line = np.cumsum(newline, dtype=np.int32)
        if has_quotes:
            quoted = np.logical_xor.accumulate(part == ord('"')) ^ inside
            inside = bool(quoted[-1])
            newline, cut = newline & ~quoted, cut & ~quoted
        end = np.flatnonzero(newline)
        passed = np.cumsum(cut, dtype=np.int32)
        ends.append(end + begin)
        cuts.append(passed[end].astype(np.int64) + cuts_before)
        lines.append(line[end].astype(np.int64) + lines_before)
        lines_before += int(line[-1])
        cuts_before += int(passed[-1])
    after = np.concatenate(ends) + 1
    cells = np.diff(np.append(0, np.concatenate(cuts))) + 1
    return np.append(0, after[:-1]), np.append(1, np.concatenate(lines)[:-1] + 1), cells


def _not_blank(content: bytes, starts: np.ndarray, cells: np.ndarray) -> np.ndarray:
    keep = np.ones(len(starts), bool)
    edges = np.append(starts, len(content))
    for row in np.flatnonzero((cells == 1) & (np.frombuffer(content, np.uint8)[starts] <= ord(" "))).tolist():
        keep[row] = bool(content[edges[row] : edges[row + 1]].strip())
    return keep


def _require_one_length(cells: np.ndarray, lines: np.ndarray, separator: str, path: str) -> None:
    if cells[0] > MOST_COLUMNS:
        raise InputError(f"{path} has {cells[0]:,} columns; at most {MOST_COLUMNS:,} are read. Is it a table?")
    wrong = np.flatnonzero(cells != cells[0])
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f"{path}, line {lines[row]}: wanted {cells[0]} cells, as in line {lines[0]}, got {cells[row]} "
            f"(between cells stands {_SAID[separator]}). Correct the line, or put quotes around a cell that holds one."
        )


def _split_fast(content: bytes, separator: str, has_quotes: bool) -> pl.DataFrame | None:
    quote = '"' if has_quotes else None
    try:
        return pl.read_csv(content, has_header=False, separator=separator, quote_char=quote, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None  # the slow way reads it, or says what is wrong with it


def _split_one_by_one(content: bytes, separator: str, path: str) -> Grid:
    """Split cells whose quotes stand in odd places, such as after a space or in the middle."""
    reader = _reader(content.decode(), separator)
    rows, lines, line = [], [], 1
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: {error}; is a double quote missing there?") from None
    if not rows:
        raise InputError(f"{path} holds quotes and blanks alone; a table with at least one row is wanted.")
    at = np.array(lines, np.int64)
    _require_one_length(np.array([len(row) for row in rows]), at, separator, path)
    columns = zip(*rows, strict=True)
    return Grid(
        pl.DataFrame({str(k): pl.Series(cells, dtype=pl.String) for k, cells in enumerate(columns)}), at, separator
    )
