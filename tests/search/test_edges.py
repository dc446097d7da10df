"""Whether the best trials lie at an edge: told when they do, and hardly ever else."""

import numpy as np
import pytest

from thalweg.search.edges import edge_of as edge_of_lists

N = 16


def edge_of(places, worths):
    return edge_of_lists([float(place) for place in places], [float(worth) for worth in worths])


def told(optimum, *, trials=N, width=1.0, repeats=200):
    """How often an edge is told of where the score falls with the distance from an optimum; two other dimensions."""
    random, count = np.random.default_rng(0), 0
    for _ in range(repeats):
        places = (np.stack([random.permutation(trials) for _ in range(2)], 1) + random.random((trials, 2))) / trials
        worth = -width * (places[:, 0] - optimum) ** 2 - (places[:, 1] - 0.4) ** 2 + random.normal(0, 0.02, trials)
        count += edge_of(places[:, 0], worth) != ""
    return count / repeats


def test_an_optimum_beyond_the_range_is_told_and_one_inside_is_not():
    assert told(1.3) > 0.9 and told(-0.3) > 0.9
    assert told(0.5) == 0 and told(0.7) < 0.03


def test_a_dimension_that_makes_no_difference_is_hardly_ever_at_its_edge():
    assert told(0.5, width=0.0) < 0.04
    assert told(0.5, width=0.0, trials=32) < 0.02


@pytest.mark.parametrize(("sign", "side"), [(1, "high"), (-1, "low")])
def test_it_is_the_edge_towards_which_scores_rise(sign, side):
    places = np.linspace(0.03, 0.97, N)
    assert edge_of(places, sign * places) == side


def test_the_best_by_luck_at_an_edge_is_not_enough():
    places = np.linspace(0.03, 0.97, N)
    worth = -((places - 0.5) ** 2)
    worth[-1] = 1.0
    assert edge_of(places, worth) == ""


def test_where_nearly_all_failed_the_few_that_did_not_count():
    places = np.linspace(0.03, 0.97, N)
    worth = np.where(places < 0.1, 0.5 - places, -np.inf)
    assert np.isfinite(worth).sum() == 2
    assert edge_of(places, worth) == "low"
    assert edge_of(places, np.full(N, -np.inf)) == ""


def test_equal_scores_are_at_no_edge():
    assert edge_of(np.linspace(0, 1, N), np.zeros(N)) == ""
    assert edge_of([0.9, 0.95], [1.0, 2.0]) == ""  # of two trials nobody can say
