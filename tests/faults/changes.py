"""Changes of data, each a fault or a trait that a healthy run can have."""

import numpy as np

from tests.checks.prepared import source_of
from thalweg.data.source import Source


def _again(source: Source, x: np.ndarray | None = None, y: np.ndarray | None = None) -> Source:
    """The same source with other inputs or targets."""
    made = source_of(source.inputs if x is None else x, source.targets if y is None else y)
    return made._replace(task=source.task)


def times_hundred(source):
    return _again(source, source.inputs * 100.0)


def over_thousand(source):
    return _again(source, source.inputs / 1000.0)


def shifted(source):
    """Every column far from 0."""
    return _again(source, source.inputs + 30.0)


def mixed_units(source):
    """Columns in units from a thousandth to a thousand, as of a table that was not looked at."""
    width = source.inputs.shape[1]
    return _again(source, source.inputs * 10.0 ** np.linspace(-2, 3, width)[None])


def in_bytes(source):
    """Images from 0 to 255."""
    x = source.inputs
    return _again(source, 255 * (x - x.min()) / (x.max() - x.min()))


def standardised(source):
    """Columns of mean 0 and deviation 1, whatever the experiment does with them."""
    x = source.inputs
    deviation = x.std(axis=0, keepdims=True)
    return _again(source, (x - x.mean(axis=0, keepdims=True)) / np.where(deviation > 0, deviation, 1))


def shuffled_labels(source):
    """Labels that belong to other rows."""
    return _again(source, y=np.random.default_rng(0).permutation(source.targets))


def noisy_labels(source):
    """Four of ten labels drawn anew; of amounts, exchanged among each other."""
    random = np.random.default_rng(1)
    y = source.targets.copy()
    rows = np.flatnonzero(random.random(len(y)) < 0.4)
    y[rows] = random.permutation(y[rows]) if y.ndim == 2 else random.integers(0, source.task.size, len(rows))
    return _again(source, y=y)


def one_hole(source):
    """A hundredth of the cells of one column are no numbers."""
    x = source.inputs.astype(float).copy()
    rows = np.random.default_rng(2).choice(len(x), max(1, len(x) // 100), replace=False)
    x.reshape(len(x), -1)[rows, x[0].size // 2] = np.nan
    return _again(source, x)


def lost_columns(source):
    """Nine of ten columns hold their mean in every row."""
    x = source.inputs.astype(float).copy()
    flat = x.reshape(len(x), -1)
    lost = np.random.default_rng(3).permutation(flat.shape[1])[max(1, flat.shape[1] // 10) :]
    flat[:, lost] = flat[:, lost].mean(axis=0, keepdims=True)
    return _again(source, x)


def copied_rows(source):
    """As many rows as before, all of them copies of the first thirty."""
    rows = np.arange(len(source.targets)) % 30
    return _again(source, source.inputs[rows], source.targets[rows])


def rare_class(source):
    """Of the last class one row in twenty-five is left."""
    keep = source.targets != source.task.size - 1
    keep |= np.random.default_rng(4).random(len(keep)) < 0.04
    return _again(source, source.inputs[keep], source.targets[keep])


def hard(source):
    """Inputs under so much noise that even the best guess is often wrong."""
    x = source.inputs
    noise = np.random.default_rng(5).normal(size=x.shape) * 2.0 * x.std(axis=0, keepdims=True)
    return _again(source, x + noise)
