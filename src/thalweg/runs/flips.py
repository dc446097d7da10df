"""Predictions averaged with those of mirror images."""

import numpy as np

from thalweg.data.columns import Columns
from thalweg.errors import InputError
from thalweg.runs.model import Model, predict_inputs


def predict_as_asked(model: Model, inputs: Columns | np.ndarray, *, test_time_flips: bool) -> np.ndarray:
    """Return predictions, of images on request the means over each image and its mirror image.

        p(x) = (p(f(x)) + p(f(mirrored x))) / 2,    mirrored left to right, before preprocessing

    It is what is predicted that is averaged: probabilities of classes and answers, scores where the loss gives no
    probabilities, amounts in the unit of the data.

    Args:
        model: The model.
        inputs: As `predict_inputs` takes them; with flips, images (n, height, width, channels).
        test_time_flips: Whether to average.

    Returns:
        As `predict_inputs` does.

    Raises:
        InputError: If flips are asked for and the model takes no images, or the inputs have not its shape.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
    section 4.1.
    """
    if not test_time_flips:
        return predict_inputs(model, inputs)
    require_images(model)
    images = np.asarray(inputs)
    # Both go through one compiled program: they have one shape.
    return (predict_inputs(model, images) + predict_inputs(model, images[:, :, ::-1])) / 2


def require_images(model: Model) -> None:
    """Refuse test-time flips of what is no image.

    Args:
        model: Its schema tells what it was trained on.

    Raises:
        InputError: If that was no images (height, width, channels).
    """
    shape = model.schema.get("shape", ())
    if len(shape) != 3:
        what = f"examples of shape {tuple(shape)}" if shape else "a table"
        raise InputError(
            f"test-time flips are for images (height, width, channels); the run was trained on {what}. Leave them out."
        )
