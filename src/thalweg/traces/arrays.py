"""Arrays of any library as NumPy's, and what is measured of them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from thalweg.errors import InputError

LONGEST_NAME = 200
MARGIN = 0.015  # of the range, at either end, counts as saturated: |tanh| > 0.97, sigmoid outside 0.015 .. 0.985


def plain(value: Any, name: str) -> np.ndarray:
    """Return an array of any library as one of NumPy.

    Args:
        value: What `numpy.asarray` takes, or a tensor of PyTorch, on any device, with or without a gradient.
        name: What it is, for messages.

    Returns:
        float32 or float64; no copy where there need be none.

    Raises:
        InputError: If it does not hold real numbers.

    Example:
        >>> plain([1, 2], "w").dtype.name
        'float64'
    """
    for step in ("detach", "cpu"):
        if hasattr(value, step):
            value = getattr(value, step)()
    if "bfloat16" in str(getattr(value, "dtype", "")) and hasattr(value, "float"):
        value = value.float()  # PyTorch's, of which NumPy knows nothing
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biufVO":  # V is how NumPy sees the 16 and 8 bits of other libraries
            raise TypeError(f"its type is {array.dtype}")
        wide = array.dtype.itemsize > 4 or array.dtype.kind in "biuO"
        return array.astype(np.float64 if wide else np.float32, copy=False)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        detail = str(error).partition("\n")[0][:200]
        raise InputError(f"{name} should be an array of real numbers; got {type(value).__name__} ({detail}).") from None


def one_number(value: Any, name: str) -> float:
    """Return a number of any library.

    Args:
        value: A number, or an array that holds one.
        name: What it is, for messages.

    Returns:
        The number; NaN and infinities are.

    Raises:
        InputError: If it is none, or several.

    Example:
        >>> one_number(np.float32(0.5), "loss")
        0.5
    """
    array = plain(value, name)
    if array.size != 1:
        raise InputError(f"{name} should be one number; got an array of shape {array.shape}. Take its mean first.")
    return float(array.reshape(()))


def named_arrays(tree: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give the arrays of a tree by name, as they are.

    Args:
        tree: Arrays by name; groups of them may be mappings, or lists and tuples, in which an array is named by its
            place. None stands for no array, as where a parameter has no gradient.
        name: What they are, for messages.

    Yields:
        (name, array), the names of groups joined by "/"; what cannot be printed is left out of names, and the middle
        of those that are longer than 200 characters.

    Raises:
        InputError: If it is no mapping.

    Example:
        >>> [n for n, _ in named_arrays({"dense": {"w": [1.0, 2.0], "b": None}, "out": (np.ones(2), [3.0])}, "weights")]
        ['dense/w', 'out/0', 'out/1']
    """
    if not isinstance(tree, Mapping):
        raise InputError(f"{name} should be arrays by name, such as {{'dense/w': w}}; got {type(tree).__name__}.")
    yield from _leaves(tree, "")


def size(array: np.ndarray) -> float:
    """Return the Euclidean norm of all entries.

    Args:
        array: float32 or float64.

    Returns:
        The norm.

    Example:
        >>> size(np.array([[3.0], [4.0]]))
        5.0
    """
    flat = array.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        squares = float(np.dot(flat, flat))
        if not 1e-20 < squares < 1e30 and flat.size:  # beyond what 32 bits hold well
            wide = flat.astype(np.float64)
            scale = float(np.max(np.abs(wide)))
            return scale * math.sqrt(np.dot(wide / scale, wide / scale)) if 0 < scale < math.inf else scale
    return math.sqrt(squares)


def activity(outputs: np.ndarray, unit_axis: int) -> dict[str, float]:
    """Measure a layer's outputs; of what function they are, they show themselves.

    Outputs of which some are exactly 0 and none is below are taken for a rectified layer's, those between 0 and 1 for
    a sigmoid's, those between -1 and 1 for a tanh's. A rectified unit is dead if it is 0 for every example; an output
    of the others is saturated within 1.5% of the range of either end.

    Args:
        outputs: (n, ...) for n examples.
        unit_axis: The axis of the units, or of a convolution's channels.

    Returns:
        By measure: "activation_mean", "activation_deviation", and "dead_share" or "saturated_share" where one of them
        applies; {} for no outputs.

    Example:
        >>> activity(np.array([[0.0, 2.0], [0.0, 0.0]]), -1)["dead_share"]
        0.5
    """
    if not outputs.size:
        return {}
    with np.errstate(over="ignore", invalid="ignore"):
        told = {
            "activation_mean": float(outputs.mean(dtype=np.float64)),
            "activation_deviation": float(outputs.std(dtype=np.float64)),
        }
    low, high = float(outputs.min()), float(outputs.max())
    if low == 0 and high != 1:
        zero = np.moveaxis(outputs, unit_axis, -1) == 0
        return told | {"dead_share": float(zero.all(axis=tuple(range(zero.ndim - 1))).mean())}
    if -1 <= low and high <= 1:
        bottom = 0.0 if low >= 0 else -1.0
        margin = MARGIN * (1 - bottom)
        return told | {"saturated_share": float(((outputs < bottom + margin) | (outputs > 1 - margin)).mean())}
    return told


def _leaves(tree: Any, before: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, Mapping):
        groups = tree.items()
    elif isinstance(tree, list | tuple) and not _is_numbers(tree):
        groups = zip(getattr(tree, "_fields", range(len(tree))), tree, strict=True)
    else:
        if tree is not None:
            yield _name(before), tree
        return
    for name, inner in groups:
        yield from _leaves(inner, f"{before}/{name}" if before else str(name))


def _is_numbers(tree: Any) -> bool:
    """Say whether a list is an array that is written out, not a group of arrays."""
    return (
        all(_is_numbers(inner) for inner in tree) if isinstance(tree, list | tuple) else isinstance(tree, int | float)
    )


def _name(path: str) -> str:
    shown = "".join(letter for letter in path if letter.isprintable())
    half = LONGEST_NAME // 2
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: half - 3]}...{shown[-half:]}"
