"""What a guess that looks at no input says of some rows, in the form that a network says it."""

import numpy as np

from thalweg.classic import attributes, models
from thalweg.classic.models import Examples
from thalweg.data.source import Source


def blind_guess(source: Source, training: np.ndarray, rows: int) -> np.ndarray:
    """Return the guess that is best without looking: the same for every row.

        p_c = (rows of class c + 1) / (all rows + C);    of amounts the mean

    Args:
        source: Gives the targets, and how much each example counts.
        training: (n,) places of the training rows in the data, which the guess is made of.
        rows: How many to guess.

    Returns:
        Probabilities (rows, C); those of no and yes (rows, k, 2), of attributes; or values (rows, 1).

    Source: `classic.models.blind`, which stands in a report beside the network.
    """
    guess = attributes.blind if source.task.kind == "attributes" else models.blind
    nothing = np.zeros((len(training), 0))
    examples = Examples(nothing, source.targets[training], source.weight[training], len(source.task.classes))
    return guess(examples, np.zeros((rows, 0))).values
