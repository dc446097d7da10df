"""The lines that change an experiment, with numbers from the one that was run."""

from thalweg.diagnosis.case import Case
from thalweg.penalties.l2 import L2

FIRST_STRENGTH = 1e-3


def rate_times(case: Case, factor: float) -> tuple[float, str]:
    """Return (the rate times a factor, its setting)."""
    rate = float(f"{float(case.experiment.update.rate) * factor:.3g}")
    return rate, f"--set update.rate={rate:g}"


def stronger_penalty(case: Case) -> str:
    """Return the setting of an L2 penalty ten times as strong, or of a first one."""
    penalty = case.experiment.penalty
    if isinstance(penalty, L2):
        return f"--set penalty.strength={10 * float(penalty.strength) or FIRST_STRENGTH:g}"
    return f"--set penalty=l2 --set penalty.strength={FIRST_STRENGTH:g}"


def more_epochs(case: Case) -> str:
    """Return the setting of twice as many epochs."""
    return f"--set training.epochs={2 * int(case.experiment.training.epochs)}"
