"""Rows that a machine is to see, looked at first."""

from typing import Any

import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError, shown
from thalweg.pretrain.boltzmann.units import VisibleUnits


def checked_rows(units: VisibleUnits, rows: Any, visible: int | None = None) -> Float[np.ndarray, "n visible"]:
    """Return rows as floats, if they are for these units.

    Args:
        units: What the visible units are.
        rows: (n, visible) numbers.
        visible: How many columns there must be; None for any number.

    Returns:
        The rows as float32, or as float64 where they were.

    Raises:
        InputError: If they are no table of numbers, there is none, their width is another, a number is not finite, or
            the units cannot take one.

    Example:
        >>> from thalweg.pretrain.boltzmann.units import BernoulliUnits
        >>> checked_rows(BernoulliUnits(), [[0, 1], [1, 1]]).dtype.name
        'float32'
    """
    x = np.asarray(rows)
    if x.ndim != 2 or x.dtype.kind not in "biuf":
        raise InputError(
            f"a machine takes rows of numbers, an array (n, visible); got {x.dtype} of shape {shown(x.shape)}. "
            "Flatten images: x.reshape(len(x), -1)."
        )
    if x.size == 0:
        raise InputError(f"a machine needs 1 row and 1 column or more; got a table of shape {shown(x.shape)}.")
    if visible is not None and x.shape[1] != visible:
        raise InputError(f"the machine has {visible} visible units; got rows of {x.shape[1]} numbers.")
    x = x if x.dtype == np.float64 else x.astype(np.float32)
    if not np.isfinite(x).all():
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise InputError(
            f"row {row}, column {column} holds {x[row, column]}, which is no finite number. Fill it or leave it out."
        )
    units.check(x)
    return x
