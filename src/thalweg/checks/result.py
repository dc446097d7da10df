"""What every check returns, and how many passed."""

from collections.abc import Iterable
from typing import NamedTuple


class Curve(NamedTuple):
    """What a check measured at one value after the other."""

    at: tuple[float, ...]  # increasing, positive
    values: tuple[tuple[float, ...], ...]  # a row a start
    low: float  # the interval that was made of it
    high: float
    own: float  # the run's value


class CheckResult(NamedTuple):
    """One measurement held against one expectation; printing it is the report's job."""

    name: str
    measured: float
    expected: float
    tolerance: float  # largest |measured - expected| that passes, same unit; infinite for a check in words alone
    unit: str
    passed: bool  # False for NaN; True where nothing was judged
    severity: str  # "note", "warning" or "error": what a failure means; "error" stops `check` with exit code 1
    text: str  # one sentence: what was measured, what was expected
    advice: str  # what to look at first when the check fails
    where: str = ""  # layer, column or part
    judged: bool = True  # False where there was too little to go by; then it counts neither way
    curve: Curve | None = None  # where there is one


def tally(results: Iterable[CheckResult]) -> str:
    """Say how many checks passed, of those that judged.

    Args:
        results: Of the checks.

    Returns:
        Such as "8 of 8 checks passed, 1 not judged".

    Example:
        >>> tally([])
        '0 of 0 checks passed'
    """
    results = list(results)
    judged = [result for result in results if result.judged]
    left = len(results) - len(judged)
    passed = sum(result.passed for result in judged)
    return f"{passed} of {len(judged)} checks passed" + (f", {left} not judged" if left else "")
