"""The form that every scaling of numbers takes: shift, then divide, feature by feature.

Statistics are taken in float64 on the host, in slices, so that neither float32 nor a second copy of the data limits
the size of a data set.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError

SLICE = 2**21  # numbers looked at together
SHOWN = 5  # feature names listed in one remark


class Affine(NamedTuple):
    """What a scaling learned: x becomes (x - shift) / scale."""

    shift: np.ndarray  # float64, the shape of one example
    scale: np.ndarray  # float64, the shape of one example, positive; inf where the feature is constant
    remarks: tuple[Remark, ...] = ()  # from fitting; not kept in files


class Statistics(NamedTuple):
    """Of each feature over the training rows; float64, the shape of one example."""

    mean: np.ndarray
    deviation: np.ndarray  # root of the mean squared distance from the mean (divided by n, not n - 1)
    low: np.ndarray
    high: np.ndarray
    constant: np.ndarray  # bool; whether low and high are one number, as far as float64 can divide by the difference


def training_statistics(inputs: np.ndarray, split: Split) -> Statistics:
    """Measure each feature over the training rows, which it picks itself.

        mean = sum_i x_i / n,    deviation = sqrt(sum_i (x_i - mean)^2 / n)

    Args:
        inputs: (rows, ...) all examples; finite.
        split: Their parts.

    Returns:
        The statistics, finite whatever the inputs: very large and very small ones are measured in units of max|x|.
    """
    low = _fold(np.minimum, (x.min(axis=0) for x in _slices(inputs, split.train)))
    high = _fold(np.maximum, (x.max(axis=0) for x in _slices(inputs, split.train)))
    largest = np.maximum(np.abs(low), np.abs(high))
    extreme = (largest > 1e150) | ((largest < 1e-100) & (largest > 0))  # their squares leave float64
    unit = np.where(extreme, largest, 1.0)
    n = len(split.train)
    mean = _fold(np.add, ((x / unit).sum(axis=0) for x in _slices(inputs, split.train))) / n
    square = _fold(np.add, (np.square(x / unit - mean).sum(axis=0) for x in _slices(inputs, split.train))) / n
    constant = high / 2 - low / 2 < 1e-300  # halves, for the whole difference may overflow
    return Statistics(np.clip(mean * unit, low, high), np.sqrt(square) * unit, low, high, constant)


def training_mean(inputs: np.ndarray, split: Split) -> np.ndarray:
    """Return the mean of each feature over the training rows, float64; `inputs` (rows, ...) as for the statistics."""
    return _fold(np.add, (x.sum(axis=0) for x in _slices(inputs, split.train))) / len(split.train)


def apply(fitted: Affine, inputs: np.ndarray) -> np.ndarray:
    """Return (inputs - shift) / scale as float32, computed in float64; 0 where a feature was constant in training.

    Args:
        fitted: What a scaling learned.
        inputs: (n, ...) examples of the shape it learned from.

    Returns:
        (n, ...) float32.

    Raises:
        InputError: If the examples have another shape.
    """
    check_shape(fitted.shift.shape, inputs)
    outputs = np.empty(inputs.shape, np.float32)
    step = _rows_a_slice(inputs)
    for begin in range(0, len(inputs), step):
        with np.errstate(over="ignore", invalid="ignore"):  # a number too large for float32 becomes inf
            piece = inputs[begin : begin + step].astype(np.float64)
            outputs[begin : begin + step] = (piece - fitted.shift) / fitted.scale
    outputs[:, np.isinf(fitted.scale)] = 0.0  # inf / inf is not 0
    return outputs


def undo(fitted: Affine, outputs: np.ndarray) -> np.ndarray:
    """Return the numbers that `apply` makes these of, float64; the training rows' own where a feature was constant.

    Args:
        fitted: What a scaling learned.
        outputs: Scaled numbers, finite; the last axes are those of an example, (n, ...) or more axes before them.

    Returns:
        outputs scale + shift, in their shape.
    """
    scale = np.where(np.isinf(fitted.scale), 0.0, fitted.scale)  # 0 times inf is not 0
    return np.asarray(outputs, np.float64) * scale + fitted.shift


def check_shape(shape: tuple[int, ...], inputs: np.ndarray) -> None:
    """Refuse examples of another shape than a preprocessing learned from.

    Args:
        shape: Of an example that it learned from.
        inputs: (n, ...) the examples.

    Raises:
        InputError: If their shape is another.
    """
    if inputs.shape[1:] != shape:
        raise InputError(
            f"the preprocessing was fitted to examples of shape {shape}; got {inputs.shape[1:]}. "
            "Give examples like those it was trained on."
        )


def slices(inputs: np.ndarray, rows: np.ndarray, step: int) -> Iterator[np.ndarray]:
    """Return some rows of the inputs in float64, a few at a time.

    Args:
        inputs: (rows, ...) all examples.
        rows: Which of them, in their order.
        step: How many at a time, at least 1.

    Returns:
        Pieces (step, ...), the last one perhaps shorter.
    """
    for begin in range(0, len(rows), step):
        yield inputs[rows[begin : begin + step]].astype(np.float64)


def constant_remarks(constant: np.ndarray, names: Callable[[int], str]) -> tuple[Remark, ...]:
    """Return a remark that names the constant features, or none.

    Args:
        constant: bool, the shape of one example.
        names: Name of the feature at a position of the flattened example.

    Returns:
        At most one remark.
    """
    found = np.flatnonzero(constant)
    if len(found) == 0:
        return ()
    rest = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    shown = ", ".join(names(int(k)) for k in found[:SHOWN]) + rest
    text = f"the same value in every training row, so left at 0: {shown}."
    return (Remark("constant", text, names(int(found[0])), "warning"),)


def feature_name(shape: tuple[int, ...]) -> Callable[[int], str]:
    """Return the function that names a flat position in an example of `shape`: "feature 3", "feature (0, 3)"."""

    def name(position: int) -> str:
        place = tuple(int(k) for k in np.unravel_index(position, shape))
        return f"feature {place[0] if len(place) == 1 else place}"

    return name


def pack(fitted: Affine) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the learned arrays, and no facts, for a file."""
    return {"shift": fitted.shift, "scale": fitted.scale}, {}


def unpack(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Affine:
    """Return what `pack` was given, without its remarks.

    Args:
        arrays: What `pack` gave.
        facts: Not needed; every preprocessing is unpacked by the same call.

    Returns:
        The fitted scaling.

    Raises:
        InputError: If something is missing.
    """
    if not {"shift", "scale"} <= arrays.keys():
        raise InputError(
            f"a fitted scaling needs the arrays shift and scale; got {sorted(arrays)}. Train the run anew."
        )
    return Affine(arrays["shift"], arrays["scale"])


def _rows_a_slice(inputs: np.ndarray) -> int:
    return max(1, SLICE // max(1, math.prod(inputs.shape[1:])))


def _slices(inputs: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    return slices(inputs, rows, _rows_a_slice(inputs))


def _fold(combine: Callable[..., np.ndarray], pieces: Iterator[np.ndarray]) -> np.ndarray:
    total = next(pieces)
    for piece in pieces:
        total = combine(total, piece)
    return total
