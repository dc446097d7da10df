"""What came of a search, in the form that a run's outcome keeps."""

import math
from collections.abc import Sequence

import numpy as np

from thalweg.runs.search_record import FinalistRow, RangeRow, SearchSummary, StageRow, TrialRow
from thalweg.search.drive import Found
from thalweg.search.importance import importance_of
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.kinds import Over
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.record import TrialRecord
from thalweg.train.scores import METRICS

MOST_POINTS = 40  # of a curve


def summary_of(found: Found, strategy: str, metric: str) -> SearchSummary:
    """Return what is kept of a search that came to its end.

    Args:
        found: With a verdict.
        strategy: By which it was made.
        metric: Of the scores.

    Returns:
        The summary.

    Raises:
        ValueError: If no trial came to a score.
    """
    verdict = found.verdict
    if verdict is None:
        raise ValueError("summary_of needs a search with a winner; no trial came to a score.")
    points = {record.number: record.proposal.point for record in found.records}
    return SearchSummary(
        strategy=strategy,
        metric=metric,
        stages=tuple(
            StageRow(
                stage.name,
                len(stage.proposals),
                {dimension.name: _range(dimension.over) for dimension in stage.space.dimensions},
                stage.remarks,
            )
            for stage in found.stages
        ),
        trials=tuple(map(_row, found.records)),
        finalists=tuple(
            FinalistRow(one.number, points[one.number], one.mean, one.deviation, one.scores)
            for one in verdict.finalists
        ),
        difference=verdict.difference,
        low=verdict.low,
        high=verdict.high,
        edges=found.edges,
        importance=_importance(found, 1.0 if METRICS[metric].larger_is_better else -1.0),
    )


def _importance(found: Found, sign: float) -> dict[str, float]:
    """Return that of the first stage, which draws from the widest ranges; TPE's stages are all one."""
    first = found.stages[0]
    names = {stage.name for stage in found.stages if stage.space == first.space and stage.proposals[0].of < 0}
    return importance_of(first.space, [record for record in found.records if record.stage in names], sign)


def _range(over: Over) -> RangeRow:
    if isinstance(over, Choice):
        return RangeRow(str(over), False, math.nan, math.nan)
    log = isinstance(over, LogUniform) or (isinstance(over, Integer) and over.log)
    return RangeRow(str(over), log, float(over.low), float(over.high))


def _row(record: TrialRecord) -> TrialRow:
    return TrialRow(
        number=record.number,
        stage=record.stage,
        point=record.proposal.point,
        of=record.proposal.of,
        epochs=record.spent,
        score=record.score,
        failed=record.failed,
        ending=record.ending,
        curve=tuple((epoch, score) for epoch, _, _, score in _thinned(record.curve)),
    )


def _thinned(curve: Sequence[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    if len(curve) <= MOST_POINTS:
        return list(curve)
    return [curve[k] for k in np.unique(np.linspace(0, len(curve) - 1, MOST_POINTS).round().astype(int))]
