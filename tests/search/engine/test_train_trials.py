"""Trials trained side by side come to what they come to alone; whoever ends or fails makes room."""

import jax
import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground, spread, trials_of
from tests.train.small import assert_same, at
from thalweg.activations.relu import ReLU
from thalweg.errors import RunFailed
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.platform import compiles
from thalweg.preprocess.arrays import MinMax, Standardize
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.search.engine import crew as crews
from thalweg.search.engine import train_trials as trainings
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.train import population as populations

WITH_NORM = Sequential((Dense(5), BatchNorm(), Activation(ReLU()), Dense(4)))


def results(trials, ground=None, **given):
    """What came of each trial, by its number."""
    found = {}

    def told(result):
        assert result.trial.number not in found
        found[result.trial.number] = result

    assert train_trials(Engine(ground or small_ground(), **given), trials, told)
    return found


def same(one, other):
    """Ask for the same bits in two results."""
    assert (one.ending, one.failed) == (other.ending, other.failed)
    np.testing.assert_array_equal([one.score, one.loss], [other.score, other.loss])
    assert_same(one.history.evaluation_table(), other.history.evaluation_table())
    assert_same(one.rest.member, other.rest.member)


def same_as_alone(result, ground):
    """Ask for what a run of the trial alone comes to: weights, scores and why it ended."""
    state = alone(ground, result.trial)
    assert result.ending == state.endings[0]
    assert (result.score, result.loss) == (state.best_score[0], state.best_loss[0])
    assert_same(result.rest.member.best, at(state.members.best, 0))
    assert_same(result.rest.member.carry, at(state.members.carry, 0))
    ours, theirs = result.history.evaluation_table(), state.history.evaluation_table()
    for name in set(ours) - {"seconds", "penalty"}:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


# The same as alone


@pytest.mark.parametrize(
    "kinds",
    [
        [small(rate, epochs=epochs) for rate, epochs in zip((1e-3, 0.02, 0.1, 0.3), (4, 2, 7, 3), strict=True)],
        [small(rate, epochs=120, batch=1000) for rate in (0.01, 0.1, 0.3)],
        [small(rate, epochs=30, patience=4, training={"plateau": ReduceOnPlateau(patience=2)}) for rate in (0.1, 1.0)],
        [small(0.1, network=WITH_NORM), small(0.1), small(0.2, preprocess=Standardize()), small(preprocess=MinMax())],
    ],
    ids=["batches", "full batch", "patience and plateau", "several structures"],
)
def test_a_trial_comes_to_what_it_comes_to_alone(kinds):
    ground = small_ground()
    found = results(trials_of(kinds), ground, workers=2, width=2)
    assert sorted(found) == list(range(len(kinds)))
    for result in found.values():
        same_as_alone(result, ground)


def test_early_stopping_ends_a_trial_and_not_the_others():
    ground = small_ground()
    found = results(trials_of([small(0.3, epochs=40, patience=3), small(0.01, epochs=40, patience=40)]), ground)
    assert found[0].ending == "no better validation score for 3 epochs" and found[0].steps < found[1].steps
    for result in found.values():
        same_as_alone(result, ground)


def test_neither_workers_nor_width_nor_order_change_a_bit():
    trials, ground = trials_of([small(rate) for rate in spread(7)]), small_ground()
    first = results(trials, ground, workers=1, width=1)
    for given in ({"workers": 2, "width": 2}, {"workers": 3, "width": 16}, {}):
        other = results(trials[::-1], ground, **given)
        for number, result in first.items():
            same(result, other[number])


def test_weights_of_classes_count_in_training_and_not_in_scores():
    ground = small_ground()
    heavy = np.where(np.arange(len(ground.weight)) % 2, 3.0, 0.5).astype(np.float32)
    (plain,) = results(trials_of([small(0.1)]), ground).values()
    weighted = ground._replace(weight=heavy)
    (other,) = results(trials_of([small(0.1)]), weighted).values()
    same_as_alone(other, weighted)
    assert other.history.evaluations[0].validation_loss == plain.history.evaluations[0].validation_loss
    assert other.loss != plain.loss


def test_a_worker_has_the_settings_of_the_thread_that_asked():
    with jax.enable_x64(True):
        ground = small_ground()
        (result,) = results(trials_of([small(0.1, epochs=2)]), ground).values()
        assert result.rest.member.carry.params["dense_1"]["w"].dtype == np.float64
        same_as_alone(result, ground)


