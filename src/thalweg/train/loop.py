"""The training loop: chunks of compiled steps, with evaluation, controllers and checkpoints between them."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.train.controllers import Continue, Controller, Pause, Progress, Restart, Stop
from thalweg.train.evaluate import Part, assess, keep_best, part_of
from thalweg.train.history import Evaluation, History
from thalweg.train.nonfinite import all_finite, first_bad
from thalweg.train.observers import Observer, ProbeObserver
from thalweg.train.plan import Plan
from thalweg.train.population import advance
from thalweg.train.probe import probe
from thalweg.train.scores import METRICS, loss_of, score_of
from thalweg.train.state import Batches, Carry, Member

CHUNK_SECONDS = 0.5  # wanted length of a call: Ctrl-C and the progress bar answer within about twice this
SAVE_SECONDS = 5.0  # between checkpoints
PROBE_SHARE = 0.01  # of the time so far that probes may have taken


class Data(NamedTuple):
    """What a population is trained and evaluated on."""

    x: np.ndarray  # (n, ...) preprocessed
    y: np.ndarray  # (n,) int32, or (n, k) float
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


class Watch(NamedTuple):
    """Who looks on and who steers."""

    observers: tuple[Observer, ...] = ()
    probes: tuple[ProbeObserver, ...] = ()
    controllers: tuple[Controller, ...] = ()


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
    return _Loop(data, plan, watch, save).run(state)


class _Loop:
    """The loop's fixed surroundings: data on the device, the parts to evaluate, the clocks."""

    def __init__(self, data: Data, plan: Plan, watch: Watch, save: Callable[[LoopState], None] | None):
        dtype = jnp.result_type(float)
        x, weight = jnp.asarray(data.x, dtype), jnp.asarray(data.weight, dtype)
        y = jnp.asarray(data.y, dtype if data.y.ndim == 2 else None)
        self.data, self.plan, self.watch, self.save = data, plan, watch, save
        rows = jnp.asarray(plan.rows)
        shared = (x[rows], y[rows], weight[rows]) if plan.full_batch else (x, y, weight)
        self.batches = Batches(*shared, order=None, mask=None)
        scoring = weight if data.scoring_weight is None else jnp.asarray(data.scoring_weight, dtype)
        self.parts: tuple[Part, ...] = tuple(part_of(x, y, scoring, r) for r in (data.watched, data.validation))
        self.variances = tuple(_variance(data, r) for r in (data.watched, data.validation))
        self.probe_set = tuple(a[jnp.asarray(data.probe)] for a in (x, y, weight))
        self.probe_seconds = 0.0
        self.compile_seconds = 0.0
        self.epoch = -1  # whose order `batches` holds
        self.upcoming: tuple[int, tuple[np.ndarray, np.ndarray] | None] = (-1, None)

    def run(self, state: LoopState) -> LoopState:
        self.begin, self.before, self.compiled_before = time.perf_counter(), state.seconds, state.compile_seconds
        self.compile(state)
        if not state.endings:
            state = state._replace(endings=("",) * len(self.plan.seeds))
        if not state.history.evaluations:
            state = self.steer(self.evaluated(state), evaluated=True)
        saved, pace = time.perf_counter(), 1.0
        while state.clock < self.plan.total and not all(state.endings) and not state.paused:
            chunk_begin = time.perf_counter()
            count = self.plan.chunk(state.clock, pace)
            state = self.chunk(state, count)
            took = time.perf_counter() - chunk_begin
            # The pace may double at most: the first chunk of a run is no measure of the others.
            pace = min(max(1.0, count * CHUNK_SECONDS / max(took, 1e-6)), 2.0 * count + 8.0)
            due = state.clock % self.plan.period == 0 or state.clock == self.plan.total
            if due or all(state.endings):
                state = self.evaluated(state)
            state = self.steer(state, evaluated=due or all(state.endings), rate=count / max(took, 1e-9))
            if self.save is not None and time.perf_counter() - saved > SAVE_SECONDS:
                self.save(self.timed(state))
                saved = time.perf_counter()
        if not state.paused:
            state = state._replace(endings=tuple(e or "all epochs were trained" for e in state.endings))
        state = self.timed(state)
        if self.save is not None:
            self.save(state)
        return state

    def compile(self, state: LoopState) -> None:
        """Compile the step before the first chunk, so that its time is told apart from training's."""
        begin = time.perf_counter()
        self.load(state.clock // self.plan.steps)
        every = self.plan.every(state.clock)
        moved, _ = advance(
            state.members, self.batches, clock=state.clock, count=0, every=every, observers=self.watch.observers
        )
        jax.block_until_ready((moved, assess(state.members, self.parts)))
        self.compile_seconds = time.perf_counter() - begin

    def timed(self, state: LoopState) -> LoopState:
        return state._replace(seconds=self.seconds(), compile_seconds=self.compiled_before + self.compile_seconds)

    def seconds(self) -> float:
        return self.before + time.perf_counter() - self.begin

    def load(self, epoch: int) -> None:
        """Put an epoch's order on the device."""
        if self.plan.full_batch or epoch == self.epoch:
            return
        known, order = self.upcoming
        if known != epoch:
            order = self.plan.order(epoch)
        if order is not None:
            mask = jnp.asarray(order[1], self.batches.weight.dtype)
            self.batches = self.batches._replace(order=jnp.asarray(order[0]), mask=mask)
        self.epoch = epoch

    def chunk(self, state: LoopState, count: int) -> LoopState:
        clock, every = state.clock, self.plan.every(state.clock)
        epoch = clock // self.plan.steps
        self.load(epoch)
        members, records = advance(
            state.members, self.batches, clock=clock, count=count, every=every, observers=self.watch.observers
        )
        more = (epoch + 1) * self.plan.steps < self.plan.total
        if not self.plan.full_batch and more and self.upcoming[0] != epoch + 1:
            self.upcoming = (epoch + 1, self.plan.order(epoch + 1))  # while the device is at work
        after = state._replace(members=members, clock=clock + count)
        after, records = self.without_nonfinite(state, after, records, every)
        return after._replace(history=after.history.with_records(records, _monitored(clock, after.clock, every)))

    def without_nonfinite(self, before: LoopState, after: LoopState, records: Any, every: int) -> tuple[LoopState, Any]:
        """End the members whose numbers stopped being finite, as if the chunk had ended there; name the first."""
        members, endings, moments = after.members, list(after.endings), []
        for position in map(int, np.flatnonzero(~all_finite(members))):
            if endings[position]:
                continue
            count = after.clock - before.clock
            bad = first_bad(before.members, position, self.batches, clock=before.clock, count=count)
            endings[position] = f"{bad.tensor} was no longer a finite number at step {bad.step}"
            members = _with_member(members, position, bad.carry)
            past = len(_monitored(before.clock, bad.moment + 1, every))
            records = jax.tree.map(lambda rows, i=position, k=past: rows.at[i, k:].set(jnp.nan), records)
            moments.append(bad.moment)
        if moments and all(endings):
            after = after._replace(clock=max(moments) + 1)
        return after._replace(members=members, endings=tuple(endings)), records

    def evaluated(self, state: LoopState) -> LoopState:
        """Score every member, keep the best weights, look inside if there is time for it."""
        members, metric = state.members, self.data.metric
        sums = jax.device_get(assess(members, self.parts))
        scores = [
            score_of(metric, s, variance=v, unit=self.data.unit) for s, v in zip(sums, self.variances, strict=True)
        ]
        losses = [loss_of(s) for s in sums]
        sign = 1.0 if METRICS[metric].larger_is_better else -1.0
        score, loss = scores[1], losses[1]
        going = np.array([not ending for ending in state.endings])
        none = (np.nan,) * len(going)
        best, best_loss = (np.array(before or none) for before in (state.best_score, state.best_loss))
        better = (sign * score > sign * best) | ((score == best) & (loss < best_loss))
        better = going & (better | (np.isnan(best) & ~np.isnan(score)))
        with np.errstate(invalid="ignore", divide="ignore"):  # no step of the epoch is made yet
            running = np.asarray(members.carry.loss_sum) / np.asarray(members.carry.weight_sum)
        if better.any():
            members = keep_best(members, better)
        epoch = state.clock / self.plan.steps
        evaluation = Evaluation(
            epoch, state.clock, running.astype(np.float64), losses[0], scores[0], loss, score, better, self.seconds()
        )
        history = self.probed(state.history.with_evaluation(evaluation), members, state)
        return state._replace(
            members=members,
            history=history,
            best_score=tuple(np.where(better, score, best).tolist()),
            best_loss=tuple(np.where(better, loss, best_loss).tolist()),
            seconds=self.seconds(),
        )

    def probed(self, history: History, members: Member, state: LoopState) -> History:
        last = state.clock >= self.plan.total or all(state.endings)
        if not self.watch.probes or (
            state.clock and not last and self.probe_seconds > PROBE_SHARE * (self.seconds() - self.compile_seconds)
        ):
            return history
        begin = time.perf_counter()
        records = jax.device_get(probe(members, *self.probe_set, observers=self.watch.probes))
        took = time.perf_counter() - begin
        if history.probes or state.clock:
            self.probe_seconds += took
        else:
            self.compile_seconds += took  # the first one compiles
        return history.with_probe(records, state.clock)

    def steer(self, state: LoopState, *, evaluated: bool, rate: float = 0.0) -> LoopState:
        """Ask every controller, and do what it says."""
        for controller in self.watch.controllers:
            progress = Progress(
                history=state.history,
                members=state.members,
                epoch=state.clock / self.plan.steps,
                step=state.clock,
                total=self.plan.total,
                evaluated=evaluated,
                seconds=self.seconds(),
                compile_seconds=self.compile_seconds,
                examples_per_second=rate * min(self.plan.batch, len(self.plan.rows)),
            )
            match controller.decide(progress):
                case Continue():
                    continue
                case Stop(reason, members):
                    state = _stopped(state, reason, members)
                case Pause(reason):
                    state = state._replace(paused=reason)
                case Restart(members, reason):
                    state = _restarted(state, members, reason)
        return state


def _stopped(state: LoopState, reason: str, positions: tuple[int, ...] | None) -> LoopState:
    chosen = set(range(len(state.endings)) if positions is None else positions)
    endings = tuple(e or (reason if i in chosen else "") for i, e in enumerate(state.endings))
    alive = jnp.asarray([a and i not in chosen for i, a in enumerate(np.asarray(state.members.alive))])
    return state._replace(members=state.members._replace(alive=alive), endings=endings)


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
    )


