"""The order of examples: every row once, the same for the same numbers, another for each epoch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.batches import epoch_order, plain_order
from thalweg.errors import InputError


def test_plain_order_of_five_rows_in_pairs():
    order = plain_order(np.array([3, 1, 4, 7, 9]), 2)
    np.testing.assert_array_equal(order.index, [[3, 1], [4, 7], [9, 3]])
    np.testing.assert_array_equal(order.weight, [[1, 1], [1, 1], [1, 0]])
    assert order.index.dtype == np.int32
    assert order.weight.dtype == np.float32


@given(n=st.integers(1, 40), batch=st.integers(1, 50), seed=st.integers(0, 2**64 - 1), epoch=st.integers(0, 99))
def test_every_row_comes_once_with_weight_one(n, batch, seed, epoch):  # D11
    rows = np.arange(n) * 3 + 5
    order = epoch_order(rows, seed=seed, ordinal=1, epoch=epoch, batch=batch)
    assert order.index.shape == order.weight.shape == (-(-n // min(batch, n)), min(batch, n))
    np.testing.assert_array_equal(np.sort(order.index[order.weight == 1]), rows)
    assert order.weight.sum() == n
    assert np.isin(order.index, rows).all()  # padding points at a real row


def test_same_numbers_same_order_and_any_other_number_another():
    def draw(**changed):
        return epoch_order(np.arange(100), **{"seed": 1, "ordinal": 2, "epoch": 3, "batch": 10, **changed}).index

    np.testing.assert_array_equal(draw(), draw())
    for changed in ({"seed": 2}, {"ordinal": 1}, {"epoch": 4}):
        assert (draw(**changed) == draw()).mean() < 0.1


def test_the_batch_size_does_not_change_the_order():
    rows = np.arange(30)
    in_fives = epoch_order(rows, seed=0, ordinal=0, epoch=2, batch=5)
    in_sixes = epoch_order(rows, seed=0, ordinal=0, epoch=2, batch=6)
    np.testing.assert_array_equal(in_fives.index.ravel(), in_sixes.index.ravel())


def test_the_next_epoch_is_no_shifted_copy_of_this_one():
    n = 5000
    now, then = (epoch_order(np.arange(n), seed=3, ordinal=0, epoch=e, batch=1).index.ravel() for e in (5, 6))
    worst = max(max((now[s:] == then[: n - s]).mean(), (then[s:] == now[: n - s]).mean()) for s in range(50))
    assert worst < 0.01  # with the epoch in the counter's lowest word: 0.2


def test_a_full_batch_keeps_the_given_order():
    rows = np.array([4, 0, 2])
    np.testing.assert_array_equal(epoch_order(rows, seed=0, ordinal=0, epoch=0, batch=3).index, [[4, 0, 2]])
    np.testing.assert_array_equal(epoch_order(rows, seed=0, ordinal=0, epoch=0, batch=99).index, [[4, 0, 2]])


def test_the_first_orders_are_frozen():
    # Made by this function on NumPy 2.4: a change would break the resuming of every saved run.
    assert epoch_order(np.arange(6), seed=0, ordinal=0, epoch=0, batch=3).index.tolist() == [[0, 5, 1], [2, 4, 3]]
    assert epoch_order(np.arange(6), seed=0, ordinal=0, epoch=1, batch=3).index.tolist() == [[2, 1, 3], [4, 0, 5]]


@pytest.mark.parametrize(
    "make", [plain_order, lambda rows, batch: epoch_order(rows, seed=0, ordinal=0, epoch=0, batch=batch)]
)
def test_refuses_no_rows_and_a_batch_below_one(make):
    with pytest.raises(InputError, match="there are no rows to make batches of"):
        make(np.arange(0), 4)
    with pytest.raises(InputError, match="the batch size must be at least 1; got 0"):
        make(np.arange(4), 0)
