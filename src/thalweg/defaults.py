"""The experiment that suits the data when nothing is said."""

from typing import Any

import numpy as np

from thalweg.augmentations.random_crop import RandomCrop
from thalweg.data.columns import NumericColumn
from thalweg.data.source import Source
from thalweg.experiment import Experiment, Training
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets.convolutional import small_convolutional
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.preprocess.arrays import PixelScale, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.updates.adam import Adam

MOST_PIECES_IN_ALL = 40_000_000  # numbers that the pieces of all rows may be: 160 MB
LEAST_SIDE = 16  # pixels from which convolutions are worth their time; pooled three times, two places are left


def default_experiment(source: Source, training_rows: int) -> Experiment:
    """Return a network, loss and plan for these data.

    Images of 16 x 16 pixels and more, and other arrays of four axes as large, get three normalised convolutions, and
    are moved about by an eighth of their side while training; they are not mirrored, for letters and digits would
    become others. Two hidden layers of 128 ReLU units suit tables, of 256 units smaller images, which have more inputs.
    The batch grows with the data so that an epoch stays a matter of seconds; the rate falls to 0 along a cosine, and
    early stopping keeps the best weights. A table's columns of numbers are also cut into pieces, unless it is so large
    that the pieces would fill the memory; with few rows the pieces weigh little, for there are not enough to learn each
    one's weight from. With the pieces come dropout and, for amounts, a stronger penalty, which stay where a setting
    takes the pieces away.
    `bench/RESULTS.md` says what was tried on real tables, and what it gave.

    Args:
        source: The examples.
        training_rows: How many of them are trained on.

    Returns:
        The experiment.
    """
    loss, outputs = _head(source)
    side, width = _shorter_side(source), 256 if source.kind == "image" else 128
    preprocess, amounts = _preprocessing(source, training_rows), source.task.kind == "regression"
    cut = isinstance(preprocess, TableEncoding) and preprocess.pieces > 0
    return Experiment(
        # Dropout keeps class probabilities honest; on numbers it only adds noise to a smooth fit, which pieces are not.
        network=small_convolutional(outputs)
        if side >= LEAST_SIDE
        else dense_network(outputs, hidden=(width, width), drop=0.2 if cut or not amounts else 0.0),
        loss=loss,
        preprocess=preprocess,
        penalty=L2(1e-3 if cut and amounts else 1e-4),
        update=Adam(1e-3),
        schedule=Warmup(0.02, Cosine()),
        training=Training(
            batch=_batch(training_rows), epochs=_epochs(training_rows), patience=_patience(training_rows)
        ),
        augment=(RandomCrop(side // 8),) if side >= LEAST_SIDE else (),
    )


def _shorter_side(source: Source) -> int:
    """Return the pixels of an image's shorter side; 0 where the inputs are no images."""
    shape = source.inputs.shape if isinstance(source.inputs, np.ndarray) else ()
    return min(shape[1:3]) if len(shape) == 4 else 0


def _head(source: Source) -> tuple[Any, int]:
    if source.task.kind == "regression":
        return SquaredError(), 1
    if source.task.kind == "attributes":
        return AttributeCrossEntropy(), source.task.size
    classes = len(source.task.classes)
    return (BinaryCrossEntropy(), 1) if classes == 2 else (SoftmaxCrossEntropy(), classes)


def _preprocessing(source: Source, rows: int) -> Any:
    if source.kind == "table":
        columns = sum(isinstance(column, NumericColumn) for column in source.inputs)
        pieces = _pieces(len(source.targets) * columns)
        return TableEncoding(pieces=pieces, piece_scale=0.25 if pieces and rows < 10_000 else 1.0)
    return PixelScale() if np.asarray(source.inputs).dtype == np.uint8 else Standardize()


def _pieces(cells: int) -> int:
    """Return into how many pieces to cut each column of numbers: fewer of them the more cells there are, at last 0."""
    return next((pieces for pieces in (32, 16, 8) if 0 < pieces * cells <= MOST_PIECES_IN_ALL), 0)


def _batch(rows: int) -> int:
    return 32 if rows < 5_000 else 64 if rows < 20_000 else 128 if rows < 100_000 else 512


def _epochs(rows: int) -> int:
    return 100 if rows < 20_000 else 40 if rows < 100_000 else 20


def _patience(rows: int) -> int:
    # A few hundred validation rows score in coarse steps: their plateaus are long before the rate has fallen.
    return 50 if rows < 20_000 else 15
