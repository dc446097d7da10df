"""k-means: groups by hand, what holds at its end, the same whatever the threads, too few points."""

import numpy as np
import pytest
import sklearn.cluster
from threadpoolctl import threadpool_limits

from thalweg.errors import InputError
from thalweg.preprocess.k_means import k_means, nearest

POINTS = np.random.default_rng(0).normal(size=(600, 5)) + 3 * np.random.default_rng(1).integers(0, 3, (600, 1))


def test_two_groups_by_hand():
    # Whichever two points it starts from: {0} and {1, 10, 12} do not rest, for 1 is nearer to 0 than to 23 / 3.
    for seed in range(5):
        centres = k_means(np.array([[0.0], [1.0], [10.0], [12.0]]), 2, seed)
        assert sorted(centres.ravel().tolist()) == [0.5, 11.0]


def test_the_nearest_centre_and_the_first_of_equals():
    centres = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 0.0]])
    points = np.array([[0.9, 5.0], [1.1, -5.0], [1.0, 0.0]])
    assert nearest(points, centres).tolist() == [0, 1, 0]
    for seed in range(20):  # the sum of numbers and that of the same ones backwards may differ in the last digit
        one = np.random.default_rng(seed).normal(size=48)
        assert nearest(np.ones((5, 48)), np.stack([one, one[::-1]])).tolist() == [0] * 5
    away = np.array([[1e6, 0.0], [1e6 + 1, 0.0], [1e6 + 100, 0.0], [1e6 + 101, 0.0]])
    assert nearest(away, away[[0, 2]]).tolist() == [0, 0, 1, 1]  # in 32 bits, all four products are as good as one
    far = POINTS[:, None] - POINTS[None, :40]
    np.testing.assert_array_equal(nearest(POINTS, POINTS[:40]), np.square(far).sum(axis=2).argmin(axis=1))


def test_each_centre_is_the_mean_of_the_points_nearest_to_it():
    centres = k_means(POINTS, 8, seed=3)
    groups = nearest(POINTS, centres)
    np.testing.assert_allclose(centres, [POINTS[groups == k].mean(axis=0) for k in range(8)], rtol=1e-12)


def test_from_the_same_start_it_ends_where_theirs_does(monkeypatch):
    start = POINTS[:8]
    monkeypatch.setattr("thalweg.preprocess.k_means._spread_out", lambda *_: start.copy())
    theirs = sklearn.cluster.KMeans(8, init=start, n_init=1, tol=0.0).fit(POINTS)
    np.testing.assert_allclose(k_means(POINTS, 8, seed=0), theirs.cluster_centers_, rtol=1e-9)


def test_starts_are_spread_out_and_hang_on_the_seed():
    # Of a thousand points at 0 and one at 1 no pair of draws by size alone would find both.
    points = np.append(np.zeros(1000), 1.0)[:, None]
    assert all(sorted(k_means(points, 2, seed).ravel()) == [0.0, 1.0] for seed in range(5))
    assert not np.array_equal(k_means(POINTS, 8, seed=0), k_means(POINTS, 8, seed=1))


def test_the_number_of_threads_changes_no_bit():
    points = np.random.default_rng(2).normal(size=(5000, 40))
    with threadpool_limits(1):
        alone = k_means(points, 30, seed=0)
    np.testing.assert_array_equal(k_means(points, 30, seed=0), alone)


def test_a_centre_that_loses_its_points_stays(monkeypatch):
    start = np.array([[0.0], [9.0], [-50.0]])
    monkeypatch.setattr("thalweg.preprocess.k_means._spread_out", lambda *_: start.copy())
    assert k_means(np.array([[0.0], [1.0], [9.0]]), 3, seed=0).tolist() == [[0.5], [9.0], [-50.0]]


def test_refuses_more_groups_than_different_points():
    with pytest.raises(InputError, match=r"asked for 4 groups; the 9 points are of 3 different kinds\. Ask for 3 at"):
        k_means(np.tile([[1.0], [2.0], [5.0]], (3, 1)), 4, seed=0)
