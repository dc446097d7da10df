"""What a search found, in sentences."""

import math
from typing import Any, NamedTuple

from thalweg.report.numbers import amount, difference, metric_of, scored
from thalweg.report.text import short
from thalweg.runs.search_record import FinalistRow, SearchSummary, StageRow
from thalweg.wording import counted

SHOWN = 10  # of the best trials, in a table


def search_lines(search: SearchSummary) -> list[str]:
    """Return what came of a search.

    Args:
        search: That came to its end.

    Returns:
        Sentences: how much was tried, what was best, and by how much; at whose edges the best trials lie.
    """
    return [_tried(search), _best(search), *_compared(search), *search.edges]


def point_text(point: dict[str, Any]) -> str:
    """Return a point of a space as people write settings.

    Args:
        point: Plain value by the dimension's name.

    Returns:
        Such as "update.rate = 0.0123, update.kind = adam".

    Example:
        >>> point_text({"update.rate": 0.012345, "network.layers.0.units": 64})
        'update.rate = 0.0123, network.layers.0.units = 64'
    """
    return ", ".join(f"{name_text(name)} = {value_text(value)}" for name, value in point.items())


def name_text(name: str) -> str:
    """Return a dimension's name, shortened where it stands for several settings."""
    first, *others = name.split(", ")
    return f"{short(first, 60)} and {len(others)} more" if others else short(first, 60)


def value_text(value: Any) -> str:
    """Return a value of a setting, shortened for people; of a part its kind."""
    if isinstance(value, dict) and "kind" in value:
        return short(str(value["kind"]), 60)
    return amount(value) if isinstance(value, float) else short(str(value), 60)


def _tried(search: SearchSummary) -> str:
    epochs = sum(trial.epochs for trial in search.trials)
    failed = sum(trial.failed for trial in search.trials)
    lost = f"; {failed:,} of them failed" if failed else ""
    by = f"; each is scored by its mean over {search.folds} folds" if search.folds else ""
    made = f"{counted(len(search.trials), 'trial')} of {counted(round(epochs), 'epoch')} in all"
    return f"The search made {made}{lost}{by}."


def _best(search: SearchSummary) -> str:
    best, title = search.finalists[0], metric_of(search.metric).title
    seeds = len(best.scores)
    if seeds < 2:
        return (
            f"Trial {best.trial} was best, with {title} {scored(search.metric, best.mean)}: {point_text(best.point)}."
        )
    spread = f"standard deviation {difference(search.metric, best.deviation)}"
    return (
        f"Trial {best.trial} was best, with {title} {scored(search.metric, best.mean)} on average over {seeds} seeds "
        f"({spread}; the first chose it, so that this flatters a little): {point_text(best.point)}."
    )


def _compared(search: SearchSummary) -> list[str]:
    if not math.isfinite(search.difference) or not math.isfinite(search.low):
        return []
    size = difference(search.metric, search.difference)
    if size == difference(search.metric, 0.0):
        return [f"Trial {search.finalists[1].trial} does as well on average."]
    low, high = (("\N{MINUS SIGN}" if v < 0 else "") + difference(search.metric, v) for v in (search.low, search.high))
    chance = "" if search.low > 0 else ", so that chance alone could explain it"
    return [
        f"That is {size} better than the next best, trial {search.finalists[1].trial} (95% interval {low} to "
        f"{high}){chance}."
    ]


class StageLine(NamedTuple):
    """One stage in a table."""

    name: str
    trials: int
    ranges: str
    remarks: tuple[str, ...]


class TrialLine(NamedTuple):
    """One trial in a table."""

    number: int
    stage: str
    score: str
    seeds: str  # mean and deviation of a finalist
    settings: str


class SearchView(NamedTuple):
    """What a page shows of a search, beside its pictures."""

    sentences: tuple[str, ...]
    title: str  # of the score
    stages: tuple[StageLine, ...]
    best: tuple[TrialLine, ...]


def search_view(search: SearchSummary) -> SearchView:
    """Return what a page shows of a search.

    Args:
        search: That came to its end.

    Returns:
        Sentences and tables.
    """
    sign = 1.0 if metric_of(search.metric).larger_is_better else -1.0
    own = [trial for trial in search.trials if trial.of < 0 and math.isfinite(trial.score) and not trial.failed]
    best = sorted(own, key=lambda trial: (-sign * trial.score, trial.number))[:SHOWN]
    means = {one.trial: one for one in search.finalists if len(one.scores) > 1}
    return SearchView(
        tuple(search_lines(search)),
        metric_of(search.metric).title,
        tuple(
            StageLine(
                stage.name,
                stage.trials,
                "the best of all" if stage.name == "finalists" else _ranges(stage),
                stage.remarks,
            )
            for stage in search.stages
        ),
        tuple(
            TrialLine(
                trial.number,
                trial.stage,
                scored(search.metric, trial.score),
                _over_seeds(search.metric, means.get(trial.number)),
                point_text(trial.point),
            )
            for trial in best
        ),
    )


def _ranges(stage: StageRow) -> str:
    return "; ".join(f"{name_text(name)}: {short(one.text, 80)}" for name, one in stage.ranges.items())


def _over_seeds(metric: str, finalist: FinalistRow | None) -> str:
    if finalist is None:
        return ""
    return f"{scored(metric, finalist.mean)} \N{PLUS-MINUS SIGN} {difference(metric, finalist.deviation)}"
