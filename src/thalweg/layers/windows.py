"""Windows that move over the places of an input: how many there are, and what is said where they do not fit."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from thalweg.errors import InputError
from thalweg.types import Shape

Size = int | tuple[int, int]  # of both axes, or of each: height, width
Padding = int | tuple[int, int] | Literal["valid", "same"]
Fit = Literal["error", "floor"]
IMAGE = ("height", "width")
SEQUENCE = ("length",)


class Windows(NamedTuple):
    """The windows of a layer over an input, axis by axis."""

    spans: tuple[int, ...]  # places from the first to the last that a window reaches
    strides: tuple[int, ...]  # places from one window to the next
    left_out: tuple[int, ...]  # places at the end that none reaches
    before: tuple[int, ...]  # places of padding that the first one reaches


def each_axis(where: str, size: Size, axes: int, *, least: int = 1) -> tuple[int, ...]:
    """Return a size as one number an axis.

    Args:
        where: Whose size, for the message.
        size: One number for all axes, or a pair.
        axes: How many there are.
        least: The smallest allowed.

    Returns:
        The numbers.

    Raises:
        InputError: If one is below `least`.
    """
    sizes = size if isinstance(size, tuple) else (size,) * axes
    if min(sizes) < least:
        raise InputError(f"{where} must be at least {least}; got {size}.")
    return sizes


def zeros_around(padding: Padding, spans: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return how many zeros go before and after the input along each axis.

    Args:
        padding: A number for both ends; "valid" for none; "same" for as many as keep the size under a stride of 1, one
            more at the end where that is odd.
        spans: Places that a window reaches over, axis by axis.

    Returns:
        Pairs, axis by axis.

    Example:
        >>> zeros_around("same", (3, 4)), zeros_around(2, (5, 5))
        (((1, 1), (1, 2)), ((2, 2), (2, 2)))
    """
    if padding == "valid":
        return ((0, 0),) * len(spans)
    if padding == "same":
        return tuple(((span - 1) // 2, span // 2) for span in spans)
    wide = padding if isinstance(padding, tuple) else (padding,) * len(spans)
    return tuple((p, p) for p in wide)


def left_over(
    owner: str,
    places: Shape,
    spans: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    *,
    fit: Fit,
) -> tuple[int, ...]:
    """Return how many places at the end of each axis no window reaches, the zeros around counted.

        (N - F + 2P) / S + 1 windows of F places, S apart, fit an axis of N places with P zeros at each end

    Args:
        owner: The layer, for messages.
        places: N of each axis: of height and width, or of a length.
        spans: F of each, from the first to the last place that a window reaches.
        strides: S of each.
        padding: Zeros before and after each.
        fit: "error" to refuse sizes where that number is not whole, "floor" to leave out the remainder.

    Returns:
        The numbers, each from 0 to S - 1.

    Raises:
        InputError: If a window is larger than the padded input, or the number is not whole and `fit` is "error".

    Example:
        >>> left_over("Convolution", (8,), (3,), (2,), ((0, 0),), fit="floor")
        (1,)

    Source: CS231n notes, "Convolutional Networks", "Spatial arrangement".
    """
    names = IMAGE if len(places) == len(IMAGE) else SEQUENCE
    over = []
    for name, n, span, stride, (before, after) in zip(names, places, spans, strides, padding, strict=True):
        free = n - span + before + after
        around = f" and {before + after} of padding" if before + after else ""
        if free < 0:
            raise InputError(
                f"{owner}'s window reaches over {span} places, more than its input's {name} of {n}{around}. "
                "Make the window smaller, pad its input, or let the layers before it shrink that less."
            )
        if free % stride and fit == "error":
            low = n - free % stride
            fitting = f"{low} or {low + stride}" if low > 0 else f"{low + stride}"
            raise InputError(
                f"{owner}'s windows of {span} places, {stride} apart, do not fit a {name} of {n}{around}: that would "
                f"be {free / stride + 1:.2f} of them. Make the {name} {fitting}, change the stride or the padding, or "
                f'set fit="floor" to leave out the last {free % stride}.'
            )
        over.append(free % stride)
    return tuple(over)
