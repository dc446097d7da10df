"""Rows and classes as the rules take them, and what is refused in words."""

from typing import Any

import numpy as np

from thalweg.errors import InputError, shown

MOST_EPOCHS = 10**6
MOST_CLASSES = 10**5


def labelled_rows(owner: str, x: Any, y: Any, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Check what every rule needs.

    Args:
        owner: Who asks, for the messages.
        x: (n, d) rows of finite numbers, at least one, and one number wide or more.
        y: (n,) class numbers from 0, of two classes or more.
        epochs: Passes over the rows, 1 to 1,000,000.

    Returns:
        The rows in 64 bits, and the classes.

    Raises:
        InputError: If one of these is not so.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 2 or not x.shape[1]:
        raise InputError(f"{owner} needs rows of one number or more each; got an array of shape {x.shape}.")
    if y.shape != (len(x),):
        raise InputError(f"{owner} needs one class a row; got {len(x):,} rows and classes of shape {y.shape}.")
    if not np.isfinite(x).all():
        row = int(np.flatnonzero(~np.isfinite(x).all(axis=1))[0])
        raise InputError(f"{owner} needs finite numbers; row {row:,} has others. Fill them in or leave the row out.")
    found = np.unique(y)
    if not (np.array_equal(found, np.trunc(found)) and np.abs(found).max() <= MOST_CLASSES):
        some = shown(found[:3].tolist())
        raise InputError(
            f"{owner} needs whole numbers up to {MOST_CLASSES:,} for classes; got {some}. Number them anew."
        )
    if len(found) < 2:
        raise InputError(f"{owner} needs rows of two classes; got {shown(found.tolist())}. Add rows of another class.")
    if found[0] < 0:
        raise InputError(f"{owner} needs class numbers from 0; got {found[0]}. Number the classes 0, 1 and so on.")
    if not isinstance(epochs, int) or not 1 <= epochs <= MOST_EPOCHS:
        raise InputError(f"{owner} needs 1 to {MOST_EPOCHS:,} epochs; got {epochs}.")
    return x.astype(np.float64), y.astype(np.int64)


def signed_rows(owner: str, x: Any, y: Any, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Check what a rule for two classes needs.

    Args:
        owner: As for `labelled_rows`.
        x: As for `labelled_rows`.
        y: (n,) of 0 and 1.
        epochs: As for `labelled_rows`.

    Returns:
        The rows in 64 bits, and -1 for class 0, 1 for class 1.

    Raises:
        InputError: As `labelled_rows`, and if there is a class beyond 1.
    """
    rows, classes = labelled_rows(owner, x, y, epochs)
    if classes.max() > 1:
        raise InputError(
            f"{owner} tells class 0 from class 1; got a class {classes.max()}. Put classes together first."
        )
    return rows, 2.0 * classes - 1.0
