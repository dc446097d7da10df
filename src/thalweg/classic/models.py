"""The classic models: a blind guess, linear models, the nearest neighbours."""

import warnings
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV, LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

ITERATIONS = 100
NEIGHBOURS = 5
FOLDS = 3  # that choose the strength of a lasso
STRENGTHS = 20  # among which they choose


class Examples(NamedTuple):
    """Rows to fit on."""

    x: np.ndarray  # (n, d)
    y: np.ndarray  # (n,) class numbers, (n, 1) values, or (n, k) answers
    weight: np.ndarray  # (n,)
    classes: int  # how many; 0 for regression and attributes


class Predicted(NamedTuple):
    """What a model says of the rows it is asked about."""

    values: np.ndarray  # probabilities (n, C), those of no and yes (n, k, 2), or values (n, 1)
    remark: str = ""


def blind(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Predict the same for every row: each class's share, or the mean.

        p_c = (rows of class c + 1) / (all rows + C)

    The largest share wins, so its accuracy is that of always naming the commonest class.

    Args:
        train: The rows to fit on.
        x: The rows to predict.

    Returns:
        The prediction.

    Source: Laplace's rule of succession.
    """
    guess = _shares(train) if train.classes else np.average(train.y, axis=0, weights=train.weight)
    return Predicted(np.tile(guess, (len(x), 1)))


def linear(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Fit logistic regression or ridge regression, with scikit-learn's usual strength of 1.

    Args:
        train: The rows to fit on.
        x: The rows to predict.

    Returns:
        The prediction, and whether the fit was stopped early.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 3.4.1 and 4.4.
    """
    inputs = train.x.astype(np.float64)  # in 32 bits the solvers give up early on badly scaled inputs
    if not train.classes:
        ridge = Ridge(solver="svd" if inputs.size < 1e6 else "cholesky").fit(inputs, train.y, train.weight)
        return Predicted(np.reshape(ridge.predict(x), (len(x), -1)))
    if len(np.unique(train.y)) < 2:
        return Predicted(blind(train, x).values, "one class only among its rows")
    model = LogisticRegression(max_iter=ITERATIONS)
    # A fit cut short after 100 rounds is what a quick comparison wants, so the warning becomes a remark.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(inputs, train.y, train.weight)
    stopped = int(np.max(model.n_iter_)) >= ITERATIONS
    # Rounding to 0 would cost infinitely much where it is wrong: a class is never less sure than one row in n.
    values = _mixed(train, model, x, trust=len(train.x))
    return Predicted(values, f"stopped after {ITERATIONS} iterations" if stopped else "")


def lasso(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Fit a linear model with an absolute penalty, which leaves inputs out, of the strength that 3 folds choose.

        min_w  sum_i (y_i - w.x_i - b)^2 / (2 n) + strength sum_j |w_j|

    Inputs are brought to deviation 1 first, so that the penalty minds each alike.

    Args:
        train: The rows to fit on, of amounts.
        x: The rows to predict.

    Returns:
        The prediction, and how many inputs it looks at.

    Source: Tibshirani, "Regression shrinkage and selection via the lasso", 1996; Hastie, Tibshirani and Friedman, "The
    Elements of Statistical Learning", 3.4.2.
    """
    if len(train.x) < 2 * FOLDS or np.ptp(train.y) == 0:
        return Predicted(
            blind(train, x).values, "too few rows" if np.ptp(train.y) else "one amount only among its rows"
        )
    weight = train.weight.astype(np.float64)
    middle = np.average(train.x.astype(np.float64), axis=0, weights=weight)
    scale = np.sqrt(np.average(np.square(train.x - middle), axis=0, weights=weight))
    inputs, asked = ((values - middle) / np.where(scale > 0, scale, 1.0) for values in (train.x, x))
    model = LassoCV(alphas=STRENGTHS, cv=KFold(FOLDS, shuffle=True, random_state=0), max_iter=ITERATIONS)
    with warnings.catch_warnings():  # of strengths that are not chosen
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(inputs, train.y[:, 0].astype(np.float64), weight)
    used = f"looks at {np.count_nonzero(model.coef_):,} of {train.x.shape[1]:,} inputs"
    stopped = f"; stopped after {ITERATIONS} iterations" if int(model.n_iter_) >= ITERATIONS else ""
    return Predicted(np.reshape(model.predict(asked), (len(x), -1)), used + stopped)


def neighbours(train: Examples, x: Float[np.ndarray, "n d"]) -> Predicted:
    """Average the 5 nearest training rows; example weights do not count.

        p_c = (neighbours of class c + share of class c) / (k + 1)

    Args:
        train: The rows to fit on; fewer than 5 are all neighbours.
        x: The rows to predict.

    Returns:
        The prediction.

    Source: CS231n notes, "Image Classification", "k - Nearest Neighbor Classifier".
    """
    k = min(NEIGHBOURS, len(train.x))
    if not train.classes:
        regressor = KNeighborsRegressor(k).fit(train.x, train.y)
        return Predicted(np.reshape(regressor.predict(x), (len(x), -1)))
    return Predicted(_mixed(train, KNeighborsClassifier(k).fit(train.x, train.y), x, trust=k))


def _shares(train: Examples) -> np.ndarray:
    counts = np.bincount(train.y, train.weight, train.classes) + 1.0
    return counts / counts.sum()


def _mixed(train: Examples, model: Any, x: np.ndarray, *, trust: int) -> np.ndarray:
    """Return a classifier's probabilities for all classes, with the classes' shares counting as one more row."""
    values = np.zeros((len(x), train.classes))
    values[:, model.classes_] = model.predict_proba(x)
    return (trust * values + _shares(train)[None, :]) / (trust + 1.0)
