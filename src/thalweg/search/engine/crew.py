"""One worker's population: trials enter it at the beginning of an epoch, and leave it when they end."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.data.batches import epoch_order
from thalweg.errors import InputError
from thalweg.platform import jit
from thalweg.search.engine.group import Group, member_of_trial, on_the_host, plan_of
from thalweg.search.engine.trial import Rest, Result, Trial
from thalweg.train.beginning import steering
from thalweg.train.controllers import Controller, EarlyStopping, Progress, Rescale, Stop
from thalweg.train.evaluate import Sums, assess, keep_best
from thalweg.train.history import Evaluation, History
from thalweg.train.loop import CHUNK_SECONDS
from thalweg.train.nonfinite import all_finite
from thalweg.train.plan import Plan
from thalweg.train.population import advance, member_of, population
from thalweg.train.scores import improved, loss_of, score_of
from thalweg.train.state import Batches, Member

LOST = 3.0  # times the first loss on training rows, beyond which a trial is given up


class Place(NamedTuple):
    """A place in the population that a trial has taken."""

    trial: Trial
    plan: Plan
    steering: tuple[Controller, ...]
    step: int  # that its member has made
    history: History
    score: float  # the best so far
    loss: float  # that came with it


class Crew(NamedTuple):
    """A population, and who is in it."""

    group: Group
    members: Member
    places: tuple[Place | None, ...]  # of each member; None for one that is free
    told: Callable[[Result], None]
    stop: Callable[[], bool]
    pace: float = 1.0  # steps that fit the wanted duration of a call

    @property
    def taken(self) -> np.ndarray:
        """(m,) bool: the places that are taken."""
        return np.array([place is not None for place in self.places])


def manned(
    group: Group, waiting: deque[Trial], width: int, told: Callable[[Result], None], stop: Callable[[], bool]
) -> Crew | None:
    """Return a population with trials in its places.

    Args:
        group: What the trials share.
        waiting: Where trials are taken from.
        width: Places.
        told: Gets what came of a trial that does not fit the data.
        stop: Whether to leave off.

    Returns:
        The crew; None where there was no trial to take.
    """
    first = _next(group, waiting, told)
    if first is None:
        return None
    place, member = first
    waiting.appendleft(place.trial)
    members = jax.block_until_ready(population([member] * width))
    crew = filled(Crew(group, members, (None,) * width, told, stop), waiting)
    return crew if crew.taken.any() else None  # others may have been faster


def filled(crew: Crew, waiting: deque[Trial]) -> Crew:
    """Let waiting trials take the places that are free.

    Args:
        crew: At the beginning of an epoch.
        waiting: Where trials are taken from.

    Returns:
        The crew.
    """
    entered: list[Trial] = []
    try:
        for position, place in enumerate(crew.places):
            found = None if place is not None else _next(crew.group, waiting, crew.told)
            if found is None:
                continue
            taken, member = found
            entered.append(taken.trial)
            members = jax.block_until_ready(_put(crew.members, jnp.int32(position), member))
            crew = crew._replace(members=members, places=_with(crew.places, position, taken))
    except jax.errors.JaxRuntimeError:  # there is no memory for it
        waiting.extendleft(reversed(entered))
        raise
    return crew


def epoch_made(crew: Crew) -> Crew:
    """Train every trial until it is next to be scored, score it, and let those go that have ended.

    Trials that come as they were drawn are scored first.

    Args:
        crew: With a place taken.

    Returns:
        The crew; where it was told to stop, as it was.
    """
    fresh = np.array([place is not None and not place.history.evaluations for place in crew.places])
    begun = _scored(crew, fresh, all_finite(crew.members)) if fresh.any() else crew
    after = _trained(begun)
    if after is None:
        return crew
    finite = all_finite(after.members)
    return _settled(_scored(after, after.taken, finite), finite)


def halved(crew: Crew, waiting: deque[Trial]) -> Crew:
    """Return a population of half the places; who has none left waits with what was reached.

    Args:
        crew: At the beginning of an epoch, of two places or more.
        waiting: Where those are put, first of all.

    Returns:
        The crew.
    """
    width = (len(crew.places) + 1) // 2
    taken = [position for position, place in enumerate(crew.places) if place is not None]
    for position in taken[width:]:
        place: Any = crew.places[position]
        waiting.appendleft(place.trial._replace(rest=_rest(crew, position)))
    kept = (taken + [p for p, place in enumerate(crew.places) if place is None])[:width]
    members = _taken(crew.members, jnp.asarray(kept, jnp.int32))
    return crew._replace(members=members, places=tuple(crew.places[position] for position in kept))


_put = jit(lambda members, at, member: jax.tree.map(lambda all_, one: all_.at[at].set(one), members, member))
_taken = jit(lambda members, at: jax.tree.map(lambda leaf: leaf[at], members))


def _next(group: Group, waiting: deque[Trial], told: Callable[[Result], None]) -> tuple[Place, Member] | None:
    """Take the next trial that fits the data; tell of those that do not."""
    while True:
        try:
            trial = waiting.popleft()  # others take from the same queue
        except IndexError:
            return None
        plan, rest = plan_of(group, trial), trial.rest
        try:
            member = member_of_trial(group, trial)
        except InputError as error:
            told(Result(trial, str(error), True, History(), np.nan, np.nan, None))
            continue
        except jax.errors.JaxRuntimeError:  # there is no memory for it
            waiting.appendleft(trial)
            raise
        steps = 0 if rest is None else int(rest.member.carry.step)
        known = (History(), np.nan, np.nan) if rest is None else (rest.history, rest.score, rest.loss)
        return Place(trial, plan, steering(trial.experiment, plan), steps, *known), member


def _trained(crew: Crew) -> Crew | None:
    """Make the steps until the next evaluation; None where it is told to stop."""
    places = crew.places
    counts = [0 if p is None else min(p.plan.period, p.plan.total - p.step) for p in places]
    batches, alike = batches_of(crew), len(crew.group.grounds) == 1
    members, clock, pace = crew.members._replace(alive=jnp.asarray(crew.taken)), 0, crew.pace
    while clock < max(counts):
        if crew.stop():
            return None
        begin = time.perf_counter()
        count = max(1, min(max(counts) - clock, int(pace)))
        due = count if alike else np.clip(np.array(counts) - clock, 0, count)  # a fold of fewer steps rests at its end
        members, _ = advance(members, batches, clock=clock, count=due)
        jax.block_until_ready(members)
        clock += count
        # The pace may double at most: the first call is no measure of the others.
        pace = min(max(1.0, count * CHUNK_SECONDS / max(time.perf_counter() - begin, 1e-6)), 2.0 * count + 8.0)
    made = [None if p is None else p._replace(step=p.step + n) for p, n in zip(places, counts, strict=True)]
    return crew._replace(members=members, places=tuple(made), pace=pace)


def batches_of(crew: Crew) -> Batches:
    """Return each trial's next epoch; a free place has somebody's, and makes no step.

    Args:
        crew: With a place taken.

    Returns:
        The data, with an order for each place where there is one.
    """
    group, some = crew.group, next(place for place in crew.places if place is not None)
    if not group.ordered:
        return group.batches
    shape = (len(crew.places), group.steps, min(some.plan.batch, len(some.plan.rows)))
    index, mask = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    for position, place in enumerate(crew.places):
        at = place or some
        epoch = at.step // at.plan.steps
        order = epoch_order(at.plan.rows, seed=at.trial.seed, ordinal=0, epoch=epoch, batch=at.plan.batch)
        made = len(order.index)  # a fold may have fewer steps than others: those behind them are never made
        index[position, :made] = order.index + np.int32(group.begin(at.trial.fold))
        mask[position, :made] = order.weight
    if group.steps == 1:  # without padding, and so without a mask
        return group.batches._replace(order=jnp.asarray(index))
    return group.batches._replace(order=jnp.asarray(index), mask=jnp.asarray(mask, group.batches.weight.dtype))


def _scored(crew: Crew, among: np.ndarray, finite: np.ndarray) -> Crew:
    """Score some members, and keep the weights of those that are the best they ever were."""
    group, members = crew.group, crew.members
    metric, fold = group.grounds[0].metric, np.array([0 if p is None else p.trial.fold for p in crew.places])
    sums, unit, variances = _sums(crew, among, fold), group.units[fold], group.variances[:, fold]
    with np.errstate(invalid="ignore", divide="ignore"):  # of those that were not asked for
        scores = [score_of(metric, s, variance=v, unit=unit) for s, v in zip(sums, variances, strict=True)]
        losses = [loss_of(s) for s in sums]
        running = np.asarray(members.carry.loss_sum, np.float64) / np.asarray(members.carry.weight_sum, np.float64)
    best, best_loss = (
        np.array([np.nan if p is None else getattr(p, n) for p in crew.places]) for n in ("score", "loss")
    )
    better = improved(metric, scores[1], losses[1], best, best_loss) & finite & among
    if better.any():
        members = keep_best(members, better)
    places = list(crew.places)
    for k in np.flatnonzero(among):
        place: Any = places[k]
        at = slice(k, k + 1)
        evaluation = Evaluation(
            epoch=place.step / place.plan.steps,
            step=place.step,
            running_loss=running[at],
            training_loss=losses[0][at],
            training_score=scores[0][at],
            validation_loss=losses[1][at],
            validation_score=scores[1][at],
            penalty=np.full(1, np.nan),
            better=better[at],
            seconds=0.0,
        )
        place = place._replace(history=place.history.with_evaluation(evaluation))
        if better[k]:
            place = place._replace(score=float(scores[1][k]), loss=float(losses[1][k]))
        places[k] = place
    return crew._replace(members=members, places=tuple(places))


def _sums(crew: Crew, among: np.ndarray, fold: np.ndarray) -> tuple[Sums, ...]:
    """Return the sums over each member's own parts; 0 for those that are not asked for."""
    group = crew.group
    if len(group.grounds) == 1:
        return jax.device_get(assess(crew.members, group.scored[0].parts, among))
    found = []
    for scored in group.scored:
        within = among & np.isin(fold, scored.folds)
        if within.any():
            which = np.searchsorted(scored.folds, fold).clip(max=len(scored.folds) - 1).astype(np.int32)
            found.append(assess(crew.members, scored.parts, within, which))
    return jax.tree.map(
        lambda *sums: np.sum(sums, axis=0), *jax.device_get(found)
    )  # each member has sums in one of them


