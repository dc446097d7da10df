"""Optuna's estimator, asked for eight trials at a time; the same records give the same points."""

import builtins
import math

import optuna
import pytest

from tests.search.records import RATE, all_stages, carried_out, known
from thalweg.errors import InputError
from thalweg.search.strategies.tpe import TPE
from thalweg.search.written import read_space

MIXED = {
    "update.kind": ["sgd", "momentum"],
    "update.rate": "log 1e-4 .. 1e-1",
    "update.mu": {"over": "uniform 0 .. 0.9", "when": "update.kind = momentum"},
    "network.layers.0.units": "log integer 8 .. 64",
    "training.batch": [32, 64],
}


def near(point):
    return 1.0 - math.log10(point["update.rate"] / 0.01) ** 2


def test_it_asks_for_eight_at_a_time_and_finds_the_best_more_densely_than_chance():
    stages, records = all_stages(TPE(36, 5), RATE, near)
    assert [(stage.name, len(stage.proposals)) for stage in stages] == [
        ("tpe 1", 8), ("tpe 2", 8), ("tpe 3", 8), ("tpe 4", 8), ("tpe 5", 4),
    ]  # fmt: skip
    late = [abs(math.log10(one.proposal.point["update.rate"] / 0.01)) for one in records[16:]]
    # Of uniform draws a third lie within half a decade of a point inside three decades.
    assert sum(distance < 0.5 for distance in late) > 0.6 * len(late)


def test_the_same_records_give_the_same_points_whatever_else_is_asked():
    space = read_space(MIXED)
    stages, records = all_stages(TPE(20, 5), space, near, seed=7)
    again = TPE(20, 5).next(known(space, records[:8], seed=7))
    assert again == stages[1]
    other = TPE(20, 5).next(known(space, records[:8], seed=8))
    assert other != stages[1]


def test_every_kind_of_dimension_is_drawn_and_conditions_hold():
    space = read_space(MIXED)
    _, records = all_stages(TPE(24, 5), space, near)
    for one in records:
        point = one.proposal.point
        assert ("update.mu" in point) == (point["update.kind"] == "momentum")
        assert isinstance(point["network.layers.0.units"], int) and 8 <= point["network.layers.0.units"] <= 64
        assert point["training.batch"] in (32, 64) and 1e-4 <= point["update.rate"] <= 1e-1
    assert {one.proposal.point["update.kind"] for one in records} == {"sgd", "momentum"}


def test_smaller_scores_are_better_where_they_are_and_failed_trials_are_told():
    _, records = all_stages(TPE(32, 5), RATE, lambda point: -near(point), sign=-1.0)
    late = [abs(math.log10(one.proposal.point["update.rate"] / 0.01)) for one in records[16:]]
    assert sum(distance < 0.5 for distance in late) > 0.6 * len(late)
    strategy = TPE(16, 5)
    first = strategy.next(known(RATE))
    failed = [one._replace(failed=True, score=float("nan")) for one in carried_out(first, 0, near)]
    assert len(strategy.next(known(RATE, failed)).proposals) == 8


def test_it_leaves_optunas_own_words_as_they_were():
    before = optuna.logging.get_verbosity()
    TPE(8, 5).next(known(RATE))
    assert optuna.logging.get_verbosity() == before


def test_without_optuna_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name == "optuna":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    told = (
        r"^the strategy tpe needs Optuna, which is not installed\. Run pip install 'thalweg\[search\]', or take another"
    )
    with pytest.raises(InputError, match=told):
        TPE(8, 5).next(known(RATE))
