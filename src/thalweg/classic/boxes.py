"""Boxes in a picture: how much two of them overlap, and the best of those that mean the same thing."""

import numpy as np
from jaxtyping import Float, Int

from thalweg.errors import InputError, shown


def overlaps(boxes: Float[np.ndarray, "n 4"], others: Float[np.ndarray, "m 4"]) -> Float[np.ndarray, "n m"]:
    """Return the intersection over union of each box with each other one.

        IoU = area of what both cover / area of what one or the other covers

    Args:
        boxes: Top, left, bottom and right of each, in pixels; top below bottom and left below right in number.
        others: The same.

    Returns:
        From 0, nothing in common, to 1, the same box; 0 where neither covers anything.

    Example:
        >>> overlaps(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0], [2.0, 0.0, 4.0, 2.0]])).round(3)
        array([[0.333, 0.   ]])

    Source: Everingham et al., "The PASCAL visual object classes challenge", 2010, section 4.2.
    """
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0.0), axis=2)
    either = _areas(boxes)[:, None] + _areas(others)[None, :] - both
    return both / np.where(either > 0, either, 1.0)


def non_maximum_suppression(
    boxes: Float[np.ndarray, "n 4"], scores: Float[np.ndarray, " n"], most: float = 0.3
) -> Int[np.ndarray, " k"]:
    """Keep the best box of each group that overlaps.

    The best of all is kept and those that overlap it by more than `most` are dropped; then the best of what is left,
    until nothing is. A window that fits an object leaves several neighbours with good scores, which mean it, too.

    Args:
        boxes: Top, left, bottom and right of each.
        scores: The larger, the better; of equal ones the first goes before.
        most: Largest intersection over union that two kept boxes may have; 0 to 1.

    Returns:
        Positions of the kept boxes, the best first.

    Raises:
        InputError: If `most` is outside of 0 to 1.

    Example:
        >>> boxes = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 1.0, 4.0, 5.0], [0.0, 8.0, 4.0, 12.0]])
        >>> non_maximum_suppression(boxes, np.array([1.0, 3.0, 2.0])).tolist()
        [1, 2]

    Source: Felzenszwalb et al., "Object detection with discriminatively trained part-based models", 2010, section 7.2.
    """
    if not 0 <= most <= 1:
        raise InputError(f"kept boxes may overlap by a share from 0 to 1; got {shown(most)}.")
    left = np.argsort(-scores, kind="stable")
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][overlaps(boxes[left[:1]], boxes[left[1:]])[0] <= most]
    return np.array(kept, np.int64)


def _areas(boxes: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, " n"]:
    return np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
