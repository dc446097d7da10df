"""A range whose values are all equally likely."""

from dataclasses import dataclass

from thalweg.search.ranges.ends import number, require_order
from thalweg.search.ranges.evenly import even_places


@dataclass(frozen=True)
class Uniform:
    """Take every value between two ends equally often.

        value = low + place (high - low),    place uniform in [0, 1)

    For shares and the like. A value that counts by its size, such as a rate, is better drawn by `LogUniform`: between
    0.0001 and 0.1 this one would spend nine draws of ten above 0.01.

    Args:
        low: Lower end.
        high: Upper end, above the lower one.

    Raises:
        InputError: If an end is no finite number, or the lower one is not below the upper one.

    Example:
        >>> shares = Uniform(0, 0.5)
        >>> shares.at(0.5), shares.place(0.125), shares.grid(3), str(shares)
        (0.25, 0.25, (0.0, 0.25, 0.5), 'uniform 0 .. 0.5')

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012.
    """

    low: float | int
    high: float | int

    def __post_init__(self):
        """Check the ends."""
        object.__setattr__(self, "low", number(self.low, "uniform"))
        object.__setattr__(self, "high", number(self.high, "uniform"))
        require_order(self.low, self.high, "uniform")

    def at(self, place: float | int) -> float:
        """Return the value at a place.

        Args:
            place: From 0, the lower end, to 1, the upper one; what lies outside counts as the end.

        Returns:
            The value, never outside the ends.
        """
        return min(max(self._along(place), self.low), self.high)

    def place(self, value: float | int) -> float:
        """Return where a value lies: 0 at the lower end, 1 at the upper one.

        Args:
            value: Any number; one outside the ends has a place outside [0, 1].

        Returns:
            The place.
        """
        # Halved, for the whole of a range may be longer than the largest number.
        return (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)

    def grid(self, count: int) -> tuple[float, ...]:
        """Return values as far apart as they can be.

        Args:
            count: How many; at least 1. One alone lies in the middle.

        Returns:
            The values in order, both ends included.

        Raises:
            InputError: If `count` is below 1.
        """
        return tuple(self.at(place) for place in even_places(count))

    def window(self, low: float | int, high: float | int) -> "Uniform":
        """Return the range between two places.

        Args:
            low: Place of the new lower end; below 0 the range is widened or shifted.
            high: Place of the new upper end.

        Returns:
            The new range.

        Raises:
            InputError: If nothing lies between the places.
        """
        return Uniform(self._along(low), self._along(high))

    def __str__(self) -> str:
        """Return the range as people write it."""
        return f"uniform {_short(self.low)} .. {_short(self.high)}"

    def _along(self, place: float | int) -> float:
        return self.low * (1 - place) + self.high * place  # exact at both ends


def _short(value: float | int) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
