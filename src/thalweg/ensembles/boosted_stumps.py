"""AdaBoost over decision stumps, as a classic model to compare with."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from thalweg.classic.models import Examples
from thalweg.ensembles.boosted import vote_shares
from thalweg.errors import InputError, RunFailed

ROUNDS = 50


class Stumps(NamedTuple):
    """Stumps that vote."""

    shares: np.ndarray  # (n, C), the votes for each class of the rows that were asked about, of sum 1
    votes: tuple[float, ...]  # of each stump
    errors: tuple[float, ...]  # of each, weighted as its round was
    training: tuple[float, ...]  # share of the training rows that the first 1, 2, ... stumps get wrong
    guesses: np.ndarray  # (m, n), the class that each names for the rows that were asked about
    remark: str  # why there are fewer stumps than rounds; "" if there are not


def boosted_stumps(train: Examples, x: Float[np.ndarray, "n d"], rounds: int = ROUNDS, seed: int = 0) -> Stumps:
    """Boost decision stumps, trees of one question each, by scikit-learn's AdaBoost (SAMME).

        h(x) = left if x_j <= t else right;    each round the j, t and classes that leave the least impurity by weight

    Args:
        train: The rows to fit on, of classes.
        x: The rows to predict.
        rounds: Stumps at most, at least 1.
        seed: Says which of two questions that are equally good is asked.

    Returns:
        The stumps' votes. Where a stump is no better than chance, or makes no mistake, boosting has ended.

    Raises:
        InputError: If there is no round, or the rows have no classes.
        RunFailed: If the first stump is no better than chance.

    Source: Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", 2009, algorithm 2; scikit-learn, `AdaBoostClassifier`;
    Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", section 10.1.
    """
    if train.classes < 2:
        raise InputError("boosted stumps need rows of two classes or more.")
    if rounds < 1:
        raise InputError(f"AdaBoost needs 1 round or more; got {rounds}.")
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=rounds, random_state=seed)
    try:
        model.fit(train.x, train.y, train.weight)
    except ValueError as error:
        if "worse than random" not in str(error):
            raise
        raise RunFailed("AdaBoost has no member: the first stump is no better than chance.") from None
    made = len(model.estimators_)
    guesses = np.stack([stump.predict(x) for stump in model.estimators_])
    votes = np.asarray(model.estimator_weights_[:made], np.float64)
    errors = np.asarray(model.estimator_errors_[:made], np.float64)
    training = tuple(float(np.mean(guess != train.y)) for guess in model.staged_predict(train.x))
    perfect = errors[-1] <= 0
    why = f"stump {made} made no mistake" if perfect else f"stump {made + 1} was no better than chance"
    remark = "" if made == rounds else why
    shares = vote_shares(guesses, votes, train.classes)
    return Stumps(shares, tuple(votes.tolist()), tuple(errors.tolist()), training, guesses, remark)
