"""Numbers as programs write them."""

import math
import re

_MISSING = frozenset({"", "na", "n/a", "null", "none", "-", "--"})
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf(?:inity)?|nan)", re.IGNORECASE)


def number(text: str) -> float | None:
    """Read a cell; NaN and infinities are numbers here, for diverged runs have them.

    Args:
        text: The cell.

    Returns:
        The number, a percentage as its share; None for a missing cell.

    Raises:
        ValueError: If it is no number.

    Example:
        >>> number("1e-3"), number("-Infinity"), number("93.5%"), number("NA")
        (0.001, -inf, 0.935, None)
    """
    plain = text.strip()
    if plain.lower() in _MISSING:
        return None
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").rstrip() if percent else plain
    if len(plain) > 400 or not _NUMBER.fullmatch(plain):
        raise ValueError("no number")
    return float(plain) / 100 if percent else float(plain)


def is_number(text: str) -> bool:
    """Say whether a cell holds a number.

    Args:
        text: The cell.

    Returns:
        False for a missing cell, too.

    Example:
        >>> is_number("nan"), is_number("loss"), is_number("")
        (True, False, False)
    """
    try:
        return number(text) is not None
    except ValueError:
        return False


def whole(value: float) -> str:
    """Return a step or an epoch as it is written.

    Args:
        value: Of any size.

    Returns:
        Without a fraction where it has none.

    Example:
        >>> whole(1200.0), whole(0.5)
        ('1,200', '0.5')
    """
    return f"{value:,.0f}" if math.isfinite(value) and value == int(value) else f"{value:g}"
