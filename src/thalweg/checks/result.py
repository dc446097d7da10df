"""What every check returns."""

from typing import NamedTuple


class CheckResult(NamedTuple):
    """One measurement held against one expectation; printing it is the report's job."""

    name: str
    measured: float
    expected: float
    tolerance: float  # largest |measured - expected| that passes, same unit; infinite for a check in words alone
    unit: str
    passed: bool  # False for NaN
    severity: str  # "note", "warning" or "error": what a failure means; "error" stops `check` with exit code 1
    text: str  # one sentence: what was measured, what was expected
    advice: str  # what to look at first when the check fails
    where: str = ""  # layer, column or part
