"""The training loop: chunks of compiled steps, with evaluation, controllers and checkpoints between them."""

import functools
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.train.controllers import Controller, Mark, Pause, Progress, Rescale, Restart, Stop
from thalweg.train.evaluate import Part, assess, keep_best, part_of, penalties
from thalweg.train.history import Evaluation, History
from thalweg.train.nonfinite import Bad, all_finite, first_bad
from thalweg.train.observers import Observer, ProbeObserver
from thalweg.train.plan import LOOK_SHARE, Plan
from thalweg.train.population import advance
from thalweg.train.probe import probe
from thalweg.train.scores import improved, loss_of, score_of, variance_of
from thalweg.train.state import Batches, Member
from thalweg.types import Array

CHUNK_SECONDS = 0.5  # wanted length of a call: Ctrl-C and the progress bar answer within about twice this
SAVE_SECONDS = 5.0  # between checkpoints


class Data(NamedTuple):
    """What a population is trained and evaluated on."""

    x: np.ndarray  # (n, ...) preprocessed
    y: np.ndarray  # (n,) or (n, k) int32, or (n, k) float
    weight: np.ndarray  # (n,) float; how much each example counts in training
    validation: np.ndarray  # rows
    watched: np.ndarray  # training rows that are evaluated beside the validation part
    probe: np.ndarray  # training rows that observers look into the network with
    metric: str
    unit: float = 1.0  # one trained unit of the target in the data's unit, for regression
    scoring_weight: np.ndarray | None = None  # (n,) float; how much each counts in scores; None for `weight`


class LoopState(NamedTuple):
    """Where a run is: all that a checkpoint needs besides the experiment and the data."""

    members: Member
    clock: int = 0
    history: History = History()
    best_score: tuple[float, ...] = ()  # of each member, NaN before its first; () before anybody's
    best_loss: tuple[float, ...] = ()
    seconds: float = 0.0  # of the run so far, compiling included
    compile_seconds: float = 0.0
    endings: tuple[str, ...] = ()  # of each member: why it ended, "" while it goes on
    paused: str = ""  # why the loop was left before the end, "" if it was not
    restarts: tuple[str, ...] = ()  # the step and reason of each
    marked: tuple[int, Member] | None = None  # a moment that a controller chose: its clock, and the members then
    note: str = ""  # text that whoever began the loop keeps with its state


class Watch(NamedTuple):
    """Who looks on and who steers."""

    observers: tuple[Observer, ...] = ()
    probes: tuple[ProbeObserver, ...] = ()
    controllers: tuple[Controller, ...] = ()
    look_share: float = LOOK_SHARE  # see `Plan.look_due`


class _Around(NamedTuple):
    """What stays the same throughout a run."""

    data: Data
    plan: Plan
    watch: Watch
    batches: Callable[[int], Batches]  # of an epoch
    parts: tuple[Part, ...]  # the watched training rows and the validation rows
    variances: tuple[float, ...]  # of the targets in each part
    probe_set: tuple[Array, Array, Array]
    begin: float  # on the clock of `time.perf_counter`, had the run never been interrupted


def run(
    state: LoopState, data: Data, plan: Plan, watch: Watch, *, save: Callable[[LoopState], None] | None = None
) -> LoopState:
    """Train a population until every member has ended.

    Args:
        state: Fresh members at clock 0, or what a checkpoint held.
        data: Inputs, targets and row numbers.
        plan: The steps.
        watch: Observers and controllers.
        save: Called between chunks, at most every few seconds, and at the end.

    Returns:
        The state at the end; the members' `best` are the weights to use. A member whose numbers stopped being
        finite is left as the step at which they did left it.

    Raises:
        ValueError: If a controller restarts with another number of members.
    """
    around = _around(state, data, plan, watch)
    if not state.endings:
        state = state._replace(endings=("",) * len(plan.seeds))
    fresh = not state.history.evaluations
    state = _compiled(state, around)
    if fresh:
        state = _steered(state, around, evaluated=True)
    saved, pace = time.perf_counter(), 1.0
    while state.clock < plan.total and not all(state.endings) and not state.paused:
        begin = time.perf_counter()
        count = plan.chunk(state.clock, pace)
        state = _chunk(state, around, count)
        took = max(time.perf_counter() - begin, 1e-6)
        # The pace may double at most: the first chunk of a run is no measure of the others.
        pace = min(max(1.0, count * CHUNK_SECONDS / took), 2.0 * count + 8.0)
        due = state.clock % plan.period == 0 or state.clock == plan.total or all(state.endings)
        state = _evaluated(state, around) if due else state
        state = _steered(state, around, evaluated=due, rate=count / took)
        if all(state.endings) and not due:
            state = _evaluated(state, around)  # or what was learned since the last one would be lost
        if save is not None and time.perf_counter() - saved > SAVE_SECONDS:
            save(state)
            saved = time.perf_counter()
    if not state.paused:
        state = state._replace(endings=tuple(e or "all epochs were trained" for e in state.endings))
        looks = state.history.looks()
        if looks and looks[-1] != state.clock:  # a controller ended it behind the evaluation
            state = _probed(state, around)
    if save is not None:
        save(state)
    return state


