"""What is kept of a trial: all that a later stage, a report or a resumed search asks for."""

import math
from typing import Any, NamedTuple

from thalweg.search.engine.trial import Result
from thalweg.train.history import Evaluation


class Proposal(NamedTuple):
    """One trial that a strategy asks for."""

    point: dict[str, Any]  # plain value by the dimension's name
    epochs: int  # as long as its schedule is laid out for
    until: int = 0  # epochs after which it rests; 0 for its end
    repeat: int = 0  # which further seed it is trained from; 0 for the search's own
    of: int = -1  # the trial that it goes on with or repeats; -1 for none


class TrialRecord(NamedTuple):
    """One trial, trained as far as it was to be."""

    number: int  # from 0, in the order in which the stages asked for them
    stage: str
    proposal: Proposal
    seed: int
    ending: str  # why it ended; "" where it rests
    failed: bool
    score: float  # the best on the validation rows; NaN if there never was one
    loss: float  # that came with it
    spent: float  # epochs that were trained for it alone
    curve: tuple[tuple[float, float, float, float], ...]  # (epoch, training loss, validation loss, validation score)
    risen: float = math.nan  # its validation loss when it was to be given up, and was spared; NaN if it never was


def record_of(number: int, stage: str, proposal: Proposal, result: Result, before: float = 0.0) -> TrialRecord:
    """Return what is kept of a result.

    Args:
        number: Of the trial.
        stage: That asked for it.
        proposal: What was asked for.
        result: What came of it.
        before: Epochs that an earlier trial had trained it for.

    Returns:
        The record.
    """
    evaluations = result.history.evaluations
    return TrialRecord(
        number=number,
        stage=stage,
        proposal=proposal,
        seed=result.trial.seed,
        ending=result.ending,
        failed=result.failed,
        score=_finite(result.score),
        loss=_finite(result.loss),
        spent=max(0.0, (evaluations[-1].epoch if evaluations else 0.0) - before),
        curve=tuple(map(_row, evaluations)),
    )


def worth(record: TrialRecord, sign: float) -> float:
    """Return a trial's score such that more is better.

    Args:
        record: Of the trial.
        sign: 1 where larger scores are better, -1 where smaller ones are.

    Returns:
        The score times the sign; minus infinity for one that failed or has no score.
    """
    return -math.inf if record.failed or math.isnan(record.score) else sign * record.score


def ranked(records: list[TrialRecord], sign: float) -> list[TrialRecord]:
    """Return trials, the best first.

    Args:
        records: In any order.
        sign: 1 where larger scores are better, -1 where smaller ones are.

    Returns:
        By score, then by the loss that came with it, then by number.
    """
    return sorted(records, key=lambda one: (-worth(one, sign), _ordered(one.loss), one.number))


def last_loss(record: TrialRecord) -> float:
    """Return a trial's validation loss when it was last scored; infinity for none."""
    return _ordered(record.curve[-1][2]) if record.curve else math.inf


def _row(one: Evaluation) -> tuple[float, float, float, float]:
    numbers = (one.training_loss, one.validation_loss, one.validation_score)
    training, loss, score = (_finite(float(number[0])) for number in numbers)
    return one.epoch, training, loss, score


def _finite(value: float) -> float:
    """Return NaN for an infinity, for which a file has no word."""
    return value if math.isfinite(value) else math.nan


def _ordered(loss: float) -> float:
    return math.inf if math.isnan(loss) else loss
