"""Train a run to its end, and mend on the way what a finding is about, if that is asked for."""

import functools
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp

from thalweg.catalogue import KINDS
from thalweg.data.source import Source
from thalweg.diagnosis.attempts import prepared_for
from thalweg.diagnosis.case import ended_broken
from thalweg.diagnosis.during import look
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.on_finding import TO_REPAIR, OnFinding
from thalweg.diagnosis.reader import Reader
from thalweg.diagnosis.repair import Repair, anew, find_repair, goes_on, repaired
from thalweg.errors import InputError
from thalweg.functions import Function, by_name
from thalweg.runs.checking import Say, simple_models, told_checks
from thalweg.runs.record import Record
from thalweg.runs.training import CHECKPOINTS, beginning, ground_of, save_state, saved_state, train_run
from thalweg.runs.typed import typed
from thalweg.serialise import from_json, from_plain
from thalweg.spec import functions_in, kind_of
from thalweg.train.checkpoint import load_note
from thalweg.train.controllers import Controller, Progress
from thalweg.train.fresh import learns
from thalweg.train.history import History
from thalweg.train.loop import LoopState
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared

MOST = 3  # repairs of one run; what is found after them is told and left alone


class Trained(NamedTuple):
    """A run whose training ended, or was paused."""

    state: LoopState
    prepared: Prepared  # as trained on at the end
    reader: Reader  # of its history, with the checks of the experiment at the end
    repairs: tuple[Repair, ...]  # those that found nothing to change among them


class Run(NamedTuple):
    """What a run is made of, besides the experiment that repairs may change."""

    folder: Path  # locked by the caller
    record: Record
    source: Source
    controllers: Sequence[Controller]  # besides those of the experiment
    observers: Sequence[Function]  # the user's own, of each step
    say: Say


def train_with_repairs(run: Run, prepared: Prepared) -> Trained:
    """Train until early stopping, the last epoch or a controller ends it, from the last checkpoint where there is one.

    Args:
        run: Its record says what is to be done about a finding.
        prepared: By the experiment that was asked for.

    Returns:
        What came of it; where something was repaired, the prepared arrays and checks are those of the changed
        experiment. Simple models are fitted when they are asked for.

    Raises:
        InputError: If a checkpoint cannot be written or read.
    """
    repairs = read_repairs(run.folder, run.record)
    applied = next((repair for repair in reversed(repairs) if repair.change), None)
    if applied is not None:
        own = by_name(list(functions_in(prepared.experiment)))
        try:
            experiment = from_plain(applied.experiment, "experiment", KINDS, given=own)
        except InputError as error:
            raise InputError(f"{run.folder / CHECKPOINTS}: {error} Delete the folder to begin the run again.") from None
        prepared = prepared_for(ground_of(run.record, run.source, prepared), experiment)
    if learns(prepared.experiment.start):
        run.say(f"training the layers one after the other first, by {kind_of(type(prepared.experiment.start))}")
    reader = _reader(run, prepared)
    fresh, data, plan = beginning(run.record, run.source, prepared)
    state = saved_state(run.folder, run.record, fresh)
    while True:
        handled = _given_up(repairs)
        act = run.record.on_finding if len(repairs) < MOST else "warn"
        finding = _pending(state, plan, reader, handled) if act == "repair" else None
        if finding is None:
            watching = OnFinding(reader, act, functools.partial(_tell, run.say, act), handled)
            controllers = (*run.controllers, watching)
            state = train_run(run.folder, run.record, prepared, (state, data, plan), controllers, run.observers)
            finding = _pending(state, plan, reader, handled) if state.paused == TO_REPAIR else None
        if finding is None:
            paused = "" if state.paused == TO_REPAIR else state.paused  # what ended meanwhile is not repaired
            return Trained(state._replace(paused=paused), prepared, reader, repairs)
        case = reader.case(state.history, state.endings[0])
        began = time.perf_counter()
        # Nothing was healthy since the last repair went on: what it had gone on from was not sound.
        if repairs and repairs[-1].back_to and repairs[-1].change and state.marked is None:
            repair = anew(finding, case)
            state = _restarted(state, fresh, repair, kept=False)
        else:
            run.say("trying what may be behind it, in short runs with one thing changed each")
            ground = ground_of(run.record, run.source, prepared)
            repair, experiment = find_repair(finding, case, ground, share=run.record.attempts)
            if experiment is not None:
                kept = goes_on(prepared.experiment, experiment)
                prepared = prepared_for(ground, experiment)
                reader = _reader(run, prepared)
                fresh, data, plan = beginning(run.record, run.source, prepared)
                state = _restarted(state, fresh, repair, kept=kept)
                repair = repair._replace(back_to=state.clock / plan.steps)
        repairs = (*repairs, repair)
        seconds = state.seconds + time.perf_counter() - began  # a time budget counts them, too
        state = state._replace(paused="", note=json.dumps([one._asdict() for one in repairs]), seconds=seconds)
        save_state(run.folder, state, run.record)
        run.say(repaired(repair))


