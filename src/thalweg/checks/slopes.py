"""Slopes of a function, by its gradient and by differences, and what they come to for each tensor."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.checks.tolerances import GRADIENT_BEND, GRADIENT_JUMP, GRADIENT_STAYS
from thalweg.types import Array


class TensorGradient(NamedTuple):
    """One tensor's gradient in two ways."""

    tensor: str  # its path, such as "dense_1/w"
    error: float  # |a - n| / max(|a|, |n|) over what was compared; NaN where nothing was, or a number is not finite
    larger: float  # |a| or |n|, a root of a mean square
    compared: int  # entries, and one for the direction through all of them
    kinks: int  # entries and directions left out, for the objective has a kink within a step of them


class Compared(NamedTuple):
    """Every tensor of a function, and what the function came to."""

    tensors: tuple[TensorGradient, ...]
    value: float
    values: int = 0  # how many it took
    along: bool = False  # whether each is the slope along a direction, of one tensor or several


class Slopes(NamedTuple):
    """Slopes along each step: the gradient's, and the differences'."""

    analytic: Array
    centred: Array
    half: Array  # centred, of half the step
    above: Array  # of the step forward alone
    below: Array  # of the step back alone
    half_gap: Array  # by how much those of half the step, forward and back, differ


def kept(slopes: Slopes, value: float, step: float) -> Any:
    """Say of each slope whether no kink lies within a step.

    Args:
        slopes: Of differences.
        value: Of the function.
        step: That they are of.

    Returns:
        Whether it can be compared, in the shape of the slopes.
    """
    noise = rounding(value, step)
    size = np.maximum(np.abs(slopes.above), np.abs(slopes.below))
    bent = np.abs(slopes.centred - slopes.half) > GRADIENT_BEND * size + 4 * noise
    # Of a curve the slopes to both sides are half as far apart at half the step; at a kink they stay apart.
    gap = np.abs(slopes.above - slopes.below)
    jumped = (gap > GRADIENT_JUMP * size + 4 * noise) & (np.abs(slopes.half_gap) > GRADIENT_STAYS * gap)
    return ~(bent | jumped)


def rounding(value: float, step: float) -> float:
    """Return how far off a slope may be: a value of 64 bits is off by its last digits, a slope by those over the step.

    Args:
        value: Of the function.
        step: Between values.

    Returns:
        In the unit of the slope.
    """
    return 4 * np.finfo(np.float64).eps * abs(value) / step
