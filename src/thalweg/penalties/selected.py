"""Which inputs a penalised first layer still uses."""

import numpy as np

from thalweg.errors import InputError
from thalweg.types import Array


def selected_inputs(w: Array, *, tolerance: float = 1e-3) -> np.ndarray:
    """Return the inputs that any unit of a first layer weighs by more than a tolerance.

    Gradient steps under `L1` leave the others near 0, not at it: within about rate times strength.

    Args:
        w: The first layer's weights (d, units).
        tolerance: Largest size of a weight that counts as none; at least 0.

    Returns:
        Positions of the selected inputs, increasing.

    Raises:
        InputError: If `w` is not (d, units), or the tolerance is below 0.

    Example:
        >>> selected_inputs(np.array([[0.5, 0.0], [1e-6, -1e-5], [0.0, -2.0]])).tolist()
        [0, 2]

    Source: CS231n notes, "Neural Networks Part 2", "Regularization"; Tibshirani, 1996.
    """
    if np.ndim(w) != 2:
        raise InputError(f"selected_inputs wants weights (inputs, units); got an array of shape {np.shape(w)}.")
    if not tolerance >= 0:
        raise InputError(f"selected_inputs.tolerance must be at least 0; got {tolerance}.")
    return np.flatnonzero(np.abs(np.asarray(w)).max(axis=1) > tolerance)