# Few compiles, whoever comes and goes


def test_a_structure_is_compiled_once_however_many_members_end_and_enter():
    before = compiles(populations._compiled_advance)
    trials = trials_of([small(rate, width=9, epochs=1 + number % 3) for number, rate in enumerate(spread(12))])
    found = results(trials, workers=2, width=2)
    assert len(found) == 12 and sum(result.failed for result in found.values()) > 3
    assert compiles(populations._compiled_advance) == before + 1


def test_trials_are_grouped_by_structure():
    before = compiles(populations._compiled_advance)
    kinds = [small(rate, width=width) for rate in (0.01, 0.1) for width in (10, 11)]
    assert len(results(trials_of(kinds), workers=1)) == 4
    assert compiles(populations._compiled_advance) == before + 2


def test_free_places_make_no_steps(monkeypatch):
    seen, whole = [], crews.advance

    def watched(members, batches, **given):
        seen.append(np.asarray(members.alive).tolist())
        return whole(members, batches, **given)

    monkeypatch.setattr(crews, "advance", watched)
    results(trials_of([small(0.1, epochs=1), small(0.1, epochs=3)]), workers=1, width=2)
    assert seen[0] == [True, True] and seen[-1] == [False, True]


# Ends


def test_a_trial_whose_loss_rises_threefold_is_given_up_unless_it_is_spared():
    ground = small_ground()
    lost, kept = trials_of([small(10.0), small(10.0)])
    found = results([lost, kept._replace(spared=True)], ground)
    first = float(found[0].history.evaluations[0].training_loss[0])
    risen = float(found[0].history.evaluations[-1].training_loss[0]) / first
    assert found[0].failed and found[0].ending == f"its loss was {risen:.3g} times the first after epoch 1"
    assert risen > 3 and found[0].steps == 3
    assert not found[1].failed
    same_as_alone(found[1], ground)


def test_one_that_was_given_up_goes_on_from_there_when_it_is_spared():
    ground = small_ground()
    (trial,) = trials_of([small(10.0)])
    (lost,) = results([trial], ground).values()
    (on,) = results([trial._replace(spared=True, rest=lost.rest)], ground).values()
    same_as_alone(on, ground)


def test_numbers_that_are_no_longer_finite_end_a_trial():
    (result,) = results(trials_of([small(1e30)])).values()
    assert result.failed and result.ending == "its numbers were no longer finite after epoch 1"


def test_a_trial_rests_and_goes_on_as_if_it_never_had():
    ground = small_ground()
    kinds = [small(rate, epochs=6) for rate in (0.02, 0.2, 0.5)]
    whole = results(trials_of(kinds), ground)
    trials = trials_of(kinds)
    for until in (2, 3, 0):
        found = results([trial._replace(until=until) for trial in trials], ground, workers=2)
        assert all(result.steps == (until or 6) * 3 for result in found.values())
        assert {result.ending for result in found.values()} == {"" if until else "all epochs were trained"}
        trials = [found[number].trial._replace(rest=found[number].rest) for number in range(3)]
    for number, result in found.items():
        same(result, whole[number])


def test_a_trial_that_does_not_fit_the_data_is_told_with_the_reason_and_others_go_on():
    wrong = small(0.1, network=Sequential((Dense(3),)))
    found = results(trials_of([small(0.1, epochs=1), wrong, small(0.2, epochs=1), wrong]), workers=1)
    assert found[1].failed and found[1].rest is None and np.isnan(found[1].score) and found[1].steps == 0
    assert found[1].ending.startswith("the network gives outputs of shape (3,) an example") and found[3].failed
    assert not found[0].failed and not found[2].failed


def test_it_leaves_off_where_it_is_told_to():
    told = []
    engine = Engine(small_ground(), workers=2, stop=lambda: len(told) >= 2)
    assert not train_trials(engine, trials_of([small(0.1, epochs=k) for k in (1, 1, 900, 900, 900)]), told.append)
    assert [result.trial.number for result in told] in ([0, 1], [1, 0])


def test_an_error_in_a_worker_reaches_whoever_asked():
    def told(result):
        raise KeyError(result.trial.number)

    with pytest.raises(KeyError, match="0"):
        train_trials(Engine(small_ground(), workers=1), trials_of([small(0.1, epochs=1)]), told)


def test_no_trials_take_no_time():
    assert results([]) == {}


# Memory


