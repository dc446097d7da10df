"""How much is measured: no choice changes the weights, and a run keeps its own."""

import numpy as np
import pytest

from tests.runs.small import PauseAt, quick
from tests.train.small import assert_same
from thalweg.recipe import reproduce, resume
from thalweg.runs.record import read_record


@pytest.fixture(scope="module")
def bare(table, tmp_path_factory):
    """Nothing is measured."""
    return quick(table, tmp_path_factory.mktemp("bare"), monitors="none")


@pytest.fixture(scope="module")
def full(table, tmp_path_factory):
    """All is, 70 epochs of four steps long."""
    return quick(table, tmp_path_factory.mktemp("full"), monitors="full", epochs=70)


def test_no_choice_changes_a_bit(bare, finished, table, tmp_path):
    whole = quick(table, tmp_path, monitors="full")
    for one in (bare, whole):
        assert_same(one.state.members, finished.state.members)
        assert (one.run / "model.safetensors").read_bytes() == (finished.run / "model.safetensors").read_bytes()
        assert one.outcome.scores == finished.outcome.scores


def test_without_monitors_there_are_scores_and_a_report(bare):
    history = bare.outcome.history
    assert history.steps == history.probes == () and len(history.evaluations) > 1
    assert "No layer was monitored in this run." in (bare.run / "report.html").read_text()


def test_in_full_every_tenth_step_is_recorded_and_every_evaluation_looks_inside(full):
    history = full.outcome.history
    assert history.looks() == tuple(e.step for e in history.evaluations)
    steps = history.step_table()["step"]
    assert steps[steps >= 200].tolist() == list(range(200, full.state.clock, 10))


def test_a_run_keeps_its_choice(bare, table, tmp_path):
    assert read_record(bare.run).monitors == "none"
    again, same = reproduce(bare.run, out=tmp_path / "again")
    assert same and again.outcome.history.steps == ()
    paused = quick(table, tmp_path / "paused", monitors="none", controllers=(PauseAt(3),))
    assert resume(paused.run).outcome.history.probes == ()
    assert np.array_equal(bare.outcome.history.looks(), ())
