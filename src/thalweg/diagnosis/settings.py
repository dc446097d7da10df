"""The lines that change an experiment, with numbers from the one that was run."""

import math

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.thresholds import FEWEST_STEPS, RATE_ABSURD, RATE_ABSURD_BOUNDED
from thalweg.diagnosis.written import as_words, settings_between
from thalweg.experiment import Experiment
from thalweg.penalties.l2 import L2
from thalweg.spec import replaced, tunables
from thalweg.types import Penalty, UpdateRule

FIRST_STRENGTH = 1e-3


def is_absurd(rule: UpdateRule) -> bool:
    """Say whether a rule's rate is so high that no part of it is of use."""
    return float(rule.rate) > (RATE_ABSURD_BOUNDED if getattr(rule, "bounded_steps", False) else RATE_ABSURD)


def rated(experiment: Experiment, rate: float) -> Experiment:
    """Return an experiment at another rate."""
    rule: UpdateRule = experiment.update
    return replaced(experiment, update=replaced(rule, rate=rate))


def rate_times(case: Case, factor: float) -> tuple[str, str]:
    """Return (the rate times a factor in words, its setting); to lower an absurd rate, the rule's default instead.

    Of a run whose rate is not known the words tell the factor, and there is no setting.
    """
    if case.experiment is None:
        told = f"{case.rate * factor:.2g}" if math.isfinite(case.rate) else f"{factor:.2g} times what it is"
        return told, ""
    rule = case.experiment.update
    absurd = is_absurd(rule) and factor < 1
    rate = float(type(rule)().rate if absurd else f"{float(rule.rate) * factor:.3g}")
    return f"{rate:g}", f"--set update.rate={rate:g}"


def rate_said(case: Case) -> str:
    """Return the rate as a sentence names it: "the learning rate 0.01"."""
    return f"the learning rate {case.rate:g}" if math.isfinite(case.rate) else "the learning rate"


def penalized(experiment: Experiment) -> Experiment:
    """Return an experiment with a penalty ten times as strong, or with a first one."""
    penalty: Penalty = experiment.penalty
    strengths = {name: float(f"{10 * float(getattr(penalty, name)):.6g}") for name in tunables(type(penalty))}
    stronger = replaced(penalty, **strengths) if any(strengths.values()) else L2(FIRST_STRENGTH)
    return replaced(experiment, penalty=stronger)


def stronger_penalty(case: Case) -> str:
    """Return the settings of `penalized`; "" for a run of another program."""
    if case.experiment is None:
        return ""
    return as_words(settings_between(case.experiment, penalized(case.experiment)))


def more_epochs(case: Case) -> str:
    """Return the setting of twice as many epochs; of a short run, of as many as make it twice as long as needed.

    "" for a run of another program.
    """
    if case.experiment is None:
        return ""
    epochs = int(case.experiment.training.epochs)
    needed = math.ceil(2 * FEWEST_STEPS * epochs / max(case.steps, 1)) if case.short else 0
    return f"--set training.epochs={max(2 * epochs, needed)}"
