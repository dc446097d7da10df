"""What the two ends of a range must be."""

import math
from typing import Any

import numpy as np

from thalweg.errors import InputError, shown


def number(value: Any, what: str) -> float:
    """Return one end of a range as a number.

    Args:
        value: What was given.
        what: The kind of range, for messages: "uniform".

    Returns:
        The number.

    Raises:
        InputError: If it is no number, or not finite.

    Example:
        >>> number(2, "uniform")
        2.0
    """
    plain = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not plain or not abs(value) < math.inf or not math.isfinite(_float(value)):
        raise InputError(
            f"the ends of {named(what)} must be finite numbers; got {shown(value)}. Write it as {EXAMPLES[what]}."
        )
    return float(value)


def require_order(low: float | int, high: float | int, what: str) -> None:
    """Refuse a range without anything between its ends.

    Args:
        low: The lower end.
        high: The upper end.
        what: The kind of range, for messages.

    Raises:
        InputError: If the lower end is not below the upper one.
    """
    if low == high:
        raise InputError(
            f"both ends of {named(what)} are {low:g}: nothing is left to search. Move one of them, or leave the "
            f"dimension out and set the value in the experiment."
        )
    if low > high:
        raise InputError(
            f"the lower end of {named(what)} must stand first; got {low:g} .. {high:g}. Write {high:g} .. {low:g}."
        )


EXAMPLES = {
    "uniform": '"uniform 0 .. 0.5"',
    "log": '"log 1e-4 .. 1e-1"',
    "integer": '"integer 16 .. 256"',
    "log integer": '"log integer 16 .. 256"',
}  # of each kind of range, as people write it


def named(what: str) -> str:
    """Return a kind of range with its article.

    Args:
        what: The kind.

    Returns:
        The phrase.

    Example:
        >>> named("uniform"), named("integer")
        ('a uniform range', 'an integer range')
    """
    return f"{'an' if what == 'integer' else 'a'} {what} range"


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return math.inf
