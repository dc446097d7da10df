"""A linear template that looks for its object at every place and scale of a picture."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.classic.boxes import non_maximum_suppression
from thalweg.classic.pyramid import Level
from thalweg.classic.sliding_window import boxes_of, score_map


class Template(NamedTuple):
    """A linear classifier of windows."""

    weights: np.ndarray  # (side, side, 36), one a number of each block of the window
    bias: float
    inner: float  # share of the window's side that the object takes, in the middle; above 0, at most 1

    @property
    def cells(self) -> int:
        """Return the cells on a side of its window; blocks of two overlap, so there is one cell more."""
        return len(self.weights) + 1


class Found(NamedTuple):
    """Windows of one picture that score above a threshold."""

    boxes: np.ndarray  # (n, 4) of the object each would hold: top, left, bottom, right, pixels of the picture
    scores: np.ndarray  # (n,)
    windows: np.ndarray  # (n, 3) which level it is on, and row and column of its first block there

    def at(self, positions: np.ndarray) -> "Found":
        """Return some of them, by position or by a mask."""
        return Found(self.boxes[positions], self.scores[positions], self.windows[positions])


def look(levels: Sequence[Level], template: Template, above: float) -> Found:
    """Score every window of a picture and return those above a threshold.

    Args:
        levels: The picture's, from `pyramid`; a picture smaller than the template at all of them holds no window.
        template: What to look for.
        above: The threshold. A support vector machine calls a window its object above 0; within -1 and 1 it is unsure.

    Returns:
        The windows, level by level, along the rows.

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005, section 4.
    """
    found = [Found(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 3), np.int64))]
    for number, level in enumerate(levels):
        scores = score_map(level.grid, template.weights, template.bias)
        places = np.argwhere(scores > above)
        windows = np.concatenate([np.full((len(places), 1), number), places], axis=1)
        boxes = boxes_of(level, places, template.cells, template.inner)
        found.append(Found(boxes, scores[tuple(places.T)], windows))
    return Found(*(np.concatenate(part) for part in zip(*found, strict=True)))


def best(found: Found, most: float = 0.3) -> Found:
    """Return the best window of each group that overlaps, the best first.

    Args:
        found: Windows of one picture.
        most: Largest intersection over union that two may keep; 0 to 1.

    Returns:
        The windows.

    Raises:
        InputError: If `most` is outside of 0 to 1.
    """
    return found.at(non_maximum_suppression(found.boxes, found.scores, most))
