"""The classic models of several yes/no answers: of each attribute by itself."""

import numpy as np
from jaxtyping import Float
from sklearn.neighbors import KNeighborsRegressor

from thalweg.classic import models
from thalweg.classic.models import NEIGHBOURS, Examples, Predicted


def blind(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Predict the same for every row: the share of each attribute's answers.

    Args:
        train: The rows to fit on; y (n, k) of 0 and 1.
        x: The rows to predict.

    Returns:
        Probabilities (n, k, 2) of no and yes.

    Source: `models.blind`, of each attribute.
    """
    return Predicted(np.tile(_shares(train), (len(x), 1, 1)))


def linear(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Fit a logistic regression for each attribute.

    Args:
        train: The rows to fit on; y (n, k) of 0 and 1.
        x: The rows to predict.

    Returns:
        Probabilities (n, k, 2), and what is to be said of a fit, once.

    Source: CS231n notes, "Neural Networks Part 2", "Attribute classification": a classifier for every attribute.
    """
    each = [models.linear(Examples(train.x, y, train.weight, 2), x) for y in train.y.T]
    remarks = dict.fromkeys(found.remark for found in each if found.remark)
    return Predicted(np.stack([found.values for found in each], axis=1), "; ".join(remarks))


def neighbours(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Average the answers of the 5 nearest training rows, with the shares of all counting as one more.

    Args:
        train: The rows to fit on; y (n, k) of 0 and 1.
        x: The rows to predict.

    Returns:
        Probabilities (n, k, 2).

    Source: `models.neighbours`, of each attribute; the neighbours are looked for once.
    """
    k = min(NEIGHBOURS, len(train.x))
    yes = KNeighborsRegressor(k).fit(train.x, train.y.astype(np.float64)).predict(x)
    near = np.stack([1 - yes, yes], axis=2)
    return Predicted((k * near + _shares(train)[None]) / (k + 1.0))


def _shares(train: Examples) -> np.ndarray:
    """Return the shares (k, 2) of no and yes, one more row of each counted."""
    yes = train.weight @ train.y + 1.0
    no = train.weight @ (1 - train.y) + 1.0
    return np.stack([no, yes], axis=1) / (no + yes)[:, None]
