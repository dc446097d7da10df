"""How much of one axis of an input the outputs of its layers see."""

import math
from fractions import Fraction
from typing import NamedTuple


class AxisSeen(NamedTuple):
    """What of one axis an output sees: 1 + reach + floor(span) apart places.

    Behind a transposed convolution outputs lie closer together than what they are made of, and between two places there
    is nothing to see. So its inputs become a grid of their own, on which lengths may be fractions.
    """

    reach: int = 0  # places that one point of the grid sees, beside one
    apart: int = 1  # places from one point of the grid to the next
    span: Fraction = Fraction(0)  # of the grid, from the first to the last point that an output sees
    step: Fraction = Fraction(1)  # of the grid, from one output to the next

    @property
    def places(self) -> int:
        """Return how many places an output sees, at most."""
        return 1 + self.reach + math.floor(self.span) * self.apart


def under(axis: AxisSeen, span: int, stride: int) -> AxisSeen:
    """Return what is seen of an axis behind windows that are laid over it.

    Args:
        axis: What the entries under them see.
        span: Places that a window reaches over.
        stride: Places from one window to the next.

    Returns:
        What a window sees.

    Example:
        >>> under(under(AxisSeen(), 3, 2), 3, 1).places
        7
    """
    return axis._replace(span=axis.span + (span - 1) * axis.step, step=axis.step * stride)


def spread(axis: AxisSeen, span: int, stride: int) -> AxisSeen:
    """Return what is seen of an axis behind a transposed convolution.

    Args:
        axis: What its entries see.
        span: Places that one of them is spread over.
        stride: Places from one entry's to the next one's.

    Returns:
        What a sum of those that meet at a place sees.

    Example:
        >>> spread(AxisSeen(), 4, 2).places, spread(AxisSeen(), 2, 2).places
        (2, 1)
    """
    if axis.step.denominator == 1:
        apart = axis.apart * axis.step.numerator
        return AxisSeen(axis.places - 1, apart, Fraction(span - 1, stride), Fraction(1, stride))
    step = axis.step / stride
    return axis._replace(span=axis.span + (span - 1) * step, step=step)
