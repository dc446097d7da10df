"""Found boxes held against true ones: which are right, and precision and recall as the threshold falls."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from thalweg.classic.boxes import overlaps

ENOUGH = 0.5  # intersection over union from which on a box counts as found


class Curve(NamedTuple):
    """Precision and recall with each further box that is let in, the best first."""

    scores: np.ndarray  # (n,) falling; the threshold that lets in so many boxes
    precision: np.ndarray  # (n,) share of the boxes let in that are right
    recall: np.ndarray  # (n,) share of the objects that are found by them
    average: float  # average precision: the area under precision over recall; NaN where there is no object


def right_boxes(
    boxes: Float[np.ndarray, "n 4"], truth: Float[np.ndarray, "m 4"], enough: float = ENOUGH
) -> Bool[np.ndarray, " n"]:
    """Say which boxes of one picture find an object.

    Each box, in its turn, claims the object that it overlaps most. It is right if that is enough and nobody claimed
    that object before: a second box on an object is wrong.

    Args:
        boxes: Top, left, bottom and right of each, the best first.
        truth: Of the objects.
        enough: Intersection over union, above 0.

    Returns:
        One a box.

    Example:
        >>> box = np.array([[0.0, 0.0, 4.0, 4.0]])
        >>> right_boxes(np.concatenate([box, box, box + 9]), box).tolist()
        [True, False, False]

    Source: Everingham et al., "The PASCAL visual object classes challenge", 2010, section 4.2.
    """
    right = np.zeros(len(boxes), bool)
    if len(truth) == 0:
        return right
    shared = overlaps(boxes, truth)
    taken = np.zeros(len(truth), bool)
    for place, own in enumerate(shared):
        nearest = int(np.argmax(own))
        right[place] = own[nearest] >= enough and not taken[nearest]
        taken[nearest] |= right[place]
    return right


def precision_recall(scores: Float[np.ndarray, " n"], right: Bool[np.ndarray, " n"], objects: int) -> Curve:
    """Return precision and recall at every threshold.

        AP = sum over k of (recall_k - recall_{k-1}) precision_k

    Args:
        scores: Of the boxes of all pictures.
        right: Which of them found an object.
        objects: How many there were to find.

    Returns:
        The curve, the largest score first; of equal scores wrong boxes come first, so that chance gives nothing away.

    Example:
        >>> found = precision_recall(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]), 2)
        >>> found.precision.round(3).tolist(), found.recall.tolist(), round(found.average, 3)
        ([1.0, 0.5, 0.667], [0.5, 0.5, 1.0], 0.833)

    Source: Everingham et al., 2010, section 4.2, but for their smoothing of precision.
    """
    order = np.lexsort((right, -scores))
    hits = np.cumsum(right[order])
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / objects if objects else np.full(len(hits), np.nan)
    average = float(precision[right[order]].sum() / objects) if objects else float("nan")
    return Curve(scores[order], precision, recall, average)
