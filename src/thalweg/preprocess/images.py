"""What all features of images need: images, a few at a time."""

import math
from collections.abc import Callable

import numpy as np

from thalweg.errors import InputError
from thalweg.preprocess.affine import SLICE


def require_images(owner: str, inputs: np.ndarray) -> None:
    """Refuse what is no array of images.

    Args:
        owner: Whose features they are to have, for the message.
        inputs: (n, ...) examples.

    Raises:
        InputError: If they have not four axes.
    """
    if inputs.ndim != 4:
        raise InputError(
            f"{owner} are of images (n, height, width, channels); got examples of shape {inputs.shape[1:]}. Give "
            "images, as a folder of files or an array of four axes."
        )


def in_slices(made: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray, numbers: int = 0) -> np.ndarray:
    """Return what a function makes of examples, made of a few of them at a time, so that memory stays bounded.

    Args:
        made: From (m, ...) examples to (m, ...) outputs, each example by itself.
        inputs: (n, ...) all examples; n may be 0.
        numbers: How many numbers the function holds an example; those of the example itself if more.

    Returns:
        (n, ...) the outputs.
    """
    step = max(1, SLICE // max(1, numbers, math.prod(inputs.shape[1:])))
    return np.concatenate([made(inputs[begin : begin + step]) for begin in range(0, max(len(inputs), 1), step)])
