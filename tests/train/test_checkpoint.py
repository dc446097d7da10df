"""Checkpoints: whole or not at all, the last two kept, nothing of another run taken."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.small import BATCH, TRAIN, Watch, assert_same, assert_same_run, data, experiment, members_of
from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.monitors.steps import StepMonitor
from thalweg.train.checkpoint import load_checkpoint, load_history, load_note, save_checkpoint
from thalweg.train.loop import LoopState, run
from thalweg.train.plan import Plan


@pytest.fixture(scope="module")
def state():
    """Two members after two epochs."""
    experiments = [experiment(0.05), experiment(0.2)]
    plan = Plan(TRAIN, BATCH, 8, ((0, 0), (1, 0)))
    ended = run(LoopState(members_of(experiments, 8)), data(), plan, Watch(observers=(StepMonitor(),)))
    return ended._replace(restarts=("step 3: tried again",))


@pytest.fixture
def like():
    return members_of([experiment(0.05), experiment(0.2)], 8)


def test_a_checkpoint_holds_all_that_a_run_needs(state, like, tmp_path):
    path = save_checkpoint(tmp_path / "checkpoint", state, "me")
    assert path.name == "000000000008.safetensors"
    found = load_checkpoint(tmp_path / "checkpoint", like, "me")
    assert_same_run(found, state)
    for name in ("seconds", "compile_seconds", "endings", "restarts", "paused"):
        assert getattr(found, name) == getattr(state, name)
    history = load_history(tmp_path / "checkpoint", "me")
    assert_same(history.step_table(), state.history.step_table())
    assert [e.step for e in history.evaluations] == [e.step for e in state.history.evaluations]


def test_a_checkpoint_holds_the_marked_moment_and_the_note(state, like, tmp_path):
    then = members_of([experiment(0.05), experiment(0.2)], 8, seeds=(5, 6))
    save_checkpoint(tmp_path, state._replace(marked=(4, then), note="kept"), "me")
    found = load_checkpoint(tmp_path, like, "me")
    clock, members = found.marked
    assert (clock, found.note) == (4, "kept")
    assert_same(members.carry.params, then.carry.params)
    assert load_note(tmp_path, "me") == "kept"
    assert load_note(tmp_path / "none", "me") == ""
    save_checkpoint(tmp_path / "other", state, "me")
    assert load_checkpoint(tmp_path / "other", like, "me").marked is None
    assert load_note(tmp_path / "other", "me") == ""


def test_the_note_of_another_run_is_not_read(state, tmp_path):
    save_checkpoint(tmp_path, state, "another")
    with pytest.raises(InputError, match=r"is of another run\. Put back the run's own file, or start a new run"):
        load_note(tmp_path, "me")


def test_a_moment_that_is_yet_to_come_cannot_be_marked(state, like, tmp_path):
    save_checkpoint(tmp_path, state._replace(marked=(9, state.members)))
    with pytest.raises(InputError, match="step 9 is marked at step 8"):
        load_checkpoint(tmp_path, like)


def test_the_same_state_gives_the_same_bytes(state, tmp_path):
    one, other = (save_checkpoint(tmp_path / name, state) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_pause_of_a_run_is_over_when_it_is_loaded(state, like, tmp_path):
    save_checkpoint(tmp_path, state._replace(paused="Ctrl-C"))
    assert load_checkpoint(tmp_path, like).paused == ""


def test_the_last_two_are_kept(state, tmp_path):
    for clock in (1, 2, 5, 8):
        save_checkpoint(tmp_path, state._replace(clock=clock))
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "000000000005.safetensors", "000000000008.safetensors",
    ]  # fmt: skip


def test_the_newest_that_is_whole_wins_and_damaged_ones_do_not_crowd_it_out(state, like, tmp_path):
    for clock in (2, 5):
        save_checkpoint(tmp_path, state._replace(clock=clock))
    (tmp_path / "000000000007.safetensors").write_bytes(b"cut")
    (tmp_path / "000000000008.safetensors").write_bytes(b"short")
    assert load_checkpoint(tmp_path, like).clock == 5
    save_checkpoint(tmp_path, state._replace(clock=6))
    names = [path.name for path in sorted(tmp_path.iterdir())]
    assert names == ["000000000005.safetensors", "000000000006.safetensors"]
    (tmp_path / names[1]).write_bytes(b"")
    assert load_checkpoint(tmp_path, like).clock == 5


def test_none_is_none(like, tmp_path):
    assert load_checkpoint(tmp_path, like) is None
    assert load_checkpoint(tmp_path / "nowhere", like) is None
    with pytest.raises(InputError, match=r"there is no checkpoint in .*, where a run's history lies\. Make the run"):
        load_history(tmp_path)


def test_none_that_is_whole_is_said(like, tmp_path):
    (tmp_path / "000000000008.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match=r"no checkpoint in .* is whole\. Delete the folder to begin the run again"):
        load_checkpoint(tmp_path, like)
    with pytest.raises(InputError, match=r"no checkpoint in .* is whole\. Make the run again"):
        load_history(tmp_path)


def test_another_runs_checkpoint_is_refused(state, like, tmp_path):
    save_checkpoint(tmp_path, state, "me")
    with pytest.raises(InputError, match=r"it is of another run"):
        load_checkpoint(tmp_path, like, "you")
    with pytest.raises(InputError, match=r"it is of another run"):
        load_history(tmp_path, "you")


def test_another_networks_checkpoint_is_refused(state, tmp_path):
    save_checkpoint(tmp_path, state)
    wider = members_of([experiment(width=9), experiment(width=9)], 8)
    with pytest.raises(InputError, match=r"does not hold this network .*float32.* Was the experiment changed"):
        load_checkpoint(tmp_path, wider)
    with pytest.raises(InputError, match=r"does not hold this network"):
        load_checkpoint(tmp_path, members_of([experiment()], 8))


@pytest.mark.parametrize(
    ("facts", "message"),
    [({"clock": 9}, r"step 9 of 8"), ({"clock": -1}, r"step -1 of 8"), ({"endings": ["a"] * 3}, "3 values for 2"),
     ({"clock": None}, "NoneType"), ({"endings": None}, "NoneType")],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(state, like, tmp_path, facts, message):
    path = save_checkpoint(tmp_path, state)
    arrays, told = load(path)
    save(path, arrays, {**told, **facts})
    with pytest.raises(InputError, match=message):
        load_checkpoint(tmp_path, like)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("evaluations|validation_loss", np.zeros((3, 1))),
        ("evaluations|epoch", np.zeros((3, 2))),
        ("evaluations|step", np.zeros(3)),
        ("steps|step", np.zeros(0, np.int64)),
        ("steps|0/rate", np.zeros((8, 2, 2))),
        ("nothing|step", np.zeros(3, np.int64)),
    ],
)
def test_a_history_of_another_shape_is_refused(state, like, tmp_path, name, values):
    path = save_checkpoint(tmp_path, state)
    arrays, told = load(path)
    save(path, {**arrays, f"history|{name}": values}, told)
    with pytest.raises(InputError, match="does not hold this run's history"):
        load_history(tmp_path)
    with pytest.raises(InputError, match="does not hold this network"):
        load_checkpoint(tmp_path, like)


def test_a_history_without_evaluations_is_refused(state, tmp_path):
    save_checkpoint(tmp_path, state._replace(history=state.history._replace(evaluations=())))
    with pytest.raises(InputError, match=r"does not hold this run's history \(no evaluation\)"):
        load_history(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(state, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot make .*file: File exists\. Choose another place"):
        save_checkpoint(tmp_path / "file", state)


def test_an_old_checkpoint_that_cannot_be_removed_does_no_harm(state, like, tmp_path):
    (tmp_path / "000000000001.safetensors").mkdir()
    for clock in (2, 5, 8):
        save_checkpoint(tmp_path, state._replace(clock=clock))
    assert load_checkpoint(tmp_path, like).clock == 8
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_loaded_can_go_on(state, like, tmp_path):
    save_checkpoint(tmp_path, state)
    found = load_checkpoint(tmp_path, like)
    assert jax.tree.structure(found.members) == jax.tree.structure(state.members)
    assert {type(leaf) for leaf in jax.tree.leaves(found.members)} == {type(leaf) for leaf in jax.tree.leaves(like)}


class Counts(NamedTuple):
    """Records several numbers of each member."""

    def measure_probe(self, view):
        return {"counts": jnp.arange(3.0) + view.params["dense_1"]["b"][0]}


def test_a_look_may_record_several_numbers_but_no_table_of_them(like, tmp_path):
    plan = Plan(TRAIN, BATCH, 8, ((0, 0), (1, 0)))
    ended = run(LoopState(like), data(), plan, Watch(probes=(Counts(),)))
    path = save_checkpoint(tmp_path, ended)
    kept = load_history(tmp_path).probe_table()
    assert kept["0/counts"].shape == (3, 2, 3)
    assert_same(kept, ended.history.probe_table())
    arrays, told = load(path)
    for shape in ((3, 2, 0), (3, 2, 3, 1), (3, 1, 3)):
        save(path, {**arrays, "history|probes|0/counts": np.zeros(shape, np.float32)}, told)
        with pytest.raises(InputError, match="does not hold this run's history"):
            load_history(tmp_path)
