"""What a diagnosis said of a run, in the form that the tallies take."""

import math
from typing import Any, NamedTuple

from tests.faults.parts import FUNCTIONS

from bench.diagnosis.training import Kept, record_of
from thalweg.catalogue import KINDS
from thalweg.diagnosis.diagnose import confirmed
from thalweg.diagnosis.during import look
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.reader import Reader
from thalweg.errors import InputError
from thalweg.functions import by_name
from thalweg.runs.training import ground_of
from thalweg.serialise import changed, from_plain, parse_setting, to_plain

GIVEN = by_name(list(FUNCTIONS))


class Told(NamedTuple):
    """One finding."""

    symptom: str
    severity: str
    evidence: str
    causes: tuple[str, ...]  # stable names, likeliest first
    settings: tuple[str, ...]  # of the first remedy
    experiment: dict[str, Any] | None  # with the first remedy, plain; None where it is not a change of the experiment
    since: float  # share of the budget at which it begins; NaN where that is not known
    attempts: tuple[str, ...] = ()  # what was tried, and what it did


def told(kept: Kept, share: float) -> tuple[Told, ...]:
    """Diagnose a run that was kept.

    Args:
        kept: The run.
        share: Of its work that trying other settings may take; 0 for none.

    Returns:
        The findings.
    """
    case = _reader(kept).case(kept.history, kept.ending)
    prepared, source = kept.prepared()
    prepared = prepared._replace(experiment=kept.experiment)
    ground = ground_of(record_of(kept.setup, kept.seed, kept.metric), source, prepared)
    return tuple(_read(finding, kept) for finding in confirmed(case, ground, share=share))


def told_during(kept: Kept) -> tuple[tuple[str, float], ...]:
    """Return what would have been told while a kept run went on, as `thalweg.diagnosis.on_finding` tells it.

    Args:
        kept: The run.

    Returns:
        Symptoms, each once, with the share of the run's steps at which it was certain.
    """
    reader = _reader(kept)
    *earlier, last = kept.history.evaluations
    total = round(last.step / last.epoch) * int(kept.experiment.training.epochs) if last.epoch else 1
    told: dict[str, float] = {}
    for one in (*earlier, last):
        ended = one is last
        history = kept.history if ended else kept.history.until(one.step)
        seen = look(history, total, reader, kept.ending if ended else "")
        if seen is not None and seen.finding is not None and seen.certain:
            told.setdefault(seen.finding.symptom, min(1.0, one.step / total))
    return tuple(told.items())


def _reader(kept: Kept) -> Reader:
    return Reader(
        kept.checks,
        kept.experiment,
        kept.task,
        kept.metric,
        kept.validation_rows,
        lambda: kept.baselines,
        kept.setup.class_weight,
    )


def _read(finding: Finding, kept: Kept) -> Told:
    settings = finding.remedies[0].settings if finding.remedies else ()
    return Told(
        finding.symptom,
        finding.severity,
        finding.evidence,
        tuple(cause.name for cause in finding.causes),
        settings,
        with_settings(kept, settings),
        min(1.0, finding.since / float(kept.experiment.training.epochs)) if math.isfinite(finding.since) else math.nan,
        tuple(attempt.result for attempt in finding.attempts),
    )


def with_settings(kept: Kept, settings: tuple[str, ...]) -> dict[str, Any] | None:
    """Return a run's experiment with settings changed, plain; None where there are none, or they cannot be followed."""
    plain = to_plain(kept.setup.experiment)
    try:
        for setting in settings:
            plain = changed(plain, *parse_setting(setting))
        return to_plain(from_plain(plain, "experiment", KINDS, given=GIVEN)) if settings else None
    except InputError:
        return None
