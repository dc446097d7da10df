"""What a verb hands back: the facts for a program, and the exit code."""

import math
from typing import Any, NamedTuple

DONE = 0
FAILED = 1  # the run diverged, or a check did not pass
REFUSED = 2  # something that was given cannot be used
INTERRUPTED = 130  # as a shell counts Ctrl-C: 128 and the signal's number


class Ending(NamedTuple):
    """How a verb ended."""

    facts: dict[str, Any]  # what --json prints
    exit: int = DONE


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: a number that is not finite becomes null, with the reason beside it.

    Args:
        value: NamedTuples, dicts, lists, tuples, numbers and text.

    Returns:
        Dicts, lists, numbers, text, None. Beside a null stands `<name>_reason`.

    Example:
        >>> plain({"score": float("nan"), "rows": (1, 2)})
        {'score': None, 'score_reason': 'not a number', 'rows': [1, 2]}
    """
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        made: dict[str, Any] = {}
        for name, item in value.items():
            made[name] = plain(item)
            if reason := _reason(item):
                made[f"{name}_reason"] = reason
        return made
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):  # a number of NumPy's
        value = value.item()
    return None if _reason(value) else value


def _reason(value: Any) -> str:
    if isinstance(value, list | tuple) and not hasattr(value, "_asdict"):
        return next((reason for item in value if (reason := _reason(item))), "")
    if not isinstance(value, float) or math.isfinite(value):
        return ""
    return "not a number" if math.isnan(value) else "infinite"