def read_repairs(folder: Path, record: Record) -> tuple[Repair, ...]:
    """Return what was repaired so far, as the newest checkpoint tells.

    Args:
        folder: The run directory.
        record: Gives the identity.

    Returns:
        In the order in which it was found; () where there is no checkpoint.

    Raises:
        InputError: If the checkpoints cannot be read, or are of another run.
    """
    note = load_note(folder / CHECKPOINTS, record.identity)
    where = f"{folder / CHECKPOINTS}: repairs"
    return typed(from_json(note, where=where), tuple[Repair, ...], where) if note else ()


def _reader(run: Run, prepared: Prepared) -> Reader:
    """Check data and network, and return what a diagnosis knows of the run from now on."""
    record, source, say = run.record, run.source, run.say
    return Reader(
        told_checks(record, source, prepared, run.observers, say),
        prepared.experiment,
        source.task.kind,
        record.metric,
        len(prepared.split.validation),
        functools.cache(lambda: simple_models(record, source, prepared, say)),  # fitting takes its time
        record.class_weight,
        prepared.pretrained is not None,
    )


def _given_up(repairs: Sequence[Repair]) -> list[str]:
    """Return the symptoms that nothing helped against, in the experiment as it is now."""
    since = next((place for place in range(len(repairs), 0, -1) if repairs[place - 1].change), 0)
    return [repair.symptom for repair in repairs[since:]]


def _pending(state: LoopState, plan: Plan, reader: Reader, handled: Sequence[str]) -> Finding | None:
    """Return what is to be repaired where training stands; a run that was killed meanwhile takes it up again."""
    evaluations = state.history.evaluations
    if not evaluations or evaluations[-1].step != state.clock:
        return None
    if any(state.endings) and not ended_broken(state.endings[0]):
        return None  # something else has ended it
    seen = look(state.history, plan.total, reader, *state.endings[:1])
    if seen is None or seen.finding is None or not seen.certain or seen.finding.symptom in handled:
        return None
    return seen.finding


def _tell(say: Say, act: str, finding: Finding, progress: Progress) -> None:
    told = {"warn": "Training goes on", "stop": "Training stops", "repair": "Training waits"}[act]
    if any(progress.endings) and act != "repair":
        told = "Training has ended"
    say(f"{finding.severity} at epoch {progress.epoch:.3g}: {finding.title}. {finding.evidence} {told}.")


def _restarted(state: LoopState, fresh: LoopState, repair: Repair, *, kept: bool) -> LoopState:
    """Return the state to go on from with a changed experiment: the last healthy moment, or the beginning."""
    history, members, clock = History(), fresh.members, 0
    if kept and state.marked is not None:
        clock, then = state.marked
        history = state.history.until(clock)
        members = members._replace(carry=then.carry, best=then.best)
    better = [e for e in history.evaluations if e.better[0]]
    return LoopState(
        members=members._replace(alive=jnp.ones_like(members.alive)),
        clock=clock,
        history=history,
        best_score=(float(better[-1].validation_score[0]),) if better else (),
        best_loss=(float(better[-1].validation_loss[0]),) if better else (),
        seconds=state.seconds,
        compile_seconds=state.compile_seconds,
        restarts=(*state.restarts, f"step {state.clock}: {repair.change}"),
    )
