"""How a network's score falls as images are distorted: what is shown, and what there is to say of it."""

from typing import NamedTuple

import numpy as np

from thalweg.runs.outcome import Score

PICTURE_SIDE = 128  # pixels of a picture's longer side, at most


class DistortionCurve(NamedTuple):
    """One distortion at rising strengths."""

    name: str  # "shift"
    what: str  # a sentence on it
    unit: str  # of a strength: "degrees", or what it is a share of, "of the side"
    strengths: tuple[float, ...]  # the first is 0
    scores: tuple[Score, ...]  # at each of them, by the run's metric
    half: float  # the strength at which half of what was learned is lost; NaN where that is at none of them
    pictures: np.ndarray  # uint8 (strengths, height, width, 1 or 3): one image at each
    said: tuple[str, ...]  # what the network makes of that image at each


class Robustness(NamedTuple):
    """How much a network withstands."""

    task: str  # "classes", "regression" or "attributes"
    metric: str
    part: str  # that the images are of
    rows: int  # images scored
    among: int  # that the part has
    blind: float  # the score of a guess that looks at no image
    learned: bool  # whether the score of images as they are is better than that
    curves: tuple[DistortionCurve, ...]
    row: int  # of the data, from 0: the image in the pictures
    truth: str  # its class, amount or answers
