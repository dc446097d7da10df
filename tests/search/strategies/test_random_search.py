"""Every trial's values are drawn by themselves."""

from tests.search.records import BOTH, all_stages, known
from thalweg.search.record import Proposal
from thalweg.search.strategies.random_search import RandomSearch


def test_trials_are_the_spaces_own_draws():
    stages, records = all_stages(RandomSearch(6, 10), BOTH, lambda point: 0.0, seed=4)
    assert [stage.name for stage in stages] == ["random"] and len(records) == 6
    assert stages[0].proposals == tuple(Proposal(BOTH.drawn(4, number), 10) for number in range(6))


def test_more_trials_change_none_of_the_first():
    few, many = (RandomSearch(trials, 10).next(known(BOTH)) for trials in (3, 9))
    assert many.proposals[:3] == few.proposals
