"""The page: everything there is to say about a run, the verdict first."""

import math
from typing import Any

from thalweg.checks.result import tally
from thalweg.diagnosis.repair import repaired
from thalweg.report import numbers, text
from thalweg.report.attributes import answers
from thalweg.report.confusion import confusion
from thalweg.report.ensemble import ensemble_view
from thalweg.report.experiment import commands, parameters, provenance, selected, settings, timings
from thalweg.report.figures.curves import curves
from thalweg.report.figures.layers import PROBE_MEASURES, STEP_MEASURES, in_order, last_values, layer_figures
from thalweg.report.figures.marks import marked
from thalweg.report.figures.rates import rate_figures
from thalweg.report.figures.residuals import residual_figures
from thalweg.report.figures.search import search_figures
from thalweg.report.figures.together import ensemble_figures, folds_figures
from thalweg.report.findings import MARKS, REPAIRED, ordered_checks, ordered_findings
from thalweg.report.folds import folds_view
from thalweg.report.frame import framed
from thalweg.report.inside import errors, inside_values
from thalweg.report.search import search_view
from thalweg.report.series import of_probes, of_steps
from thalweg.report.verdict import headline, verdict
from thalweg.runs.inside import Inside
from thalweg.runs.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Return the report of a run as one HTML page that loads nothing.

    Every name, class and sentence of the outcome is shown as text, whatever it holds.

    Args:
        outcome: Of the run.

    Returns:
        The page.
    """
    order = tuple(name for name, _, _ in outcome.layers)
    learning, layers = (marked(one, outcome) for one in (curves(outcome), layer_figures(outcome.history, order)))
    comparison = outcome.comparison
    matrix = (
        confusion(comparison, tuple(n for n, _ in outcome.data.classes))
        if comparison and comparison.confusion
        else None
    )
    answered = answers(comparison, outcome.data.attributes) if comparison and comparison.answers else None
    residuals = residual_figures(comparison, outcome.data.target) if comparison and comparison.truth else ()
    inside = outcome.inside or Inside()
    mistakes = inside.mistakes
    rates = rate_figures(outcome.checks)
    searched = search_figures(outcome.search) if outcome.search else ()
    folded = folds_figures(outcome.folds) if outcome.folds else ()
    joined = ensemble_figures(outcome.ensemble) if outcome.ensemble else ()
    return framed(
        "page.html",
        (*learning, *layers, *residuals, *rates, *searched, *folded, *joined),
        outcome=outcome,
        title=_title(outcome),
        verdict=verdict(outcome),
        findings=ordered_findings(outcome.findings),
        checks=ordered_checks(outcome.checks),
        checked=tally(outcome.checks),
        rates=rates,
        marks=MARKS,
        repaired=repaired,
        repaired_mark=REPAIRED,
        curves=learning,
        search=search_view(outcome.search) if outcome.search else None,
        searched=searched,
        folds=folds_view(outcome.folds) if outcome.folds else None,
        folded=folded,
        ensemble=ensemble_view(outcome.ensemble) if outcome.ensemble else None,
        joined=joined,
        layers=layers,
        tensor_table=_last(STEP_MEASURES, lambda measure: in_order(of_steps(outcome.history, measure), order)),
        layer_table=_last(PROBE_MEASURES, lambda measure: in_order(of_probes(outcome.history, measure), order)),
        matrix=matrix,
        mirrored=comparison and any(s.test_time_flips for s in outcome.scores if s.part == comparison.part),
        answered=answered,
        residuals=residuals,
        worst=errors(mistakes) if mistakes and mistakes.rows else None,
        **inside_values(inside),
        commands=commands(outcome),
        settings=settings(outcome),
        timings=timings(outcome),
        provenance=provenance(outcome),
        parameters=parameters(outcome),
        selected=selected(outcome),
    )


def _title(outcome: Outcome) -> str:
    head = headline(outcome)
    said = (
        f"{numbers.metric_of(head.metric).title} {numbers.scored(head.metric, head.value)}" if head else outcome.status
    )
    return f"{text.short(outcome.name, 40)}: {said} - Thalweg report"


def _last(measures: tuple[str, ...], read: Any) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """(tensor or layer, its last value of each measure, NaN where there is none)."""
    columns = [last_values(read(measure)) for measure in measures]
    names = dict.fromkeys(name for column in columns for name in column)
    return tuple((name, tuple(column.get(name, math.nan) for column in columns)) for name in names)
