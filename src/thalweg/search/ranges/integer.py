"""A range of whole numbers."""

import math
from dataclasses import dataclass
from typing import Any

from thalweg.errors import InputError
from thalweg.search.ranges.ends import named, number, require_order
from thalweg.search.ranges.evenly import even_places

LARGEST = 10**12  # up to here a whole number's logarithm in 64 bits gives it back


@dataclass(frozen=True)
class Integer:
    """Take every whole number between two ends equally often, both ends included.

        value = low + floor(place (high - low + 1)),    place uniform in [0, 1)

    With `log` equally often by its size: each number gets the part of the logarithms that rounds to it, from half below
    it to half above it,

        value = round(exp(l + place (h - l))),    l = log(low - 1/2),  h = log(high + 1/2).

    Args:
        low: Lower end, a whole number; with `log` at least 1.
        high: Upper end, a whole number above the lower one.
        log: Draw the logarithm evenly, not the number. For widths and other counts that act by their size.

    Raises:
        InputError: If an end is no whole number or beyond a million millions, with `log` below 1, or if the lower one
            is not below the upper one.

    Example:
        >>> dice, widths = Integer(1, 6), Integer(16, 256, log=True)
        >>> dice.at(0.0), dice.at(0.99), dice.grid(3), widths.at(0.5), widths.grid(3), str(widths)
        (1, 6, (1, 4, 6), 63, (16, 64, 256), 'log integer 16 .. 256')

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012: hidden units.
    """

    low: Any  # an int, whatever was given
    high: Any
    log: bool = False

    def __post_init__(self):
        """Check the ends."""
        object.__setattr__(self, "low", _whole(self.low, self._kind))
        object.__setattr__(self, "high", _whole(self.high, self._kind))
        if self.log and min(self.low, self.high) < 1:
            raise InputError(
                f"the ends of a log integer range must be at least 1, for numbers up to 0 have no logarithm; got "
                f"{self.low} .. {self.high}. Raise the lower end, or write it as integer."
            )
        require_order(self.low, self.high, self._kind)

    def at(self, place: float | int) -> int:
        """Return the value at a place.

        Args:
            place: From 0, the lower end, to 1, the upper one; what lies outside counts as the end.

        Returns:
            The value, never outside the ends.
        """
        along = self._along(min(max(place, 0.0), 1.0))
        # On the line, a number's part begins half below it.
        return min(max(round(along) if self.log else math.floor(along + 0.5), self.low), self.high)

    def place(self, value: float | int) -> float:
        """Return where a value lies: in the middle of the part of [0, 1] that gives it.

        Args:
            value: Any number, with `log` above 0; one outside the ends has a place outside [0, 1].

        Returns:
            The place.
        """
        low, high = self._line
        return ((math.log(value) if self.log else value) - low) / (high - low)

    def grid(self, count: int) -> tuple[int, ...]:
        """Return whole numbers as far apart as they can be.

        Args:
            count: How many; at least 1. One alone lies in the middle.

        Returns:
            The values in order, both ends included; fewer where the range holds fewer, or where rounding makes two of
            them one.

        Raises:
            InputError: If `count` is below 1.
        """
        if 1 < count and self.high - self.low < count:
            return tuple(range(self.low, self.high + 1))
        if self.log:
            values = [self.low * (self.high / self.low) ** place for place in even_places(count)]
        else:
            values = [self.low + (self.high - self.low) * place for place in even_places(count)]
        return tuple(dict.fromkeys(math.floor(value + 0.5) for value in values))

    def window(self, low: float | int, high: float | int) -> "Integer":
        """Return the range of the whole numbers between two places.

        Args:
            low: Place of the new lower end; below 0 the range is widened or shifted.
            high: Place of the new upper end.

        Returns:
            The new range: the numbers whose own places lie between, but two numbers at least, or there would be no
            range; with `log` no number below 1.

        Raises:
            InputError: If the places are not in order.
        """
        if not low < high:
            raise InputError(f"a window needs its lower place first; got {low:g} and {high:g}.")
        least = 1 if self.log else -LARGEST
        first, last = (min(max(self._along(place), least), LARGEST) for place in (low, high))
        lowest, highest = math.ceil(first), math.floor(last)
        if lowest >= highest:  # the two about the middle; within the ends where the window is
            lowest = math.floor((first + last) / 2)
            lowest = max(lowest, self.low if low >= 0 else least)
            lowest = min(lowest, (self.high if high <= 1 else LARGEST) - 1)
            highest = lowest + 1
        return Integer(lowest, highest, self.log)

    def __str__(self) -> str:
        """Return the range as people write it."""
        return f"{self._kind} {self.low} .. {self.high}"

    @property
    def _kind(self) -> str:
        return "log integer" if self.log else "integer"

    @property
    def _line(self) -> tuple[float, float]:
        ends = self.low - 0.5, self.high + 0.5
        return (math.log(ends[0]), math.log(ends[1])) if self.log else ends

    def _along(self, place: float | int) -> float:
        low, high = self._line
        along = low * (1 - place) + high * place
        return math.exp(min(along, 100.0)) if self.log else along  # beyond exp(100) all is beyond the largest


def _whole(value: Any, what: str) -> int:
    real = number(value, what)
    if real != math.floor(real) or abs(real) > LARGEST:
        raise InputError(
            f"the ends of {named(what)} must be whole numbers of at most a million millions; got {value!s:.40}. "
            f"Round them, or write the range as {what.replace('integer', '').strip() or 'uniform'}."
        )
    return int(value)
