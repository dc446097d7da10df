"""The host's arithmetic of steps: chunks that cross no end, and the same evaluations at any pace."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.train.plan import DENSE, Plan
from thalweg.train.population import ROWS


def plan(n, batch, total):
    return Plan(np.arange(n), batch, total, ((0, 0),))


@pytest.mark.parametrize(
    ("n", "batch", "steps", "full"), [(100, 32, 4, False), (96, 32, 3, False), (100, 100, 1, True), (5, 9, 1, True)]
)
def test_an_epoch_is_all_rows_once(n, batch, steps, full):
    assert (plan(n, batch, 10).steps, plan(n, batch, 10).full_batch) == (steps, full)


def test_evaluations_come_each_epoch_and_in_full_batch_fifty_steps_or_a_hundredth_apart():
    assert plan(100, 32, 10**6).period == 4
    assert plan(100, 100, 1_000).period == 50
    assert plan(100, 100, 10_001).period == 101


def test_the_first_steps_are_all_recorded_and_later_ones_fifty_apart():
    assert [plan(9, 9, 999).every(clock) for clock in (0, 199, 200, 998)] == [1, 1, 50, 50]


def test_the_recorded_steps_of_a_call_are_those_that_the_period_divides():
    assert plan(9, 9, 999).recorded(197, 200).tolist() == [197, 198, 199]
    assert plan(9, 9, 999).recorded(200, 301).tolist() == [200, 250, 300]
    assert plan(9, 9, 999).recorded(201, 250).tolist() == []


@given(
    n=st.integers(1, 500),
    batch=st.integers(1, 300),
    total=st.integers(1, 3_000),
    clock=st.integers(0, 2_999),
    pace=st.floats(0, 1e9),
)
def test_a_chunk_ends_at_every_end(n, batch, total, clock, pace):
    laid = plan(n, batch, total)
    clock = min(clock, total - 1)
    count = laid.chunk(clock, pace)
    assert 1 <= count <= max(1, pace)
    after = clock + count
    assert after <= total
    for period in (laid.period, None if laid.full_batch else laid.steps):
        if period:
            assert clock // period == (after - 1) // period  # no end lies inside
    assert not clock < DENSE < after
    every = laid.every(clock)
    assert -(-after // every) - -(-clock // every) <= ROWS


@pytest.mark.parametrize(
    ("clock", "count"),
    [
        (0, 200),  # the dense phase ends
        (150, 50),
        (200, 300),  # the epoch ends
        (500, 500),
        (2_900, 100),  # the run ends
    ],
)
def test_each_end_by_itself_cuts_a_chunk(clock, count):
    assert plan(500, 1, 3_000).chunk(clock, 1e9) == count


def test_a_chunk_holds_no_more_records_than_there_is_room_for():
    assert plan(10**6, 1, 10**6).chunk(200, 1e9) == 50 * (ROWS - 1)


def test_a_slow_machine_makes_the_same_evaluations_as_a_fast_one():
    laid = plan(1000, 37, 300)
    ends = []
    for pace in (1.0, 4.6, 1e9):
        clock, seen = 0, set()
        while clock < laid.total:
            clock += laid.chunk(clock, pace)
            if clock % laid.period == 0 or clock == laid.total:
                seen.add(clock)
        ends.append(sorted(seen))
    assert ends[0] == ends[1] == ends[2]
    assert len(ends[0]) == 11  # ten epochs of 28 steps and the end


def test_each_member_has_its_own_order_and_each_epoch_another():
    rows = np.arange(50, 150)
    laid = Plan(rows, 32, 100, ((0, 0), (1, 0), (0, 1)))
    order, mask = laid.order(0)
    assert order.shape == mask.shape == (3, 4, 32)
    for member in range(3):
        assert sorted(order[member][mask[member] > 0].tolist()) == rows.tolist()
    assert len({order[member].tobytes() for member in range(3)}) == 3
    assert not np.array_equal(order, laid.order(1)[0])
    np.testing.assert_array_equal(order, laid.order(0)[0])
    np.testing.assert_array_equal(laid._replace(seeds=((1, 0),)).order(0)[0][0], order[1])


def test_full_batch_has_no_order():
    assert plan(100, 100, 10).order(0) is None
