"""The images that a network is most wrong about."""

import numpy as np

from thalweg.data.source import Source
from thalweg.monitors.picture import shrunk
from thalweg.runs.inside import MISTAKE_SIDE, MOST_MISTAKES, Mistake, Mistakes
from thalweg.runs.scoring import Predicted


def worst_errors(source: Source, rows: np.ndarray, predicted: Predicted) -> Mistakes | None:
    """Return the rows with the highest loss of those that were taken for another class.

        loss of row i = -log p_i(y_i);    without probabilities f_i(said) - f_i(y_i)

    Of two with the same loss the earlier one comes first.

    Args:
        source: Gives the images as they were read, and the names of their classes.
        rows: (n,) places of the part's rows in the data.
        predicted: Their truth and prediction, in the same order.

    Returns:
        At most 12 rows; None where the data are no images with classes, or a prediction is not finite.

    Source: CS231n notes, "Neural Networks Part 3", on looking at what is misclassified.
    """
    if not are_images(source) or source.task.kind != "classes" or not np.isfinite(predicted.outputs).all():
        return None
    at, outputs = np.arange(len(rows)), predicted.outputs.astype(np.float64)
    said, truth = outputs.argmax(axis=1), predicted.truth.astype(np.int64)
    right, given = outputs[at, truth], outputs[at, said]
    loss = -np.log(np.maximum(right, 1e-300)) if predicted.probable else given - right
    wrong = np.flatnonzero(said != truth)
    worst = wrong[np.argsort(-loss[wrong], kind="stable")][:MOST_MISTAKES]
    names = source.task.classes
    pictures = np.asarray(source.inputs)[rows[worst]]
    return Mistakes(
        part=predicted.part,
        rows=tuple(
            Mistake(int(rows[k]), names[truth[k]], names[said[k]], float(right[k]), float(given[k])) for k in worst
        ),
        pictures=shrunk(pictures, MISTAKE_SIDE),
        wrong=len(wrong),
        among=len(rows),
        probable=predicted.probable,
    )


def are_images(source: Source) -> bool:
    """Say whether the examples can be shown: grey or coloured pixels of 0 to 255."""
    inputs = source.inputs
    return source.kind == "image" and isinstance(inputs, np.ndarray) and inputs.ndim == 4 and inputs.shape[3] in (1, 3)
