"""Wide and short, then narrow and long; the range follows the best past its edge."""

import math

import pytest

from tests.search.records import BOTH, RATE, all_stages
from thalweg.search.strategies.coarse_to_fine import CoarseToFine


def best_at(optimum):
    """A score that falls by a tenth a decade squared with the distance from the best rate."""
    return lambda point: 1.0 - 0.1 * math.log10(point["update.rate"] / optimum) ** 2


def ranges(stages):
    return [stage.space.dimensions[0].over for stage in stages]


def test_stages_are_narrower_and_longer():
    stages, records = all_stages(CoarseToFine(16, 20), BOTH, best_at(3e-3))
    assert [(stage.name, len(stage.proposals), stage.proposals[0].epochs) for stage in stages] == [
        ("coarse", 16, 5),
        ("fine", 4, 20),
        ("finer", 4, 20),
    ]
    first, second, third = ranges(stages)
    assert first.low < second.low <= third.low < 3e-3 < third.high <= second.high < first.high
    assert all(stage.remarks == () for stage in stages)
    # Three quarters of what as many trials of full length take.
    assert sum(record.spent for record in records) == 0.75 * 16 * 20


@pytest.mark.parametrize(("optimum", "side"), [(1.0, "upper"), (1e-5, "lower")])
def test_the_range_moves_to_an_optimum_outside_it(optimum, side):
    stages, records = all_stages(CoarseToFine(16, 20), RATE, best_at(optimum))
    assert [stage.name for stage in stages][:2] == ["coarse", "coarse, moved"]
    assert f"update.rate: the best trials lie at the {side} edge of log 1e-4 .. 1e-1" in stages[1].remarks[0]
    last = ranges(stages)[-1]
    assert last.low < optimum < last.high
    best = max(records, key=lambda record: record.score)
    assert abs(math.log10(best.proposal.point["update.rate"] / optimum)) < 0.15


def test_it_moves_several_times_for_one_that_lies_far_out():
    stages, _ = all_stages(CoarseToFine(16, 20), RATE, best_at(300.0))
    assert [stage.name for stage in stages] == ["coarse", "coarse, moved", "coarse, moved again", "fine", "finer"]
    assert [len(stage.proposals) for stage in stages] == [16, 12, 12, 4, 4]
    assert ranges(stages)[-1].low < 300.0 < ranges(stages)[-1].high * 10


@pytest.mark.parametrize("optimum", [1e-3, 3e-3, 1e-2])
def test_an_optimum_inside_moves_nothing(optimum):
    for seed in range(20):
        stages, _ = all_stages(CoarseToFine(32, 20), BOTH, best_at(optimum), seed=seed)
        assert [stage.name for stage in stages] == ["coarse", "fine", "finer"]


def test_later_stages_change_no_earlier_one():
    # Coarse trials of a moved range lie in the first one, too, and must not count there once they are known.
    stages, _ = all_stages(CoarseToFine(16, 20), RATE, best_at(1.0))
    assert len({stage.name for stage in stages}) == len(stages)


def test_one_epoch_and_few_trials_are_enough():
    stages, _ = all_stages(CoarseToFine(1, 1), RATE, best_at(1e-2))
    assert [(len(stage.proposals), stage.proposals[0].epochs) for stage in stages] == [(1, 1)] * 3
