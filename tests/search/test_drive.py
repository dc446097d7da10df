"""A whole search on real trials: the same whatever the machine does, and gone on with where it was broken off."""

import math

import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground
from thalweg.errors import InputError
from thalweg.search.drive import Asked, search, trial_of
from thalweg.search.engine.train_trials import Engine
from thalweg.search.strategies.coarse_to_fine import CoarseToFine
from thalweg.search.strategies.grid_search import GridSearch
from thalweg.search.strategies.random_search import RandomSearch
from thalweg.search.strategies.successive_halving import SuccessiveHalving
from thalweg.search.written import read_space

SPACE = read_space({"update.rate": "log 1e-2 .. 1", "penalty.strength": "log 1e-6 .. 1e-2"})


def asked(strategy=None, space=SPACE, epochs=6, **given):
    return Asked(small(), space, strategy or RandomSearch(8, epochs), epochs, **{"seed": 3, **given})


def found(what, ground=None, **given):
    return search(Engine(ground or small_ground(), **{"workers": 2, **given}), what)


def same(one, other):
    """Ask for the same records, NaN being like NaN, stages and verdict."""
    assert [plain(record) for record in one.records] == [plain(record) for record in other.records]
    assert one.stages == other.stages and repr(one.verdict) == repr(other.verdict) and one.edges == other.edges


def plain(record):
    return repr(record)


STRATEGIES = [CoarseToFine(8, 6), SuccessiveHalving(9, 6), GridSearch(4, 6), RandomSearch(5, 6)]


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: type(one).__name__)
def test_a_trial_is_what_a_run_of_it_alone_is(strategy):
    ground, what = small_ground(), asked(strategy)
    result = found(what, ground)
    assert result.ended and [record.number for record in result.records] == list(range(len(result.records)))
    for record in result.records[-9:]:
        if record.proposal.until or record.failed:
            continue
        state = alone(ground, trial_of(what, record.proposal, record.number))
        assert (record.score, record.loss) == (state.best_score[0], state.best_loss[0])
        assert record.seed == 3 + record.proposal.repeat
        assert [row[0] for row in record.curve] == [e.epoch for e in state.history.evaluations]