def _settled(crew: Crew, finite: np.ndarray) -> Crew:
    """Let those go that have ended or are to rest; do what the others' own controllers say."""
    left: list[Result] = []
    for position, place in enumerate(crew.places):
        if place is None:
            continue
        crew, ending = _steered(crew, position, place)
        if place.step >= place.plan.total and not ending:
            ending = "all epochs were trained"
        resting = 0 < place.trial.until * place.plan.steps <= place.step
        failure, astray = "", not finite[position]
        if astray or not (ending or resting):  # at its end, a trial has its score, however high its loss
            failure = _failure(place, astray)
        if failure or ending or resting:
            given = place.trial, failure or ending, bool(failure), place.history, place.score, place.loss
            left.append(Result(*given, _rest(crew, position), given_up=bool(failure) and not astray))
    taken = {result.trial.number for result in left}
    places = tuple(None if place is None or place.trial.number in taken else place for place in crew.places)
    for result in left:  # once nothing can fail any more for want of memory: what is told is never trained again
        crew.told(result)
    return crew._replace(places=places)


def _failure(place: Place, astray: bool) -> str:
    """Say why a trial is given up; "" for one that is not."""
    first, last = (place.history.evaluations[k] for k in (0, -1))
    if astray:
        return f"its numbers were no longer finite after epoch {last.epoch:g}"
    began, loss = float(first.training_loss[0]), float(last.training_loss[0])
    if not place.trial.spared and loss > LOST * began > 0:
        return f"its loss was {loss / began:.3g} times the first after epoch {last.epoch:g}"
    return ""


