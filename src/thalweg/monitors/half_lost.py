"""The strength of a distortion at which half of what a network has learned is lost."""

from collections.abc import Sequence
from math import nan


def half_lost(strengths: Sequence[float], scores: Sequence[float], blind: float) -> float:
    """Return the strength at which a score first lies halfway to that of a blind guess.

        (score(s) - blind) / (score(0) - blind) = 1/2,    the score a straight line between the strengths tried

    It is the same for scores that fall and for errors that grow.

    Args:
        strengths: Rising, from 0; at least one.
        scores: At each.
        blind: The score of a guess that looks at no image.

    Returns:
        The strength, in its unit; NaN where more than half is left at all of them, or nothing was learned to be lost.

    Example:
        >>> half_lost((0.0, 10.0, 20.0), (0.9, 0.7, 0.3), 0.1)
        15.0
    """
    learned = scores[0] - blind
    left = [(score - blind) / learned if learned else nan for score in scores]
    for k in range(1, len(left)):
        if left[k] <= 0.5:
            share = (left[k - 1] - 0.5) / (left[k - 1] - left[k])
            return strengths[k - 1] + share * (strengths[k] - strengths[k - 1])
    return nan
