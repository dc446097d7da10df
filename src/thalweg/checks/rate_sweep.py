"""How the loss of a fresh network fares over a few steps, at one learning rate after the other."""

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from thalweg.checks.tolerances import RATE_BAD, RATE_DECADES, RATE_FINE, RATE_LUCK, RATE_SIDE
from thalweg.spec import replaced, traced
from thalweg.train.observers import Observer
from thalweg.train.plan import Plan
from thalweg.train.population import advance, population
from thalweg.train.state import Batches, Member
from thalweg.types import Array

RATE_NOTHING = 1e-30  # too small to move any weight


class RateSweep(NamedTuple):
    """What a few steps did to the loss, from several starts."""

    steps: int
    rates: Float[np.ndarray, " r"]  # increasing, a quarter of a decade apart
    # Mean loss of the last third of the steps beside that of the same batches with the weights left as they were, as a
    # natural logarithm: 0 where nothing was gained, below 0 where something was; 1 or less, whatever happened.
    gain: Float[np.ndarray, "s r"]


class Ground(NamedTuple):
    """What the steps are made on; of the shapes that training has, so that it has one compiled program with it."""

    x: Array  # (n, ...); where the batch is full, of the training rows alone
    y: Array
    weight: Array  # (n,)
    rows: Int[np.ndarray, " k"]  # the training rows
    batch: int
    observers: tuple[Observer, ...] = ()


def sweep_rates(starts: Sequence[Member], seeds: Sequence[int], ground: Ground, *, steps: int) -> RateSweep:
    """Try rates around the one at which the loss falls fastest.

    From the first start rates a decade apart are tried, from the run's own one downhill; then, from each start, rates a
    quarter of a decade apart around the best of these. Each try is a run in miniature: it begins with the same weights,
    sees the same batches with the same random draws, and goes through the whole schedule in its few steps. The members
    that are given are not changed.

    Args:
        starts: Fresh members, without a population axis, one for each seed.
        seeds: Of the order of examples, and so of the batches.
        ground: The data.
        steps: Of each try; at least 3.

    Returns:
        The rates of the fine tries, and what each gained.
    """
    courses = [gains(start, seed, ground, steps=steps) for start, seed in zip(starts, seeds, strict=True)]
    middle = _downhill(courses[0], float(starts[0].learner.update.rate))
    exponents = middle + np.arange(-RATE_SIDE, RATE_SIDE + 1) / RATE_FINE
    rates = 10.0**exponents
    gain = np.array([[course(float(rate)) for rate in rates] for course in courses])
    return RateSweep(steps, rates, gain)


def _downhill(gain: Callable[[float], float], rate: float) -> int:
    """Return the exponent of the power of ten at which most is gained, by steps to the better neighbour at first."""
    low, high = RATE_DECADES
    gain = functools.cache(gain)
    found = _walk(gain, min(max(round(math.log10(rate)), low), high))
    # A rate far too high may gain a little by luck, and hide the valley from a walk downhill.
    return found if gain(10.0**found) < RATE_LUCK else min(range(low, high + 1), key=lambda e: gain(10.0**e))


def _walk(gain: Callable[[float], float], at: int) -> int:
    low, high = RATE_DECADES
    while True:
        if gain(10.0**at) >= RATE_BAD and at > low:
            at -= 1
            continue
        best = min((e for e in (at, at - 1, at + 1) if low <= e <= high), key=lambda e: gain(10.0**e))
        if best == at:
            return at
        at = best


def gains(start: Member, seed: int, ground: Ground, *, steps: int) -> Callable[[float], float]:
    """Return the function that says what a rate gains from one start.

        log(mean loss of the last third of the steps at this rate / the same at a rate of 0)

    Args:
        start: A fresh member, without a population axis; it is not changed.
        seed: Of the order of examples.
        ground: The data.
        steps: Of each try; at least 3.

    Returns:
        The function, of a rate; its values are at most 0.5, also where the loss is no finite number.
    """
    begun = start._replace(total=jnp.int32(steps))
    plan = Plan(ground.rows, ground.batch, steps, ((seed, 0),))
    epochs = [_batches(ground, plan, epoch) for epoch in range(1 if plan.full_batch else -(-steps // plan.steps))]
    still = _late_loss(begun, RATE_NOTHING, plan, epochs, ground.observers)

    def gain(rate: float) -> float:
        loss = _late_loss(begun, rate, plan, epochs, ground.observers)
        better = loss / still if still > 0 else math.nan
        return min(math.log(better), RATE_BAD) if better > 0 and math.isfinite(better) else RATE_BAD

    return gain


def _late_loss(
    member: Member, rate: float, plan: Plan, epochs: Sequence[Batches], observers: tuple[Observer, ...]
) -> float:
    """Train for the plan's steps at a rate and return the mean loss over the last third of them."""
    late = plan.total - plan.total // 3
    learner = replaced(member.learner, update=replaced(member.learner.update, rate=rate))
    members = population([member._replace(learner=traced(learner))])
    losses, weights = 0.0, 0.0
    for begin, end in _stretches(plan, late):
        before = _sums(members) if begin >= late and begin % plan.steps else (0.0, 0.0)
        batches = epochs[0 if plan.full_batch else begin // plan.steps]
        members, _ = advance(members, batches, clock=begin, count=end - begin, observers=observers)
        if begin >= late:
            after = _sums(members)
            losses, weights = losses + after[0] - before[0], weights + after[1] - before[1]
    return losses / weights if weights > 0 else math.nan


def _stretches(plan: Plan, late: int) -> list[tuple[int, int]]:
    """Return the first step of each call and the one behind its last: cut where epochs begin, and the last third."""
    epochs = [] if plan.full_batch else list(range(plan.steps, plan.total, plan.steps))
    return list(itertools.pairwise(sorted({0, late, plan.total, *epochs})))


def _sums(members: Member) -> tuple[float, float]:
    return float(members.carry.loss_sum[0]), float(members.carry.weight_sum[0])


def _batches(ground: Ground, plan: Plan, epoch: int) -> Batches:
    order = plan.order(epoch)
    if order is None:
        return Batches(ground.x, ground.y, ground.weight, None, None)
    return Batches(ground.x, ground.y, ground.weight, jnp.asarray(order[0]), jnp.asarray(order[1], ground.weight.dtype))
