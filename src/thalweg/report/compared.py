"""Several runs side by side, in sentences and rows."""

import math
from typing import Any

from thalweg.report.numbers import amount, count, difference, duration, metric_of, scored
from thalweg.report.text import short
from thalweg.report.verdict import interval
from thalweg.runs.comparing import Beside, Compared, Side
from thalweg.wording import counted

MOST_SETTINGS = 30


def side_rows(compared: Compared) -> list[tuple[str, ...]]:
    """Return a row a run: where it is, its scores, its size, how long it was trained.

    Args:
        compared: Of two runs or more.

    Returns:
        Rows of equally many texts.
    """
    return [_side(one, compared.metric) for one in compared.sides]


def compared_lines(compared: Compared) -> list[str]:
    """Return how the first run compares with each of the others.

    Args:
        compared: Of two runs or more.

    Returns:
        Sentences.
    """
    first = compared.sides[0].run
    return [line for beside in compared.beside for line in _beside(first, beside, compared.metric)]


def setting_rows(compared: Compared) -> list[tuple[str, ...]]:
    """Return a row for each setting that is not the same in all runs, and what is left out of many.

    Args:
        compared: Of two runs or more.

    Returns:
        (path, value in each run).
    """
    rows = [(one.path, *map(_value, one.values)) for one in compared.settings[:MOST_SETTINGS]]
    more = len(compared.settings) - MOST_SETTINGS
    return [*rows, (f"and {more} more", *[""] * len(compared.sides))] if more > 0 else rows


def _side(one: Side, metric: str) -> tuple[str, ...]:
    test = f"test {scored(metric, one.test.value)}" if one.test else "test part sealed"
    networks = f"{counted(one.networks, 'network')} of " if one.networks > 1 else ""
    size = f"{networks}{count(one.parameters)} parameters"
    said = interval(one.score)
    return (
        one.run,
        f"{metric_of(metric).title} {scored(metric, one.score.value)}{said and f' ({said})'}",
        test,
        size,
        f"{amount(one.epochs)} epochs in {duration(one.seconds)}",
    )


def _beside(first: str, beside: Beside, metric: str) -> list[str]:
    gain = beside.gain
    said = _than(first, beside.other, metric, gain.value, gain.low, gain.high)
    lines = [f"On {counted(gain.rows, 'validation row')} {said}."]
    if beside.folds is not None and math.isfinite(beside.folds.difference):
        found = beside.folds
        lines.append(
            f"Over the same folds {_than(first, beside.other, metric, found.difference, found.low, found.high)}."
        )
    return lines


def _than(first: str, other: str, metric: str, value: float, low: float, high: float) -> str:
    size = difference(metric, value)
    even = size == difference(metric, 0.0)
    said = f"{first} is " + (f"as good as {other}" if even else f"{size} {_word(value)} than {other}")
    if not low < high:
        return said
    ends = (("\N{MINUS SIGN}" if end < 0 else "") + difference(metric, end) for end in (low, high))
    chance = "" if even or low > 0 or high < 0 else ", so that chance alone could explain it"
    return f"{said} (95% interval {' to '.join(ends)}){chance}"


def _word(value: float) -> str:
    return "better" if value > 0 else "worse"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return amount(value) if isinstance(value, float) else short(str(value), 60)