def _steered(crew: Crew, position: int, place: Place) -> tuple[Crew, str]:
    """Ask a trial's own controllers; return the crew, and why it ends: "" if it does not."""
    ending = ""
    for controller in place.steering:
        # Early stopping looks at the history alone, and taking a member out costs more than a small one's epoch.
        alone = isinstance(controller, EarlyStopping)
        members = crew.members if alone else _taken(crew.members, jnp.asarray([position], jnp.int32))
        progress = Progress(
            history=place.history,
            members=members,
            epoch=place.step / place.plan.steps,
            step=place.step,
            total=place.plan.total,
            evaluated=True,
            seconds=0.0,
            compile_seconds=0.0,
            examples_per_second=0.0,
            metric=crew.group.grounds[0].metric,
        )
        match controller.decide(progress):
            case Stop(reason):
                ending = ending or reason
            case Rescale((share,)):
                carry = crew.members.carry
                shares = np.array(carry.rate_share)
                since = np.array(carry.share_since)
                shares[position], since[position] = share, place.step
                carry = carry._replace(rate_share=jnp.asarray(shares), share_since=jnp.asarray(since))
                crew = crew._replace(members=crew.members._replace(carry=carry))
    return crew, ending


def _rest(crew: Crew, position: int) -> Rest:
    place: Any = crew.places[position]
    return Rest(on_the_host(member_of(crew.members, position)), place.history, place.score, place.loss)


def _with(places: tuple[Place | None, ...], position: int, place: Place | None) -> tuple[Place | None, ...]:
    return (*places[:position], place, *places[position + 1 :])
