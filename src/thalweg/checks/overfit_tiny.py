"""Can the network learn a handful of examples by heart?"""

import math
import time
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import TINY_CHUNK, TINY_LOSS, TINY_RATES, TINY_SECONDS, TINY_STEPS
from thalweg.network.noise import without_noise
from thalweg.objective import Objective
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.schedules.constant import Constant
from thalweg.spec import replaced, traced
from thalweg.train.evaluate import assess, part_of
from thalweg.train.population import advance, population
from thalweg.train.scores import loss_of, score_of
from thalweg.train.state import Batches, Carry, Learner, Member
from thalweg.types import Loss
from thalweg.updates.adam import Adam
from thalweg.wording import counted

_ADVICE = (
    "Stop and mend this before any tuning: look at the initial weights, at the inputs' scale, at a layer that passes "
    "no gradient, at the pairing of rows and labels, or give the network more units."
)


class Fitted(NamedTuple):
    """What the best of the tries came to."""

    loss: float  # mean over the rows, in inference mode
    accuracy: float  # share of the rows with nothing wrong; 1 for regression
    steps: int
    finished: bool  # False if time ran out first
    parameters: int


def fit_tiny(beginning: Member, x: np.ndarray, targets: np.ndarray, *, enough: float, most: int = TINY_STEPS) -> Fitted:
    """Train on a few examples with Adam at three rates, side by side.

    There is no penalty, dropout, noise or label smoothing.

    Args:
        beginning: A fresh member, without a population axis; gives network, loss and initial weights.
        x: (n, ...) a few preprocessed examples.
        targets: Theirs.
        enough: Stop once a try's loss is below this, with every class and answer right.
        most: Steps to take, at most.

    Returns:
        The try with the lowest loss.
    """
    members = population([_beginning(beginning, rate) for rate in TINY_RATES])
    weight = jnp.ones(len(x))
    part = part_of(in_float(x), in_float(targets), weight, np.arange(len(x)))
    batches = Batches(part.x, part.y, weight, order=None, mask=None)
    parameters = sum(leaf[0].size for leaf in jax.tree.leaves(members.carry.params))
    clock, begin, best = 0, time.perf_counter(), (float("inf"), 0.0)
    while clock < most and time.perf_counter() - begin < TINY_SECONDS:
        count = min(TINY_CHUNK, most - clock) if clock else TINY_CHUNK // 10
        members, _ = advance(members, batches, clock=clock, count=count)
        clock += count
        (sums,) = jax.device_get(assess(members, (part,)))
        losses = loss_of(sums)
        amounts = targets.dtype.kind == "f"
        scores = np.ones(len(losses)) if amounts else score_of("exact_match", sums)  # of classes, the accuracy
        # A diverged try has loss NaN and is not the best.
        best = min([best, *((v, -s) for v, s in zip(losses.tolist(), scores.tolist(), strict=True) if v == v)])
        if best[0] < enough and best[1] == -1.0:
            break
    return Fitted(best[0], -best[1], clock, clock >= most or best[0] < enough, parameters)


def overfit_tiny(fitted: Fitted, *, examples: int, outputs: int, classes: bool, blind: float) -> CheckResult:
    """Judge whether a tiny set was learned by heart.

    Args:
        fitted: See `fit_tiny`.
        examples: How many there were.
        outputs: Of the network.
        classes: Whether every class or answer must be right, too.
        blind: What a network that knows nothing costs; positive.

    Returns:
        An error when the loss stays above 5% of a blind guess's, or an example is wrong. Only a note for a network of
        fewer parameters than there are numbers to learn. A very large network that had no time passes.

    Source: CS231n notes, "Neural Networks Part 3", "Overfit a tiny subset of data".
    """
    share = fitted.loss / blind
    learned = share < TINY_LOSS and (fitted.accuracy == 1.0 or not classes)
    small, size = fitted.parameters < examples * outputs, counted(fitted.parameters, "parameter")
    right = f", and {fitted.accuracy:.0%} of the examples are right" if classes else ""
    shown, steps = counted(examples, "example"), counted(fitted.steps, "step")
    text = f"{shown}: after {steps} {share:.2%} of a blind guess's loss is left{right}."
    if not math.isfinite(share):
        text = f"{shown}: the loss was no finite number at any of {len(TINY_RATES)} rates."
    if not (learned or fitted.finished):
        text += f" The {TINY_SECONDS:g} s for this check were spent, so it is not judged."
    return CheckResult(
        name="overfits a tiny set",
        measured=share,
        expected=0.0,
        tolerance=TINY_LOSS,
        unit="of a blind guess's loss",
        passed=learned or not fitted.finished,
        severity="note" if small else "error",
        text=text,
        advice=f"The network has {size}, too few to learn them by heart." if small else _ADVICE,
        judged=learned or fitted.finished,
    )


def in_float(values: np.ndarray) -> jax.Array:
    """Return an array for the device: fractions in the default float type, class numbers as they are."""
    fractions = np.issubdtype(values.dtype, np.floating)
    return jnp.asarray(values, jnp.result_type(float) if fractions else None)


def _beginning(member: Member, rate: float) -> Member:
    objective, (params, state) = member.learner.objective, member.best
    network = without_noise(objective.network)
    rule: Any = Adam(rate)
    learner = Learner(Objective(network, _sharp(objective.loss), NoPenalty()), rule, Constant())
    zero = jnp.zeros(())
    carry = Carry(params, state, rule.build().init(params), jnp.int32(0), zero, zero, jnp.ones(()), jnp.int32(0))
    return Member(traced(learner), member.key, carry, (params, state), jnp.int32(TINY_STEPS), jnp.bool_(True))


def _sharp(loss: Loss) -> Loss:
    # A smoothed loss stays above 0 even where every example is known by heart.
    return replaced(loss, label_smoothing=0.0) if hasattr(loss, "label_smoothing") else loss
