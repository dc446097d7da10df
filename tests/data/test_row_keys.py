"""One number a row: the same in another order, coding or file, another for every change."""

import time

import numpy as np
import polars
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.open import open_like, open_source
from thalweg.data.row_keys import row_keys

TABLE = {
    "city": ["Ulm", "Bonn", None, "Ulm", "Kiel", "Bonn"],
    "age": [1.5, -0.0, None, 7.0, 2.0, 1.0],
    "size": [7.0, 1.5, 3.0, 1.5, 2.0, 2.0],
    "target": ["a", "b", "a", "a", "b", "b"],
}
KNOWN = [2247399537656684234, 8006490491225312799]  # of the first two rows


@pytest.fixture(scope="module")
def first():
    return open_source(polars.DataFrame(TABLE), target="target")


def like(first, frame):
    return open_like(frame, task=first.task, schema=first.schema)


def test_columns_and_rows_in_another_order_and_other_levels_change_no_key(first):
    frame = polars.DataFrame(TABLE)
    keys = row_keys(first)
    assert keys.dtype == np.uint64 and len(set(keys.tolist())) == 6
    turned = like(first, frame.select(reversed(frame.columns))[::-1])
    np.testing.assert_array_equal(row_keys(turned), keys[::-1])
    fewer = like(first, frame[[3, 1]])
    assert fewer.inputs[0][1].tolist() == [1, 0] and first.inputs[0][1][[3, 1]].tolist() == [2, 0]
    np.testing.assert_array_equal(row_keys(fewer), keys[[3, 1]])
    moved = first._replace(inputs=first.inputs[::-1])
    np.testing.assert_array_equal(row_keys(moved), keys)


def test_minus_zero_is_zero_and_nothing_is_nothing(first):
    def keys(*values):
        column = NumericColumn("age", np.array([*values, 2.0, 3.0, 4.0, 5.0]))
        return row_keys(first._replace(inputs=(column,)))

    np.testing.assert_array_equal(keys(0.0, np.nan), keys(-0.0, -np.nan))
    one, other = (from_arrays([[z], [1.0]], ["a", "b"], name="x") for z in (0.0, -0.0))
    np.testing.assert_array_equal(row_keys(one), row_keys(other))


@pytest.mark.parametrize(
    ("name", "value"), [("city", "Bonn"), ("city", None), ("age", 1.5000001), ("age", None), ("target", "b")]
)
def test_every_change_of_a_cell_changes_the_key_of_its_row_alone(first, name, value):
    cells = [value, *TABLE[name][1:]]
    changed = row_keys(like(first, polars.DataFrame({**TABLE, name: cells}))) != row_keys(first)
    assert changed.tolist() == [True, False, False, False, False, False]


def test_values_that_change_columns_are_other_rows(first):
    swapped = polars.DataFrame({**TABLE, "age": TABLE["size"], "size": TABLE["age"]})
    differ = row_keys(like(first, swapped)) != row_keys(first)
    assert differ.tolist() == [True, True, True, True, False, True]  # the fifth row has 2.0 in both


def test_amounts_count_by_their_value():
    one, other = (from_arrays([[1.0], [2.0], [3.0]], y, name="x", task="regression") for y in ([1, 2, 3], [1, 2.5, 3]))
    assert (row_keys(one) == row_keys(other)).tolist() == [True, False, True]


def test_arrays_are_told_by_their_numbers_and_not_by_their_type():
    x = np.arange(24).reshape(6, 4)
    one = from_arrays(x, list("ababab"), name="x")
    wide = from_arrays(np.vstack([x, np.full((1, 4), 2**25 + 1)]), list("abababa"), name="x")
    assert np.asarray(one.inputs).dtype == np.float32 and np.asarray(wide.inputs).dtype == np.float64
    np.testing.assert_array_equal(row_keys(one), row_keys(wide)[:6])
    other = row_keys(from_arrays(x[:, ::-1], list("ababab"), name="x"))
    assert not np.isin(row_keys(one), other).any()


def test_images_are_told_by_their_bytes():
    x = np.random.default_rng(0).integers(0, 256, (5, 4, 4), np.uint8)
    one = row_keys(from_arrays(x, list("ababa"), name="x"))
    x[2, 3, 3] ^= 1
    assert (row_keys(from_arrays(x, list("ababa"), name="x")) == one).tolist() == [True, True, False, True, True]


def test_keys_are_the_same_in_every_process_and_hold_half_a_million_rows(first):
    assert row_keys(first)[:2].tolist() == KNOWN
    random = np.random.default_rng(0)
    columns = tuple(NumericColumn(f"n{k}", random.integers(0, 50, 500_000).astype(np.float64)) for k in range(10))
    columns += (CategoryColumn("c", random.integers(-1, 3, 500_000).astype(np.int32), ("x", "y", "z")),)
    big = first._replace(inputs=columns, targets=random.integers(0, 2, 500_000).astype(np.int32))
    begin = time.perf_counter()
    keys = row_keys(big)
    assert time.perf_counter() - begin < 5.0
    assert len(np.unique(keys)) == 500_000
