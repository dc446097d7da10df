"""Examples along fitted directions, slice by slice in float64."""

from collections.abc import Callable

import numpy as np

from thalweg.preprocess.affine import SLICE, check_shape
from thalweg.preprocess.components import Components


def projected(
    fitted: Components,
    inputs: np.ndarray,
    finish: Callable[[np.ndarray, np.ndarray], np.ndarray],
    shape: tuple[int, ...],
) -> np.ndarray:
    """Return what `finish` makes of the examples' components.

    Args:
        fitted: The directions, k of them over d numbers.
        inputs: (n, ...) examples of the shape that they were fitted to.
        finish: From components (m, k) and the centred rows (m, d), both float64, to the outputs (m, any).
        shape: Of one output.

    Returns:
        (n, ...) float32, each output of that shape; a number too large for it is infinite.

    Raises:
        InputError: If the examples have another shape.
    """
    check_shape(fitted.mean.shape, inputs)
    outputs = np.empty((len(inputs), *shape), np.float32)
    step = max(1, SLICE // max(1, fitted.mean.size))
    for begin in range(0, len(inputs), step):
        with np.errstate(over="ignore", invalid="ignore"):
            piece = inputs[begin : begin + step].astype(np.float64) - fitted.mean
            flat = piece.reshape(len(piece), -1)
            made = finish(flat @ fitted.directions.T, flat)
            outputs[begin : begin + step] = made.reshape(len(piece), *shape)
    return outputs
