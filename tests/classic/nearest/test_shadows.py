"""Shadows are never farther apart than rows, and change no answer."""

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.classic.nearest import nearest_rows as module
from thalweg.classic.nearest.distances import DISTANCES, fast_l2
from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.classic.nearest.shadows import directions, least, shadows

ROWS, WIDTH = 1800, 512


def smooth(rows=ROWS, rank=20, noise=0.05, seed=0):
    """Rows that vary in few directions, and a little in all."""
    random = np.random.default_rng(seed)
    along = random.normal(size=(rank, WIDTH))
    return (random.normal(size=(rows, rank)) @ along + noise * random.normal(size=(rows, WIDTH)) + 3).astype(np.float32)


def of_all_columns(monkeypatch, *given, **more):
    """The same without shadows."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "directions", lambda *_: None)
        return nearest_rows(*given, **more)


@pytest.mark.parametrize("distance", ["l2", "cosine"])
@pytest.mark.parametrize("memory", [2**18, 2**28])
def test_the_answer_is_that_of_all_columns(monkeypatch, distance, memory):
    train, queries = smooth(), smooth(40, seed=0)[::-1] + np.float32(0.01)
    wanted = of_all_columns(monkeypatch, train, queries, 5, distance=distance)
    seen = []
    cast = module.shadows
    monkeypatch.setattr(module, "shadows", lambda *given: (seen.append(len(given[1])), cast(*given))[1])
    found = nearest_rows(train, queries, 5, distance=distance, memory=memory)
    np.testing.assert_array_equal(found.rows, wanted.rows)
    np.testing.assert_array_equal(found.distance, wanted.distance)
    assert sum(seen) == ROWS + 40 and (len(seen) > 2) == (memory == 2**18)


def test_folds_are_kept_apart_in_shadows_too(monkeypatch):
    train, fold = smooth(), np.arange(ROWS) % 3
    given = {"train_fold": fold, "query_fold": fold[:60]}
    found = nearest_rows(train, train[:60], 4, **given)
    wanted = of_all_columns(monkeypatch, train, train[:60], 4, **given)
    np.testing.assert_array_equal(found.rows, wanted.rows)
    assert (fold[found.rows] != fold[:60, None]).all()


def test_what_shadows_do_not_settle_is_asked_of_all_columns(monkeypatch):
    # 300 rows have the shadow of the query, and differ from it in what the directions leave out alone.
    train, random = smooth(noise=0.0), np.random.default_rng(1)
    query = train[7].copy()
    basis = directions(DISTANCES["l2"], train, train.mean(axis=0, dtype=np.float64))
    apart = random.normal(size=(300, WIDTH)) * np.linspace(1e-3, 3e-2, 300)[:, None]
    apart -= apart @ basis @ basis.T
    train[100:400] = query + apart
    asked = []
    plainly = module._by_all_columns
    monkeypatch.setattr(
        module, "_by_all_columns", lambda sought: (asked.append(len(sought.queries)), plainly(sought))[1]
    )
    found = nearest_rows(train, np.stack([query, train[1500]]), 6)
    assert asked == [1]
    far = np.square(train.astype(np.float64) - query).sum(axis=1)
    np.testing.assert_array_equal(found.rows[0], np.argsort(far, kind="stable")[:6])
    np.testing.assert_allclose(found.distance[0], np.sqrt(np.sort(far)[:6]), rtol=1e-12)


@pytest.mark.parametrize("distance", ["l2", "cosine"])
def test_shadows_are_never_farther_apart_than_rows(distance):
    how, rows = DISTANCES[distance], smooth(300)
    rows[3] = 0  # without a direction
    middle = rows.mean(axis=0, dtype=np.float64)
    basis = np.linalg.qr(np.random.default_rng(2).normal(size=(WIDTH, 40)))[0]
    cast = shadows(how, rows, middle, basis)
    assert cast.rows.shape == (300, 41)
    squares = np.asarray(
        fast_l2(*(jnp.asarray(part) for part in (cast.rows[:50], cast.size[:50], cast.rows, cast.size)))
    )
    bound = least(how, squares, 41, WIDTH, cast.norm[:50], float(cast.norm.max()))
    wide = rows.astype(np.float64)
    if distance == "l2":
        far = np.square(wide[:50, None] - wide[None]).sum(-1)
    else:
        length = np.sqrt(np.square(wide).sum(-1))
        length[3] = 1
        far = 1 - (wide[:50] @ wide.T) / length[:50, None] / length[None]
    assert (bound <= far + 1e-12).all()
    assert np.median(bound[far > 1e-9] / far[far > 1e-9]) > 0.02  # and say something


def test_the_bound_allows_for_what_32_bits_lose():
    # Equal shadows of size 1 may come out as far as rounding brings them, and rows are then no farther than that.
    squares = np.array([[1e-7, 1.0]], np.float32)
    bound = least(DISTANCES["l2"], squares, 100, 412, np.ones(1), 1.0)
    # (100 + 8) / 2^24 * (1 + 1)^2 = 2.6e-5 is more than 1e-7. Of 1: 1 less that, and at its root less twice the error
    # of a shadow, 4 / 2^24 + sqrt(2 * 512 / 2^53) = 5.8e-7.
    formed = 2 * (4 / 2**24 + np.sqrt(2 * 512 / 2**53))
    assert bound[0, 0] == 0.0
    assert bound[0, 1] == pytest.approx((np.sqrt(1 - 108 / (2**24 - 108) * 4) - formed) ** 2, abs=1e-13)


def test_there_are_as_many_directions_as_rows_need():
    l2, rows = DISTANCES["l2"], smooth()
    middle = rows.mean(axis=0, dtype=np.float64)
    basis = directions(l2, rows, middle)
    assert basis.shape == (WIDTH, 64)
    np.testing.assert_allclose(basis.T @ basis, np.eye(64), atol=1e-12)
    left = rows - middle - (rows - middle) @ basis @ basis.T
    assert np.square(left).sum() < 0.03 * np.square(rows - middle).sum()
    np.testing.assert_array_equal(directions(l2, rows, middle), basis)


@pytest.mark.parametrize(
    ("distance", "rows"),
    [
        ("l2", np.random.default_rng(3).normal(size=(ROWS, WIDTH))),  # vary in all directions alike
        ("l2", smooth()[:, :500]),  # too narrow
        ("l2", smooth(100)),  # too few
        ("l1", smooth()),  # of which shadows say nothing
        ("l2", np.ones((ROWS, WIDTH))),  # do not vary at all
    ],
)
def test_where_shadows_save_no_time_there_are_none(distance, rows):
    rows = rows.astype(np.float32)
    assert directions(DISTANCES[distance], rows, rows.mean(axis=0, dtype=np.float64)) is None


def test_there_may_be_nothing_to_ask():
    found = nearest_rows(smooth(), smooth(0), 2)
    assert found.rows.shape == found.distance.shape == (0, 2) and found.recomputed == 0
