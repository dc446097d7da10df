"""What is certain of a run while it goes on."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.diagnosis.by_rules import while_training
from thalweg.diagnosis.case import Case, ended_broken
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.reader import Reader
from thalweg.diagnosis.rules.rate_too_high import surged
from thalweg.diagnosis.thresholds import DURING_LOOKS, DURING_SLOW, PERSISTS
from thalweg.train.history import Evaluation, History

_AT_ONCE = ("wrong_gradient", "mixed_examples", "alike_units")  # told by checks before training: they need no curve
# A loss that does not move yet may only be slow to begin: many healthy runs are.
_SLOW = (
    "exploding_gradients",
    "learned_nothing",
    "rate_too_high",
    "rate_too_low",
    "saturated_units",
    "vanishing_gradients",
)


class Look(NamedTuple):
    """What one look at a run that goes on shows."""

    finding: Finding | None  # above a note; None where the rules warn of nothing
    certain: bool  # whether it has lasted


def look(history: History, total: int, reader: Reader, ending: str = "") -> Look | None:
    """Look at a run after its last evaluation.

    A finding is certain once rules warn at three looks in a row, and still do beside what simple models come to.
    Looks are evaluations, fifty at most of a whole run, so that three of them are three moments and not one. What a
    check told before training is certain at once, and so is a number that is no longer finite; that a loss is stuck is
    not certain before two fifths of the steps. All this hangs on the history alone: a run that was interrupted is
    judged as if it had not been.

    Args:
        history: So far; at least one evaluation.
        total: Steps that the run is to make.
        reader: Knows the rest of the run.
        ending: Why training ended, if it did.

    Returns:
        What is seen; None where the last evaluation is no look.
    """
    broken = ended_broken(ending)
    places = _looks(history.evaluations, total)
    if not broken and places[-1] != len(history.evaluations) - 1:
        return None
    case = reader.case(history, ending if broken else "", compared=False)
    finding = _warned(case)
    if finding is None or broken or finding.symptom in _AT_ONCE:
        return Look(finding, finding is not None)
    before, slow = places[-PERSISTS:-1], finding.symptom in _SLOW and not surged(case)
    if len(before) < PERSISTS - 1 or (slow and history.evaluations[-1].step < DURING_SLOW * total):
        return Look(finding, False)
    for place in reversed(before):
        if _warned(reader.case(history.until(history.evaluations[place].step), compared=False)) is None:
            return Look(finding, False)
    compared = _warned(reader.case(history))
    return Look(compared or finding, compared is not None)


def _looks(evaluations: Sequence[Evaluation], total: int) -> list[int]:
    """Return the places of the evaluations that are looked at."""
    period = evaluations[1].step - evaluations[0].step if len(evaluations) > 1 else 1
    stride = max(1, math.ceil(total / max(period, 1) / DURING_LOOKS))
    return list(range(0, len(evaluations), stride))


def _warned(case: Case) -> Finding | None:
    # Before there is a finite loss there is no curve to judge.
    return while_training(case) if case.ending or np.isfinite(case.training_loss).any() else None