def _around(state: LoopState, data: Data, plan: Plan, watch: Watch) -> _Around:
    begin = time.perf_counter() - state.seconds
    dtype = jnp.result_type(float)
    x, weight = jnp.asarray(data.x, dtype), jnp.asarray(data.weight, dtype)
    y = jnp.asarray(data.y, dtype if data.y.dtype.kind == "f" else None)
    rows = jnp.asarray(plan.rows)
    shared = Batches(*((x[rows], y[rows], weight[rows]) if plan.full_batch else (x, y, weight)), order=None, mask=None)

    @functools.lru_cache(maxsize=2)  # this epoch's and, drawn while the device is at work, the next one's
    def batches(epoch: int) -> Batches:
        order = plan.order(epoch)
        if order is None:
            return shared
        return shared._replace(order=jnp.asarray(order[0]), mask=jnp.asarray(order[1], dtype))

    scoring = data.weight if data.scoring_weight is None else data.scoring_weight
    evaluated = (data.watched, data.validation)
    return _Around(
        data=data,
        plan=plan,
        watch=watch,
        batches=batches,
        parts=tuple(part_of(x, y, jnp.asarray(scoring, dtype), r) for r in evaluated),
        variances=tuple(variance_of(data.y[r], scoring[r]) for r in evaluated),
        probe_set=(x[data.probe], y[data.probe], weight[data.probe]),
        begin=begin,
    )


