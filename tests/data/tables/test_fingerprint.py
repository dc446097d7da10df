"""A table is known by its content, and equal rows by their number."""

import hashlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.tables import fingerprint as module
from thalweg.data.tables.fingerprint import fingerprint, number_identical


def test_the_digest_is_that_of_the_bytes_described():
    # column "a" of two texts, "x" and a missing one: null bits 01, lengths 1 and 0 as uint32, then the text
    content = b"text 1 a 2\n" + bytes([0b01000000]) + bytes([1, 0, 0, 0, 0, 0, 0, 0]) + b"x"
    content += b"number 1 b 2\n" + bytes([0]) + np.array([0.0, 2.0], "<f8").tobytes()
    frame = pl.DataFrame({"a": ["x", None], "b": [-0.0, 2.0]})
    assert fingerprint(frame) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"a": ["xy", "z"], "b": [1, 3]},
        {"a": ["x", "yz"], "b": [1, 2]},
        {"a": [None, "xyz"], "b": [1, 2]},
        {"b": [1, 2], "a": ["xy", "z"]},
        {"c": ["xy", "z"], "b": [1, 2]},
        {"a": ["xy", "z"], "b": ["1", "2"]},
        {"a": ["xy", "z"], "b": [1, None]},
    ],
)
def test_any_change_changes_the_fingerprint(other):
    assert fingerprint(pl.DataFrame({"a": ["xy", "z"], "b": [1, 2]})) != fingerprint(pl.DataFrame(other))


def test_the_type_of_a_number_does_not_matter():
    assert fingerprint(pl.DataFrame({"a": [1, 0]})) == fingerprint(pl.DataFrame({"a": [1.0, 0.0]}))


def test_equal_rows_share_a_number():
    columns = [np.array([1.0, np.nan, 1.0, np.nan, -0.0, 0.0]), np.array([0, -1, 0, -1, 2, 2], np.int32)]
    assert number_identical(columns).tolist() == [0, 1, 0, 1, 2, 2]


def test_one_missing_value_is_like_another_whatever_its_bits():
    two_kinds = np.array([0x7FF8000000000000, 0xFFF8000000000001], np.uint64).view(np.float64)
    assert number_identical([two_kinds]).tolist() == [0, 0]


def plain_twin(rows):
    numbers = {}
    return [numbers.setdefault(row, len(numbers)) for row in rows]


rows = st.lists(st.tuples(st.integers(-2, 2), st.sampled_from([0.0, 0.5, 1e300])), min_size=1, max_size=40)


@given(rows)
def test_agrees_with_a_plain_loop(rows):
    found = number_identical([np.array(column) for column in zip(*rows, strict=True)])
    assert found.dtype == np.int64
    assert found.tolist() == plain_twin(rows)


def test_rows_that_share_a_hash_are_still_told_apart(monkeypatch):
    monkeypatch.setattr(module, "_ODD", np.uint64(0))  # every row has the hash 0
    rows = [(1, 5.0), (2, 5.0), (1, 5.0), (1, 6.0), (2, 5.0)]
    assert number_identical([np.array(column) for column in zip(*rows, strict=True)]).tolist() == plain_twin(rows)
