"""What a search found, in sentences."""

import math
from typing import Any

from thalweg.report.numbers import amount, difference, metric_of, scored
from thalweg.report.text import short
from thalweg.runs.search_record import SearchSummary
from thalweg.wording import counted


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
    return f"The search made {counted(len(search.trials), 'trial')} of {counted(round(epochs), 'epoch')} in all{lost}."


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
        f"({spread}): {point_text(best.point)}."
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
