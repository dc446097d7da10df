"""A range whose values' logarithms are all equally likely."""

import math
import sys
from dataclasses import dataclass

import numpy as np

from thalweg.errors import InputError
from thalweg.search.ranges.ends import number, require_order
from thalweg.search.ranges.evenly import even_places


@dataclass(frozen=True)
class LogUniform:
    """Take every order of magnitude between two ends equally often.

        value = 10 ^ (log10 low + place (log10 high - log10 low)),    place uniform in [0, 1)

    For rates and strengths, which act by multiplying: from 0.001 to 0.002 is as far as from 0.1 to 0.2.

    Args:
        low: Lower end; above 0.
        high: Upper end, above the lower one.

    Raises:
        InputError: If an end is no finite number or not above 0, or the lower one is not below the upper one.

    Example:
        >>> rates = LogUniform(1e-4, 1e-2)
        >>> round(rates.at(0.5), 12), rates.at(0.0), rates.place(1e-3), str(rates)
        (0.001, 0.0001, 0.5, 'log 1e-4 .. 1e-2')

    Source: CS231n notes, "Neural Networks Part 3", "Hyperparameter ranges": 10 ** uniform(-6, 1).
    """

    low: float | int
    high: float | int

    def __post_init__(self):
        """Check the ends."""
        object.__setattr__(self, "low", number(self.low, "log"))
        object.__setattr__(self, "high", number(self.high, "log"))
        if min(self.low, self.high) <= 0:
            raise InputError(
                f"the ends of a log range must be above 0, for numbers up to 0 have no logarithm; got "
                f"{self.low:g} .. {self.high:g}. Raise the lower end, or write it as uniform."
            )
        require_order(self.low, self.high, "log")

    def at(self, place: float | int) -> float:
        """Return the value at a place.

        Args:
            place: From 0, the lower end, to 1, the upper one; what lies outside counts as the end.

        Returns:
            The value, never outside the ends.
        """
        if place <= 0 or place >= 1:  # 10 ** log10(low) is low but for the rounding
            return self.low if place <= 0 else self.high
        return min(max(self._along(place), self.low), self.high)

    def place(self, value: float | int) -> float:
        """Return where a value lies: 0 at the lower end, 1 at the upper one.

        Args:
            value: A number above 0; one outside the ends has a place outside [0, 1].

        Returns:
            The place.
        """
        low, high = math.log10(self.low), math.log10(self.high)
        return (math.log10(value) - low) / (high - low)

    def grid(self, count: int) -> tuple[float, ...]:
        """Return values whose logarithms are as far apart as they can be.

        Args:
            count: How many; at least 1. One alone lies in the middle.

        Returns:
            The values in order, both ends included.

        Raises:
            InputError: If `count` is below 1.
        """
        return tuple(self.at(place) for place in even_places(count))

    def window(self, low: float | int, high: float | int) -> "LogUniform":
        """Return the range between two places.

        Args:
            low: Place of the new lower end; below 0 the range is widened or shifted.
            high: Place of the new upper end.

        Returns:
            The new range; its ends stay positive numbers that 64 bits can hold.

        Raises:
            InputError: If nothing lies between the places.
        """
        return LogUniform(self._end(low), self._end(high))

    def __str__(self) -> str:
        """Return the range as people write it."""
        return f"log {_scientific(self.low)} .. {_scientific(self.high)}"

    def _end(self, place: float | int) -> float:
        return self.at(place) if place in (0, 1) else self._along(place)

    def _along(self, place: float | int) -> float:
        low, high = math.log10(self.low), math.log10(self.high)
        exponent = low * (1 - place) + high * place
        return 10.0 ** min(max(exponent, sys.float_info.min_10_exp), sys.float_info.max_10_exp)


def _scientific(value: float | int) -> str:
    return np.format_float_scientific(value, trim="-", exp_digits=1).replace("e+", "e")
