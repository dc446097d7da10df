"""Every combination of values spread evenly over the ranges, as many as there are trials for."""

import pytest

from tests.search.records import BOTH, RATE, all_stages, known
from thalweg.errors import InputError
from thalweg.search.strategies.grid_search import GridSearch
from thalweg.search.written import read_space


@pytest.mark.parametrize(("trials", "points"), [(4, 4), (8, 4), (9, 9), (15, 9), (16, 16)])
def test_it_is_as_fine_as_there_are_trials_for(trials, points):
    (stage,), records = all_stages(GridSearch(trials, 10), BOTH, lambda point: 0.0)
    assert stage.name == "grid" and len(records) == points
    assert len({one.point["update.rate"] for one in stage.proposals}) == int(points**0.5)
    assert all(one.epochs == 10 for one in stage.proposals)


def test_nine_trials_of_a_grid_try_three_rates_and_of_a_random_search_nine():
    stage = GridSearch(9, 1).next(known(BOTH))
    assert len({one.point["update.rate"] for one in stage.proposals}) == 3
    assert len({BOTH.drawn(0, number)["update.rate"] for number in range(9)}) == 9


def test_options_alone_and_small_ranges_give_what_they_hold():
    kinds = read_space({"update.kind": ["adam", "sgd", "lion"]})
    assert len(GridSearch(50, 1).next(known(kinds)).proposals) == 3
    units = read_space({"network.layers.0.units": "integer 16 .. 19"})
    assert len(GridSearch(50, 1).next(known(units)).proposals) == 4


def test_too_few_trials_are_refused():
    told = (
        r"^a grid of two values of each range, and of all options, has 4 points; got 3 trials\. Give as many, leave "
        r"dimensions out, or draw at random\.$"
    )
    with pytest.raises(InputError, match=told):
        GridSearch(3, 1).next(known(BOTH))
    assert len(GridSearch(2, 1).next(known(RATE)).proposals) == 2


def test_a_range_of_whole_numbers_is_as_fine_as_there_are_trials_for():
    # Rounding gives two neighbours of a log grid one value here and there, and a finer grid more again.
    space = read_space({"network.layers.0.units": "log integer 1 .. 100"})
    assert 35 <= len(GridSearch(40, 1).next(known(space)).proposals) <= 40