@pytest.mark.parametrize("strategy", STRATEGIES[:2], ids=lambda one: type(one).__name__)
def test_one_that_was_broken_off_anywhere_comes_to_the_same(strategy):
    ground, what = small_ground(), asked(strategy)
    whole = found(what, ground)
    for most in (1, len(whole.records) // 2, len(whole.records) - 1):
        kept = []
        broken = search(Engine(ground, workers=2, stop=lambda: len(kept) >= most), what, keep=kept.append)  # noqa: B023
        assert not broken.ended and broken.verdict is None
        same(search(Engine(ground, workers=1), what, kept=kept), whole)


@pytest.mark.parametrize("strategy", [SuccessiveHalving(12, 9), RandomSearch(10, 4)], ids=["halving", "random"])
def test_where_everything_goes_astray_every_part_of_the_log_leads_to_the_same(strategy):
    # At such rates losses rise threefold: some trials are given up, some spared, some of those go on to the next rung.
    space, ground, kept = read_space({"update.rate": "log 3 .. 60"}), small_ground(), []
    what = asked(strategy, space, epochs=strategy.epochs, finalists=2, seeds=2)
    whole = search(Engine(ground, workers=1), what, keep=kept.append)
    assert any("times the first" in record.ending for record in kept)
    assert any(not math.isnan(record.risen) for record in kept)
    for cut in range(1, len(kept), 5):
        same(search(Engine(ground, workers=2), what, kept=kept[:cut]), whole)


def test_trials_that_no_stage_asked_for_are_refused():
    kept = list(found(asked()).records)
    for number in (-1, 99):
        with pytest.raises(
            InputError, match=rf"^trial {number} that was kept is none of this search's\. Search anew, or"
        ):
            search(Engine(small_ground()), asked(), kept=[*kept, kept[0]._replace(number=number)])


def test_settings_that_come_twice_are_trained_once():
    result = found(asked(RandomSearch(12, 2), read_space({"training.batch": [16, 32]}), epochs=2, seeds=1))
    assert sorted(record.proposal.point["training.batch"] for record in result.records) == [16, 32]


def test_each_trial_is_kept_once_as_it_ends():
    kept = []
    result = search(Engine(small_ground(), workers=2), asked(CoarseToFine(8, 6)), keep=kept.append)
    assert sorted(record.number for record in kept) == list(range(len(result.records)))
    assert {plain(record) for record in kept} == {plain(record) for record in result.records}


def test_what_was_kept_of_another_search_is_refused():
    kept = found(asked()).records
    with pytest.raises(InputError, match=r"^trial 0 that was kept is random at \{.*\}; this search asks for random at"):
        search(Engine(small_ground()), asked(seed=4), kept=kept)
    with pytest.raises(InputError, match=r"there\. Search anew, or with what was asked for before\.$"):
        search(Engine(small_ground()), asked(GridSearch(4, 6)), kept=kept)


def test_the_winner_is_the_best_mean_over_seeds():
    result = found(asked())
    finalists = [record for record in result.records if record.stage == "finalists"]
    assert len(finalists) == 6 and {record.proposal.repeat for record in finalists} == {1, 2}
    means = {}
    for record in finalists:
        own = result.records[record.proposal.of]
        means.setdefault(record.proposal.of, [own.score]).append(record.score)
    best = max(means, key=lambda number: np.mean(means[number]))
    assert result.verdict.finalists[0].number == best
    assert result.verdict.finalists[0].mean == pytest.approx(np.mean(means[best]))


def test_a_trial_that_learns_nothing_coarsely_has_failed():
    # A step of 1e-29 is lost in the rounding of any weight, so that the loss stays the same to the last bit.
    result = found(asked(CoarseToFine(4, 8), read_space({"update.rate": "log 1e-30 .. 1e-29"}), epochs=8))
    coarse = [record for record in result.records if record.stage == "coarse"]
    assert len(coarse) == 4 and all(record.failed for record in coarse)
    assert {record.ending for record in coarse} == {"its loss did not fall in 2 epochs"}


def test_the_least_losses_are_never_given_up():
    # At such rates every loss rises at least threefold; one of eight goes on all the same.
    space = read_space({"update.rate": "log 5 .. 20"})
    result = found(asked(RandomSearch(8, 4), space, epochs=4, seeds=1))
    given_up = [record for record in result.records if record.failed and "times the first" in record.ending]
    gone_on = [record for record in result.records if record not in given_up]
    assert len(given_up) == 7 and len(gone_on) == 1
    least = min(record.curve[1][2] for record in result.records)
    assert gone_on[0].curve[1][2] == least
    assert gone_on[0].spent == 4 and len(gone_on[0].curve) == 5


def test_an_edge_is_told_where_the_best_lies_beyond_and_only_there():
    ground = small_ground(metric="cross_entropy")
    below = found(asked(GridSearch(12, 6), read_space({"update.rate": "log 1e-5 .. 1e-3"}), seeds=1), ground)
    assert below.edges == (
        "update.rate: the best trials lie at the upper edge of log 1e-5 .. 1e-3, so better ones may lie beyond. Search "
        "log 1e-4 .. 1e-2.",
    )
    assert found(asked(GridSearch(12, 6), read_space({"update.rate": "log 1e-3 .. 10"}), seeds=1), ground).edges == ()


def test_the_range_moves_to_a_rate_outside_it():
    ground = small_ground(metric="cross_entropy")
    given, lines = {"strategy": CoarseToFine(16, 12), "epochs": 12, "seeds": 1}, []
    inside = found(asked(space=read_space({"update.rate": "log 1e-2 .. 1"}), **given), ground)
    what = asked(space=read_space({"update.rate": "log 1e-5 .. 1e-3"}), **given)
    result = search(Engine(ground), what, say=lines.append)
    assert any("the range was moved to" in line for line in lines) and lines[0] == "coarse: 16 trials of 3 epochs each"
    best, other = (one.records[one.verdict.finalists[0].number] for one in (result, inside))
    assert best.proposal.point["update.rate"] > 1e-2
    assert best.score < 1.1 * other.score
    assert not any("moved" in stage.name for stage in inside.stages)


def test_halving_goes_on_from_where_trials_rest():
    result = found(asked(SuccessiveHalving(9, 6), seeds=1))
    assert [record.spent for record in result.records] == [2.0] * 9 + [4.0] * 3
    assert [len(record.curve) for record in result.records] == [3] * 9 + [7] * 3


def test_a_space_that_cannot_be_searched_is_refused_before_anything_is_trained():
    def never(record):
        raise AssertionError

    with pytest.raises(InputError, match=r"^space: update\.rat = 0\.01: update: unknown field of momentum"):
        search(Engine(small_ground()), asked(space=read_space({"update.rat": "log 1e-2 .. 1"})), keep=never)


def test_without_a_score_nothing_wins():
    space = read_space({"update.rate": "log 1e30 .. 1e32"})
    result = found(asked(RandomSearch(3, 2), space, epochs=2))
    assert all(record.failed for record in result.records)
    assert result.verdict is None and result.edges == () and result.ended


def test_settings_that_do_not_fit_the_data_fail_and_the_others_go_on():
    space = read_space({"network.layers.3.units": [4, 5], "update.rate": "log 1e-2 .. 1"})
    result = found(asked(RandomSearch(6, 2), space, epochs=2, seeds=1))
    failed = [record for record in result.records if record.failed]
    assert 0 < len(failed) < 6 and all(record.proposal.point["network.layers.3.units"] == 5 for record in failed)
    assert all(math.isnan(record.score) and record.spent == 0 and "gives outputs" in record.ending for record in failed)


def test_the_test_part_influences_nothing():
    ground = small_ground()
    poisoned = ground.source._replace(inputs=ground.source.inputs.copy(), targets=ground.source.targets.copy())
    test = ground.prepared.split.test
    poisoned.inputs[test] = np.nan
    poisoned.targets[test] = 0
    x, y = ground.prepared.x.copy(), ground.prepared.y.copy()
    x[test], y[test] = np.nan, 0
    other = ground._replace(source=poisoned, prepared=ground.prepared._replace(x=x, y=y))
    same(found(asked(), ground), found(asked(), other))


def test_metrics_of_which_less_is_better_are_ranked_so():
    result = found(asked(), small_ground(metric="cross_entropy"))
    own = [record.score for record in result.records if record.stage == "random"]
    first = result.records[result.verdict.finalists[0].number]
    assert first.score in sorted(own)[:3]