def out_of_memory(monkeypatch, most, name="advance"):
    """Let calls for populations of more than so many members fail as a full memory does."""
    whole, widths = getattr(crews, name), []

    def limited(members, *args, **given):
        widths.append(len(members.alive))
        if widths[-1] > most:
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes.")
        return whole(members, *args, **given)

    monkeypatch.setattr(crews, name, limited)
    return widths


@pytest.mark.parametrize("name", ["advance", "assess", "_put"])
def test_where_memory_runs_out_populations_are_halved_and_no_trial_is_lost(monkeypatch, name):
    trials, ground = trials_of([small(rate, epochs=2) for rate in spread(9)]), small_ground()
    plain = results(trials, ground)
    widths = out_of_memory(monkeypatch, 2, name)
    found = results(trials, ground, workers=1, width=8)
    assert widths[0] == 8 and set(widths) == {8, 4, 2}
    for number, result in plain.items():
        same(result, found[number])


@pytest.mark.parametrize("name", ["member_of_trial", "on_the_host", "member_of"])
@pytest.mark.parametrize("call", [1, 2, 4])
def test_memory_that_runs_out_once_loses_no_trial_and_doubles_none(monkeypatch, name, call):
    trials, ground = trials_of([small(rate, epochs=2) for rate in spread(6)]), small_ground()
    whole, calls = getattr(crews, name), []

    def once(*given):
        calls.append(name)
        if len(calls) == call:
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes.")
        return whole(*given)

    monkeypatch.setattr(crews, name, once)
    assert sorted(results(trials, ground, workers=1, width=3)) == list(range(6))
    assert len(calls) > call


def test_data_that_fit_no_memory_are_refused(monkeypatch):
    def full(*given):
        raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes.")

    monkeypatch.setattr(trainings, "group_of", full)
    with pytest.raises(RunFailed, match="needs more memory than there is"):
        results(trials_of([small(0.1)]))


def test_a_trial_at_its_end_has_its_score_however_high_its_loss():
    ground = small_ground()
    (one,) = results(trials_of([small(10.0, epochs=1)]), ground).values()
    assert not one.failed and one.ending == "all epochs were trained"
    same_as_alone(one, ground)
    resting = trials_of([small(10.0, epochs=4)])[0]._replace(until=1)
    (rested,) = results([resting], ground).values()
    assert not rested.failed and rested.ending == "" and rested.steps == 3


def test_a_trial_that_fits_no_memory_alone_is_refused(monkeypatch):
    out_of_memory(monkeypatch, 0)
    with pytest.raises(RunFailed, match=r"^one trial alone needs more memory than there is\. Make its network"):
        results(trials_of([small(0.1), small(0.2)]))


def test_other_errors_of_the_device_are_not_taken_for_a_full_memory(monkeypatch):
    def broken(*args, **given):
        raise jax.errors.JaxRuntimeError("INTERNAL: something else")

    monkeypatch.setattr(crews, "advance", broken)
    with pytest.raises(jax.errors.JaxRuntimeError, match="something else"):
        results(trials_of([small(0.1)]))


def test_a_population_is_as_wide_as_there_is_memory_for(monkeypatch):
    widths = out_of_memory(monkeypatch, 99)
    trials, ground = trials_of([small(rate, epochs=1) for rate in spread(8)]), small_ground()
    results(trials, ground, workers=1)
    assert set(widths) == {8}
    (one,) = results(trials[:1], ground).values()
    size = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(one.rest.member.carry))
    widths.clear()
    monkeypatch.setattr(trainings, "free_memory", lambda: 6 * size)  # half of it holds no four members twice over
    results(trials, ground, workers=1)
    assert set(widths) <= {1, 2}


# Side by side, as on a GPU


def test_members_side_by_side_come_to_the_same_and_free_places_are_given_up(monkeypatch):
    trials, ground = trials_of([small(0.1, epochs=epochs, width=6) for epochs in (1, 1, 1, 4)]), small_ground()
    plain = results(trials, ground)
    for module in (populations, trainings):
        monkeypatch.setattr(module, "backend", lambda: "gpu")
    monkeypatch.setattr(trainings, "free_memory", lambda: None)
    widths = out_of_memory(monkeypatch, 99)
    jax.clear_caches()
    found = results(trials, ground)
    assert [width for width, before in zip(widths, [0, *widths], strict=False) if width != before] == [4, 2, 1]
    for number, result in plain.items():
        np.testing.assert_allclose(found[number].loss, result.loss, rtol=1e-4)
    jax.clear_caches()
