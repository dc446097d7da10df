"""The nearest rows are those of exact arithmetic, whatever the tiles, and never of the query's own fold."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from thalweg.classic.nearest import candidates
from thalweg.classic.nearest.distances import DISTANCES, distance_of, made
from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.errors import InputError

PEERS = {"l1": "manhattan", "l2": "euclidean", "cosine": "cosine"}


def drawn(rows=600, queries=90, width=17, seed=0):
    """Rows and queries of normal numbers."""
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, width)), random.normal(size=(queries, width))


def plainly(train, queries, k, distance, apart=None):
    """All distances in 64 bits, sorted; the smaller index first."""
    a, b = queries[:, None].astype(np.float64), train[None].astype(np.float64)
    match distance:
        case "l1":
            far = np.abs(a - b).sum(-1)
        case "l2":
            far = np.square(a - b).sum(-1)
        case _:
            far = 1 - (a * b).sum(-1) / np.sqrt(np.square(a).sum(-1) * np.square(b).sum(-1))
    if apart is not None:
        far = np.where(apart, far, np.inf)
    order = np.argsort(far, axis=1, kind="stable")[:, :k]
    value = np.take_along_axis(far, order, 1)
    return order, np.sqrt(value) if distance == "l2" else value


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("memory", [2**15, 2**28])
def test_they_are_scikit_learns(distance, memory):
    train, queries = drawn()
    found = nearest_rows(train, queries, 6, distance=distance, memory=memory)
    far, index = (
        NearestNeighbors(n_neighbors=6, algorithm="brute", metric=PEERS[distance]).fit(train).kneighbors(queries)
    )
    np.testing.assert_array_equal(found.rows, index)
    np.testing.assert_allclose(found.distance, far, rtol=1e-12, atol=1e-12)
    assert found.distance.dtype == np.float64 and found.recomputed == 0


@pytest.mark.parametrize("distance", DISTANCES)
def test_of_rows_equally_far_the_first_comes_first(distance):
    # 8 points, each of some 250 rows: more than there are candidates, so that 64 bits have to go through them all.
    train = np.random.default_rng(1).integers(1, 3, size=(2000, 3))
    found = nearest_rows(train, train[:40], 5, distance=distance)
    index, far = plainly(train, train[:40], 5, distance)
    if distance != "cosine":  # whose ties are broken by the last bit of a root
        np.testing.assert_array_equal(found.rows, index)
    np.testing.assert_allclose(found.distance, far, atol=1e-7)
    assert found.recomputed > 0


def test_rows_that_32_bits_cannot_tell_apart_are_told_apart_by_64():
    # Far from the middle of all rows, a thousandth is lost among squares of a million: the bound notices.
    base = np.full((256, 4), 1e3)
    base[:, 0] += np.arange(256)[::-1] * 1e-3
    train = np.concatenate([base, -base])
    query = np.full((1, 4), 1e3)
    found = nearest_rows(train, query, 3)
    assert found.rows.tolist() == [[255, 254, 253]] and found.recomputed == 1
    np.testing.assert_allclose(found.distance, [[0.0, 1e-3, 2e-3]], atol=1e-9)


def test_candidates_that_may_be_nearer_are_measured_however_far_they_seem():
    # As above, but the rows that 32 bits cannot tell apart are all candidates: none is left to doubt.
    base = np.full((64, 4), 1e3)
    base[:, 0] += np.arange(64)[::-1] * 1e-3
    found = nearest_rows(np.concatenate([base, -base]), np.full((1, 4), 1e3), 3)
    assert found.rows.tolist() == [[63, 62, 61]] and found.recomputed == 0


@pytest.mark.parametrize("distance", DISTANCES)
def test_memory_grows_with_pairs_and_not_with_pairs_times_columns(distance):
    rows, queries, width = 512, 64, 256
    of = [jax.ShapeDtypeStruct(shape, np.float32) for shape in ((queries, width), (queries,), (rows, width), (rows,))]
    fold = [jax.ShapeDtypeStruct((count,), np.int32) for count in (queries, rows)]
    given = (*of[:2], fold[0], *of[2:], fold[1])
    program = candidates._nearest_of_tile.compiled().lower(*given, fast=DISTANCES[distance].fast, most=8).compile()
    bytes_of_pairs = 4 * rows * queries
    assert program.memory_analysis().temp_size_in_bytes < 12 * bytes_of_pairs < 4 * rows * queries * width / 10


def test_the_bound_holds_what_32_bits_get_wrong():
    train, queries = (values.astype(np.float32).astype(np.float64) * 100 + 300 for values in drawn(400, 50, 300))
    for name, how in DISTANCES.items():
        middle = train.mean(axis=0)
        a, b = made(how, queries, middle), made(how, train, middle)
        fast = np.asarray(how.fast(*map(jnp.asarray, (a.rows, a.size, b.rows, b.size))), np.float64)
        with jax.enable_x64(True):
            exact = np.asarray(how.exact(jnp.asarray(queries[:, None]), jnp.asarray(train[None])))
        wrong = np.abs(fast - exact).max(axis=1)
        bound = how.error(300, a.norm, float(b.norm.max()))
        assert (wrong <= bound).all() and (wrong > bound / 1e4).all(), name


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_query_has_no_neighbour_of_its_own_fold(distance):
    train, _ = drawn(240)
    fold = np.random.default_rng(2).integers(0, 5, 240)
    found = nearest_rows(train, train, 4, distance=distance, train_fold=fold, query_fold=fold)
    index, far = plainly(train, train, 4, distance, apart=fold[:, None] != fold[None])
    np.testing.assert_array_equal(found.rows, index)
    np.testing.assert_allclose(found.distance, far, rtol=1e-12)


def test_a_fold_may_leave_no_more_rows_than_are_sought():
    train, fold = np.arange(6.0)[:, None], np.array([0, 0, 0, 0, 1, 1])
    found = nearest_rows(train, train[:1], 2, train_fold=fold, query_fold=fold[:1])
    assert found.rows.tolist() == [[4, 5]] and found.distance.tolist() == [[4.0, 5.0]]
    assert found.recomputed == 0  # there is no other row to doubt


def test_whole_numbers_of_images_are_measured_exactly():
    pixels = np.random.default_rng(3).integers(0, 256, size=(300, 48), dtype=np.uint8)
    found = nearest_rows(pixels, pixels[:20], 3)
    wanted = np.square(pixels[None].astype(int) - pixels[:20, None].astype(int)).sum(-1)
    assert (found.rows[:, 0] == np.arange(20)).all() and (found.distance[:, 0] == 0).all()
    assert (np.rint(found.distance**2) == np.take_along_axis(wanted, found.rows, 1)).all()


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("scale", [1e-80, 1e-38, 1e-20, 1e19, 1e38, 1e80])
def test_a_scale_of_all_numbers_changes_no_neighbour(distance, scale):
    train, queries = drawn(300, 9, 40)
    wanted = nearest_rows(train, queries, 4, distance=distance)
    found = nearest_rows(train * scale, queries * scale, 4, distance=distance)
    np.testing.assert_array_equal(found.rows, wanted.rows)
    np.testing.assert_allclose(found.distance, wanted.distance * (1 if distance == "cosine" else scale), rtol=1e-9)


def test_folds_may_have_any_numbers_and_what_fills_a_tile_is_no_row():
    train, queries = drawn(70, 6)
    numbers = np.array([-7, 0, 2**40])
    fold, asked = np.arange(70) % 3, np.arange(6) % 3
    wanted = nearest_rows(train, queries, 40, train_fold=fold, query_fold=asked)
    found = nearest_rows(train, queries, 40, train_fold=numbers[fold], query_fold=numbers[asked])
    np.testing.assert_array_equal(found.rows, wanted.rows)
    assert all(len(set(row)) == 40 for row in found.rows.tolist())


def test_blocks_of_queries_change_nothing(monkeypatch):
    train, queries = drawn(200, 70)
    whole = nearest_rows(train, queries, 3)
    monkeypatch.setattr(candidates, "PAIRS", 32 * 200)
    parts = nearest_rows(train, queries, 3)
    assert (whole.rows == parts.rows).all() and (whole.distance == parts.distance).all()


def test_a_row_of_zeros_has_the_cosine_distance_one():
    found = nearest_rows(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 0.0]]), 2, distance="cosine")
    assert found.distance.tolist() == [[0.0, 1.0], [1.0, 1.0]] and found.rows.tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"k": 0}, r"k must be from 1 to 600, the rows that each query may have; got 0\. Ask for fewer\."),
        ({"k": 601}, r"k must be from 1 to 600, the rows that each query may have; got 601\. Ask for fewer\."),
        (
            {"queries": np.zeros((2, 3))},
            r"neighbours need rows of one width; got training rows \(600, 17\) and",
        ),
        ({"queries": np.full((2, 17), np.nan)}, r"neighbours need finite numbers; some are not\. Fill in or leave out"),
        ({"train": np.zeros((9, 0)), "queries": np.zeros((2, 0))}, r"neighbours need rows of one width; got training"),
        (
            {"train": np.full((9, 17), 1e101)},
            r"neighbours need numbers below 1e\+100, whose squares add up; got",
        ),
        (
            {"train_fold": np.zeros(9, int), "query_fold": np.zeros(90, int)},
            r"a number for each of 600 training rows and 90 queries; got 9 and 90\.",
        ),
        ({"distance": "l3"}, r"unknown distance 'l3'\. Did you mean"),
        ({"train_fold": np.zeros(600, int)}, r"neighbours by folds need a number for each training row and for each"),
        (
            {"k": 5, "train_fold": np.r_[np.zeros(597, int), 1, 1, 1], "query_fold": np.zeros(90, int)},
            r"k must be from 1 to 3, the rows that each query may have; got 5\.",
        ),
    ],
)
def test_what_cannot_be_sought_is_refused_in_words(given, told):
    train, queries = drawn()
    asked = {"train": train, "queries": queries, "k": 3, **given}
    with pytest.raises(InputError, match=told):
        # Without the types that tests check.
        inspect.unwrap(nearest_rows)(asked.pop("train"), asked.pop("queries"), asked.pop("k"), **asked)


def test_a_distance_is_known_by_its_name():
    assert distance_of("l2") is DISTANCES["l2"]
