"""One picture changed in three ways that anybody tells apart, and that are equally far from it by L2."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, UInt8

from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.lab.photographs import CHINA, FLOWER, photograph

LONGEST, EDGE, SHIFT = 320, 12, 6  # pixels: of the photograph, left out around the picture, that it is moved by


class Changed(NamedTuple):
    """A picture changed, and how far from the first that is."""

    title: str
    says: str
    pixels: UInt8[np.ndarray, "height width 3"]
    distance: float  # L2, over all pixels and colours, as nearest neighbours measure it


def equal_distances(longest: int = LONGEST, shift: int = SHIFT) -> tuple[Changed, ...]:
    """Move a picture, and make it darker or cover a part of it by as much as takes it equally far.

        far = |x - moved|,    darker: x - (far / |x|) x,    covered: x - (far / |x in the box|) x in the box

    Args:
        longest: Pixels of the photograph's longer side, 64 to 640.
        shift: By how many pixels it is moved to the side, 1 to 12.

    Returns:
        The picture, moved, darker, covered; last another photograph, whose distance nobody chose.

    Source: CS231n notes, "Image Classification", "Pros and cons of Nearest Neighbor classifier".
    """
    whole = photograph(FLOWER, longest)
    height, width = (side - 2 * EDGE for side in whole.shape[:2])
    first = whole[EDGE : EDGE + height, EDGE : EDGE + width]
    moved = whole[EDGE : EDGE + height, EDGE - shift : EDGE - shift + width]
    other = photograph(CHINA, longest)[EDGE : EDGE + height, EDGE : EDGE + width]
    x = first.astype(np.float64)
    far = float(np.linalg.norm(x - moved))
    share, box = far / float(np.linalg.norm(x)), _box(x, far)
    darker = _bytes(x * (1 - share))
    inside = np.zeros_like(x)
    inside[box] = x[box]
    covered = _bytes(x - far / float(np.linalg.norm(inside)) * inside)
    pictures = np.stack([first, moved, darker, covered, other])
    rows = pictures.reshape(len(pictures), -1)
    found = nearest_rows(rows, rows[:1], len(rows))
    by_row = dict(zip(found.rows[0].tolist(), found.distance[0].tolist(), strict=True))
    words = (
        ("The picture", "A photograph that scikit-learn brings along."),
        ("Moved", f"By {shift} pixels to the right: anybody takes it for the same picture."),
        ("Darker", f"Every number less by {share:.0%}."),
        ("Covered", "A black box over the middle of it."),
        ("Another picture", "For comparison: a photograph of something else."),
    )
    return tuple(Changed(*said, pictures[k], by_row[k]) for k, said in enumerate(words))


def _box(x: Float[np.ndarray, "height width 3"], far: float) -> tuple[slice, slice]:
    """Return the smallest box around the middle that is as far from black as `far`; else the whole picture."""
    height, width = x.shape[:2]
    for half in range(1, max(height, width)):
        rows, columns = (slice(max(0, side // 2 - half), side // 2 + half) for side in (height, width))
        if np.linalg.norm(x[rows, columns]) >= far:
            return rows, columns
    return slice(None), slice(None)


def _bytes(x: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(x, 0, 255)).astype(np.uint8)
