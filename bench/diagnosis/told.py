"""What a diagnosis said of a run, in the form that the tallies take."""

import math
from typing import Any, NamedTuple

from bench.diagnosis.training import Kept
from thalweg.catalogue import KINDS
from thalweg.diagnosis.diagnose import diagnose
from thalweg.errors import InputError
from thalweg.serialise import changed, from_plain, parse_setting, to_plain

GRAVE = ("warning", "error")
# The causes that a symptom speaks of, likeliest first, as long as findings have no causes of their own.
BY_SYMPTOM = {
    "diverged": ("rate_too_high",),
    "unscaled_inputs": ("unscaled_inputs",),
    "rate_too_high": ("rate_too_high",),
    "rate_too_low": ("rate_too_low",),
    "oscillating": ("rate_too_high", "batch_too_small"),
    "late_start": ("initial_weights", "activation"),
    "worse_than_baseline": ("rate_too_high", "too_few_epochs", "penalty_too_strong"),
    "learned_nothing": ("rate_too_high", "labels_unrelated", "initial_weights"),
    "overfitting": ("overfitting",),
    "stopped_early": ("too_few_epochs",),
    "short_run": ("too_few_epochs",),
}


class Told(NamedTuple):
    """One finding."""

    symptom: str
    severity: str
    title: str
    causes: tuple[str, ...]  # stable names, likeliest first
    settings: tuple[str, ...]  # of the first remedy
    experiment: dict[str, Any] | None  # with the first remedy, plain; None where it is not a change of the experiment
    since: float  # share of the budget at which it begins; 1 where that is not known


def told(kept: Kept) -> tuple[Told, ...]:
    """Diagnose a run that was kept."""
    found = diagnose(
        kept.history,
        checks=kept.checks,
        experiment=kept.experiment,
        task=kept.task,
        metric=kept.metric,
        ending=kept.ending,
        baselines=kept.baselines,
        validation_rows=kept.validation_rows,
    )
    return tuple(_adapted(finding, kept) for finding in found)


def _adapted(finding: Any, kept: Kept) -> Told:
    """Read a finding with causes and remedies, or one of before there were any."""
    begun = getattr(finding, "since", math.nan) / float(kept.experiment.training.epochs)
    since = min(1.0, begun) if math.isfinite(begun) else 1.0
    said = (finding.symptom, finding.severity, finding.title)
    if hasattr(finding, "causes"):
        first = finding.remedies[0] if finding.remedies else None
        plain = to_plain(first.experiment) if first and first.experiment else None
        return Told(*said, tuple(c.name for c in finding.causes), first.settings if first else (), plain, since)
    settings = tuple(filter(None, finding.setting.removeprefix("--set ").split(" --set ")))
    causes = BY_SYMPTOM.get(finding.symptom, ())
    if finding.symptom == "dead_units":
        causes = ("initial_weights",) if finding.cause == "the initial weights" else ("rate_too_high",)
    return Told(*said, causes, settings, _with(kept, settings), since)


def _with(kept: Kept, settings: tuple[str, ...]) -> dict[str, Any] | None:
    plain = to_plain(kept.setup.experiment)
    try:
        for setting in settings:
            plain = changed(plain, *parse_setting(setting))
        made = to_plain(from_plain(plain, "experiment", KINDS, given=None))
    except InputError:
        return None  # it cannot be followed in this run
    return plain if settings and made else None
