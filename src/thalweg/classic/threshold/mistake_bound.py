"""How many mistakes a perceptron can make before it has found a plane, whatever the order of the rows."""

import numpy as np
from jaxtyping import Num

from thalweg.classic.threshold.labelled_rows import signed_rows
from thalweg.classic.threshold.unit import ThresholdUnit
from thalweg.errors import InputError


def mistake_bound(
    x: Num[np.ndarray, "n d"], y: Num[np.ndarray, "..."], separator: ThresholdUnit, *, bias: bool = True
) -> float:
    """Return Novikoff's bound on a perceptron's mistakes, by a plane that separates the rows.

        (R / gamma)^2,    R^2 = max_i |x_i|^2 + 1,    gamma = min_i t_i (w . x_i + b) / sqrt(|w|^2 + b^2)

    The bias counts as the weight of an input that is always 1: hence the 1 in R and the b in gamma. Any plane that
    separates the rows gives a bound; the one with the largest gamma gives the lowest. Whoever trains without a bias
    leaves both out.

    Args:
        x: Rows; finite.
        y: Class 0 or 1 of each row (n,); both occur.
        separator: A plane with all rows on their sides.
        bias: Whether the perceptron has one. Without, the separator's must be 0.

    Returns:
        The bound, at least 1.

    Raises:
        InputError: If rows and classes do not go together, or the plane does not separate them.

    Example:
        >>> mistake_bound(np.array([[3.0], [-3.0]]), np.array([1, 0]), ThresholdUnit(np.array([1.0]), 0.0))
        1.1111111111111112

    Source: Novikoff, "On convergence proofs on perceptrons", 1962, theorem 1.
    """
    rows, sign = signed_rows("Novikoff's bound", x, y, 1)
    if not bias and separator.bias != 0:
        raise InputError(f"a perceptron without a bias needs a plane through the origin; got a bias {separator.bias}.")
    margins = sign * separator.scores(rows)
    if margins.min() <= 0:
        raise InputError(
            f"Novikoff's bound needs a plane that separates the rows; {int((margins <= 0).sum()):,} of {len(rows):,} "
            "lie on its wrong side or on it."
        )
    radius = float(np.square(rows).sum(axis=1).max()) + float(bias)
    length = float(np.square(separator.weights).sum()) + separator.bias**2
    return radius * length / float(margins.min()) ** 2