def _unchanged(new: Any, old: Any, count: int) -> np.ndarray:
    """Say of which of `count` members all leaves are the same."""
    if jax.tree.map(jnp.shape, new) != jax.tree.map(jnp.shape, old):
        return np.zeros(count, bool)
    pairs = zip(jax.tree.leaves(new), jax.tree.leaves(old), strict=True)
    return np.all([(np.asarray(n) == np.asarray(o)).reshape(count, -1).all(axis=1) for n, o in pairs], axis=0)


def _with_member(members: Member, position: int, carry: Carry) -> Member:
    """Return the population with one member's carry replaced and the member at rest."""
    carries = jax.tree.map(lambda leaf, own: leaf.at[position].set(own), members.carry, carry)
    return members._replace(carry=carries, alive=jnp.asarray(members.alive).at[position].set(False))


def _monitored(begin: int, end: int, every: int) -> np.ndarray:
    """Return the steps from `begin` to before `end` that are recorded."""
    return np.arange(-(-begin // every), -(-end // every)) * every


def _variance(data: Data, rows: np.ndarray) -> float:
    if data.y.ndim == 1:
        return 1.0
    targets, weight = data.y[rows].astype(np.float64), _scoring(data)[rows].astype(np.float64)[:, None]
    mean = (weight * targets).sum(0) / weight.sum()
    return float((weight * (targets - mean[None]) ** 2).sum() / weight.sum())


def _scoring(data: Data) -> np.ndarray:
    return data.weight if data.scoring_weight is None else data.scoring_weight
