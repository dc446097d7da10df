"""The lines that change an experiment, with numbers from the one that was run."""

import math

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.thresholds import FEWEST_STEPS, RATE_ABSURD, RATE_ABSURD_ADAM
from thalweg.penalties.l2 import L2
from thalweg.updates.adam import Adam

FIRST_STRENGTH = 1e-3


def rate_times(case: Case, factor: float) -> tuple[float, str]:
    """Return (the rate times a factor, its setting); to lower an absurd rate, the rule's default instead."""
    rule = case.experiment.update
    absurd = float(rule.rate) > (RATE_ABSURD_ADAM if isinstance(rule, Adam) else RATE_ABSURD)
    rate = float(type(rule)().rate if absurd and factor < 1 else f"{float(rule.rate) * factor:.3g}")
    return rate, f"--set update.rate={rate:g}"


def stronger_penalty(case: Case) -> str:
    """Return the setting of an L2 penalty ten times as strong, or of a first one."""
    penalty = case.experiment.penalty
    if isinstance(penalty, L2):
        return f"--set penalty.strength={10 * float(penalty.strength) or FIRST_STRENGTH:g}"
    return f"--set penalty=l2 --set penalty.strength={FIRST_STRENGTH:g}"


def more_epochs(case: Case) -> str:
    """Return the setting of twice as many epochs; of a short run, of as many as make it twice as long as needed."""
    epochs = int(case.experiment.training.epochs)
    needed = math.ceil(2 * FEWEST_STEPS * epochs / max(case.steps, 1)) if case.short else 0
    return f"--set training.epochs={max(2 * epochs, needed)}"
