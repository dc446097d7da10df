"""Several members' predictions made one."""

import numpy as np

from thalweg.errors import InputError

LEAST = float(np.finfo(np.float32).tiny)  # probabilities below it have no log that float32 could tell


def combined(predictions: np.ndarray, average: str = "probabilities", weights: np.ndarray | None = None) -> np.ndarray:
    """Average the predictions of several members.

        probabilities: p = sum_j a_j p_j
        scores:        p_c = exp(sum_j a_j log p_jc) / sum_c' exp(sum_j a_j log p_jc'),    a_j the weights, of sum 1

    The first is the plain mean, of values, or of the scores of a loss without probabilities, as well. The second is the
    mean of the members' scores, the logs of their probabilities, back to probabilities: the geometric mean, of sum 1.
    One member that all but rules a class out counts for more in it. Probabilities below 1e-38, which float32 cannot
    hold, count as that.

    Args:
        predictions: (m, n, ...) of m members: probabilities (m, n, C), those of no and yes (m, n, k, 2), or values
            (m, n, k).
        average: What is averaged, "probabilities" or "scores".
        weights: (m,) how much each member counts, at least 0, brought to a sum of 1; None for all alike.

    Returns:
        (n, ...) float64.

    Raises:
        InputError: If there is no member, `average` is unknown, the weights are not one a member, finite, at least 0
            and some above 0, or scores are asked for of predictions that are no probabilities.

    Example:
        >>> two = np.array([[[0.9, 0.1]], [[0.5, 0.5]]])
        >>> combined(two).round(4).tolist(), combined(two, "scores").round(4).tolist()
        ([[0.7, 0.3]], [[0.75, 0.25]])

    Source: Goodfellow et al., "Deep Learning", sections 7.11 (the mean) and 7.12, equations 7.53 to 7.54 (the geometric
    mean).
    """
    members = np.asarray(predictions, np.float64)
    if members.ndim < 3 or not len(members):
        raise InputError(f"an ensemble needs predictions (members, rows, ...) of 1 or more; got shape {members.shape}.")
    share = _shares(weights, len(members)).reshape(-1, *[1] * (members.ndim - 1))
    if average not in ("probabilities", "scores"):
        raise InputError(f"an ensemble averages probabilities or scores; got {average!r}.")
    if average == "probabilities":
        return np.sum(share * members, axis=0)
    require_probabilities(members, "the mean of scores")
    scores = np.sum(share * np.log(np.maximum(members, LEAST)), axis=0)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def require_probabilities(predictions: np.ndarray, wanted: str) -> None:
    """Refuse predictions that are no probabilities.

    Args:
        predictions: (..., C).
        wanted: What needs them.

    Raises:
        InputError: If a number is outside [0, 1], or those of the last axis have not the sum 1.
    """
    sums = predictions.sum(axis=-1)
    if not (np.all(predictions >= 0) and np.all(predictions <= 1) and np.allclose(sums, 1, rtol=0, atol=1e-3)):
        raise InputError(f"{wanted} needs probabilities of sum 1; got other predictions.")


def _shares(weights: np.ndarray | None, members: int) -> np.ndarray:
    given = np.asarray(np.ones(members) if weights is None else weights, np.float64)
    if given.shape != (members,) or not np.all(np.isfinite(given)) or np.any(given < 0) or not np.any(given > 0):
        raise InputError(
            f"an ensemble of {members} needs as many weights, at least 0 and not all 0; got {given.tolist()}."
        )
    return given / given.sum()