def _compiled(state: LoopState, around: _Around) -> LoopState:
    """Compile before the first chunk, so that this time is told apart from training's; score a fresh network."""
    begin = time.perf_counter()
    plan, watch = around.plan, around.watch
    batches, every = around.batches(state.clock // plan.steps), plan.every(state.clock)
    moved, _ = advance(state.members, batches, clock=state.clock, count=0, every=every, observers=watch.observers)
    jax.block_until_ready(moved)
    if watch.probes:
        jax.block_until_ready(probe(state.members, *around.probe_set, observers=watch.probes))
    if state.history.evaluations:
        jax.block_until_ready(assess(state.members, around.parts))
    else:
        state = _evaluated(state, around)
    took = time.perf_counter() - begin
    return state._replace(compile_seconds=state.compile_seconds + took, seconds=time.perf_counter() - around.begin)


def _chunk(state: LoopState, around: _Around, count: int) -> LoopState:
    """Train `count` steps; end the members whose numbers stop being finite, as if the chunk had ended there."""
    plan, clock, every = around.plan, state.clock, around.plan.every(state.clock)
    epoch = clock // plan.steps
    batches = around.batches(epoch)
    members, records = advance(
        state.members, batches, clock=clock, count=count, every=every, observers=around.watch.observers
    )
    if (epoch + 1) * plan.steps < plan.total:
        around.batches(epoch + 1)
    after = state._replace(members=members, clock=clock + count)
    broken = [i for i, fine in enumerate(all_finite(members)) if not fine and not state.endings[i]]
    found = {i: first_bad(state.members, i, batches, clock=clock, count=count) for i in broken}
    for i, bad in found.items():
        after, past = _ended(after, i, bad), len(plan.recorded(clock, bad.moment + 1))
        records = jax.tree.map(lambda rows, i=i, past=past: rows.at[i, past:].set(jnp.nan), records)
    if found and all(after.endings):
        after = after._replace(clock=max(bad.moment for bad in found.values()) + 1)
    history = state.history.with_records(records, plan.recorded(clock, after.clock))
    return after._replace(history=history, seconds=time.perf_counter() - around.begin)


def _ended(state: LoopState, position: int, bad: Bad) -> LoopState:
    """Leave one member as the bad step left it."""
    ending = f"{bad.tensor} was no longer a finite number at step {bad.step}"
    carry = jax.tree.map(lambda leaf, own: leaf.at[position].set(own), state.members.carry, bad.carry)
    return _stopped(state._replace(members=state.members._replace(carry=carry)), ending, (position,))


def _evaluated(state: LoopState, around: _Around) -> LoopState:
    """Score every member, keep the best weights, look inside if it is time for it."""
    data, members = around.data, state.members
    sums = jax.device_get(assess(members, around.parts))
    scores = [score_of(data.metric, s, variance=v, unit=data.unit) for s, v in zip(sums, around.variances, strict=True)]
    losses = [loss_of(s) for s in sums]
    score, loss = scores[1], losses[1]
    none = (np.nan,) * len(score)
    best, best_loss = (np.array(before or none) for before in (state.best_score, state.best_loss))
    better = improved(data.metric, score, loss, best, best_loss)
    if not np.all(members.alive):
        better &= all_finite(members)  # a layer's state may be infinite and hide it
    if better.any():
        members = keep_best(members, better)
    with np.errstate(invalid="ignore", divide="ignore"):  # no step of the epoch is made yet
        running = np.asarray(members.carry.loss_sum, np.float64) / np.asarray(members.carry.weight_sum, np.float64)
    seconds = time.perf_counter() - around.begin
    epoch = state.clock / around.plan.steps
    penalty = np.asarray(penalties(members))
    evaluation = Evaluation(epoch, state.clock, running, losses[0], scores[0], loss, score, penalty, better, seconds)
    state = state._replace(
        members=members,
        history=state.history.with_evaluation(evaluation),
        best_score=tuple(np.where(better, score, best).tolist()),
        best_loss=tuple(np.where(better, loss, best_loss).tolist()),
        seconds=seconds,
    )
    return _probed(state, around)


def _probed(state: LoopState, around: _Around) -> LoopState:
    plan, watch, looks = around.plan, around.watch, state.history.looks()
    due = all(state.endings) or plan.look_due(state.clock, looks, len(around.data.probe), watch.look_share)
    if not watch.probes or not due:
        return state
    records = jax.device_get(probe(state.members, *around.probe_set, observers=watch.probes))
    return state._replace(history=state.history.with_probe(records, state.clock))


def _steered(state: LoopState, around: _Around, *, evaluated: bool, rate: float = 0.0) -> LoopState:
    """Ask every controller, and do what it says."""
    plan = around.plan
    for controller in around.watch.controllers:
        progress = Progress(
            history=state.history,
            members=state.members,
            epoch=state.clock / plan.steps,
            step=state.clock,
            total=plan.total,
            evaluated=evaluated,
            seconds=state.seconds,
            compile_seconds=state.compile_seconds,
            examples_per_second=rate * min(plan.batch, len(plan.rows)),
            metric=around.data.metric,
            endings=state.endings,
        )
        match controller.decide(progress):
            case Stop(reason, members):
                state = _stopped(state, reason, members)
            case Pause(reason):
                state = state._replace(paused=state.paused or reason)
            case Restart(members, reason):
                state = _restarted(state, members, reason)
            case Mark():
                state = state._replace(marked=(state.clock, state.members))
            case Rescale(shares):
                state = _rescaled(state, shares)
    return state


def _stopped(state: LoopState, reason: str, positions: tuple[int, ...] | None) -> LoopState:
    chosen = set(range(len(state.endings)) if positions is None else positions)
    endings = tuple(e or (reason if i in chosen else "") for i, e in enumerate(state.endings))
    # By way of NumPy: JAX would compile a program to turn a list into an array.
    alive = jnp.asarray(np.array([a and i not in chosen for i, a in enumerate(np.asarray(state.members.alive))]))
    return state._replace(members=state.members._replace(alive=alive), endings=endings)


def _rescaled(state: LoopState, shares: tuple[float, ...]) -> LoopState:
    carry = state.members.carry
    old, new = np.asarray(carry.rate_share), np.asarray(shares, carry.rate_share.dtype)
    since = np.where(new == old, np.asarray(carry.share_since), np.int32(state.clock))
    carry = carry._replace(rate_share=jnp.asarray(new), share_since=jnp.asarray(since, jnp.int32))
    return state._replace(members=state.members._replace(carry=carry))


def _restarted(state: LoopState, members: Member, reason: str) -> LoopState:
    if len(members.alive) != len(state.endings):
        raise ValueError(f"Restart needs {len(state.endings)} members, as there were; got {len(members.alive)}.")
    alive = np.asarray(members.alive)
    known = _unchanged(members.best, state.members.best, len(alive))
    return state._replace(
        members=members,
        endings=tuple("" if a else ending for a, ending in zip(alive, state.endings, strict=True)),
        best_score=tuple(np.where(known, state.best_score, np.nan).tolist()),
        best_loss=tuple(np.where(known, state.best_loss, np.nan).tolist()),
        restarts=(*state.restarts, f"step {state.clock}: {reason}"),
        marked=None,  # it was of the members that were
    )


def _unchanged(new: Any, old: Any, count: int) -> np.ndarray:
    """Say of which of `count` members all leaves are the same."""
    if jax.tree.map(jnp.shape, new) != jax.tree.map(jnp.shape, old):
        return np.zeros(count, bool)
    pairs = zip(jax.tree.leaves(new), jax.tree.leaves(old), strict=True)
    return np.all([(np.asarray(n) == np.asarray(o)).reshape(count, -1).all(axis=1) for n, o in pairs], axis=0)
