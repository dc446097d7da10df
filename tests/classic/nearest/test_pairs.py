"""Pairs are as far apart as 64 bits say, whatever form rows have and however many go to the device together."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.classic.nearest import pairs
from thalweg.classic.nearest.distances import DISTANCES
from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.classic.nearest.pairs import measured, narrowed

PLAINLY = {
    "l1": lambda a, b: np.abs(a - b).sum(-1),
    "l2": lambda a, b: np.square(a - b).sum(-1),
    "cosine": lambda a, b: 1 - (a * b).sum(-1) / np.sqrt(np.square(a).sum(-1) * np.square(b).sum(-1)),
}


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("memory", [2**10, 2**20])  # a few rows at a time, and all
def test_they_are_numpys(distance, kind, memory):
    random = np.random.default_rng(0)
    train, queries = (random.uniform(1, 255, size=(count, 30)).astype(kind) for count in (50, 7))
    query, row = random.integers(0, 7, 1500), random.integers(0, 50, 1500)  # more than are measured at a time
    far = measured(DISTANCES[distance], train, queries, query, row, memory)
    wanted = PLAINLY[distance](queries[query].astype(np.float64), train[row].astype(np.float64))
    np.testing.assert_allclose(far, wanted, rtol=1e-13, atol=1e-15)
    assert far.dtype == np.float64


@pytest.mark.parametrize(("distance", "width"), [("l2", 33_025), ("l2", 33_026), ("l1", 40_000)])
def test_the_largest_sums_of_bytes_are_held(distance, width):
    # 33,025 times 255 squared is 2,147,450,625, the most of that kind below 2^31; one column more goes to 64 bits.
    train, queries = np.full((2, width), 255, np.uint8), np.zeros((1, width), np.uint8)
    far = measured(DISTANCES[distance], train, queries, np.array([0, 0]), np.array([0, 1]), 2**20)
    assert far.tolist() == [width * 255.0 ** (2 if distance == "l2" else 1)] * 2


def test_there_may_be_no_pair():
    nothing = np.zeros(0, np.int64)
    assert measured(DISTANCES["l2"], np.ones((3, 2)), np.ones((1, 2)), nothing, nothing, 100).shape == (0,)


def test_memory_does_not_grow_with_pairs_times_columns():
    of = [jax.ShapeDtypeStruct((64, 512), np.uint8)] * 2 + [jax.ShapeDtypeStruct((2**16,), np.int32)] * 2
    with jax.enable_x64(True):
        given = {"how": DISTANCES["l2"], "most": 1024, "form": "float64"}
        program = pairs._apart.compiled().lower(*of, jnp.int32(64), **given).compile()
    at_a_time = 8 * 1024 * 512
    assert program.memory_analysis().temp_size_in_bytes < 2 * at_a_time < 8 * 2**16 * 512 / 16


@pytest.mark.parametrize(
    ("value", "form"), [(255.0, "uint8"), (256.0, "float32"), (-1.0, "float32"), (0.5, "float32"), (3e38, "float32")]
)
@pytest.mark.parametrize("of_queries", [False, True])
def test_whole_numbers_up_to_255_become_bytes(value, form, of_queries):
    train, queries = np.full((4, 3), 7, np.float32), np.full((4, 3), 9, np.float32)
    (queries if of_queries else train)[2, 1] = value
    rows, asked = narrowed(train, queries)
    assert rows.dtype.name == asked.dtype.name == form
    np.testing.assert_array_equal(rows, train)
    np.testing.assert_array_equal(asked, queries)


def test_rows_that_are_their_own_queries_are_kept_once():
    train = np.ones((4, 3))
    rows, asked = narrowed(train, train)
    assert rows is asked and rows.dtype == np.uint8


def nearly_even(rungs, count=400, width=600):
    """Bytes around a query: rows whose squared distances are 10,000 and up to as many rungs more, shuffled."""
    random = np.random.default_rng(4)
    query = random.integers(60, 190, width)
    rows = np.repeat(query[None], count, axis=0)
    for place in range(count):
        some, more = random.permutation(width), place % rungs
        rows[place, some[:100]] += 10 * random.choice([-1, 1], 100)
        rows[place, some[100 : 100 + more]] += random.choice([-1, 1], more)
    return random.permutation(rows), query[None]


@pytest.mark.parametrize("scale", [1, 2.0**-8, -(2.0**-90)])  # exact in 32 bits, and in bytes or not
@pytest.mark.parametrize("k", [1, 31, 150])
@pytest.mark.parametrize("rungs", [3, 200])  # many of each distance, and two
def test_neighbours_one_part_in_ten_thousand_apart_are_told_apart(scale, k, rungs):
    near, query = nearly_even(rungs)
    far_off = np.random.default_rng(5).integers(0, 256, size=(700, near.shape[1]))
    rows = np.concatenate([far_off[:300], near, far_off[300:]])
    far = np.square(rows - query).sum(axis=1)  # in whole numbers
    order = np.argsort(far, kind="stable")[:k]
    found = nearest_rows((rows * scale).astype(np.float32), (query * scale).astype(np.float32), k)
    np.testing.assert_array_equal(found.rows[0], order)
    np.testing.assert_array_equal(found.distance[0], np.sqrt(far[order].astype(float)) * abs(scale))


@pytest.mark.parametrize("distance", DISTANCES)
def test_equal_rows_are_equally_far_whenever_they_are_measured(distance):
    # Each row stands there six times: some among the first that are measured, some among those that follow.
    random = np.random.default_rng(6)
    train = np.tile(random.normal(size=(300, 40)).astype(np.float32), (6, 1))
    found = nearest_rows(train, random.normal(size=(20, 40)).astype(np.float32), 45, distance=distance)
    for row, far in zip(found.rows, found.distance, strict=True):
        groups = row[:42].reshape(7, 6) % 300
        assert (groups == groups[:, :1]).all() and (np.diff(row[:42].reshape(7, 6)) > 0).all()
        assert (np.ptp(far[:42].reshape(7, 6), axis=1) == 0).all()
