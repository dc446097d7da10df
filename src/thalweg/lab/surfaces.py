"""Three surfaces over the plane, on which paths of update rules can be watched."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.types import Array


class Surface(NamedTuple):
    """A height over the plane, with the place where every rule starts."""

    name: str
    formula: str
    height: Callable[[Array], Array]  # of a point (2,)
    start: tuple[float, float]
    minimum: tuple[float, float]  # a lowest point
    low: float  # the height there
    across: tuple[float, float]  # ends of the first coordinate that are drawn
    along: tuple[float, float]  # ends of the second


def valley(point: Float[Array, "2"]) -> Float[Array, ""]:
    """Return 0.5 (x^2 + 50 y^2): a long valley, 50 times as steep across as along.

    Args:
        point: (x, y).

    Returns:
        The height, at least 0.

    Source: CS231n notes, "Neural Networks Part 3", "Momentum update".
    """
    return 0.5 * (jnp.square(point[0]) + 50 * jnp.square(point[1]))


def saddle(point: Float[Array, "2"]) -> Float[Array, ""]:
    """Return 10 x^2 - 0.5 y^2 + 0.25 y^4: a saddle at (0, 0) between two hollows at (0, -1) and (0, 1).

    Args:
        point: (x, y).

    Returns:
        The height, at least -0.25.

    Source: CS231n notes, "Neural Networks Part 3", the saddle of the animations.
    """
    x, y = point[0], point[1]
    return 10 * jnp.square(x) - 0.5 * jnp.square(y) + 0.25 * jnp.square(jnp.square(y))


def beale(point: Float[Array, "2"]) -> Float[Array, ""]:
    """Return Beale's function: flat ground with steep walls, lowest at (3, 0.5).

        (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2

    Args:
        point: (x, y).

    Returns:
        The height, at least 0.

    Example:
        >>> float(beale(jnp.array([3.0, 0.5])))
        0.0

    Source: Beale, "On an iterative method for finding a local minimum of a function of more than one variable", 1958.
    """
    x, y = point[0], point[1]
    return (
        jnp.square(1.5 - x + x * y)
        + jnp.square(2.25 - x + x * jnp.square(y))
        + jnp.square(2.625 - x + x * jnp.square(y) * y)
    )


SURFACES = (
    Surface("valley", "0.5 (x² + 50 y²)", valley, (-4.0, 0.8), (0.0, 0.0), 0.0, (-4.5, 1.5), (-1.2, 1.2)),
    Surface("saddle", "10 x² - 0.5 y² + 0.25 y⁴", saddle, (0.5, 0.01), (0.0, 1.0), -0.25, (-0.7, 0.7), (-0.4, 1.4)),
    Surface("Beale's surface", "see the source", beale, (1.0, 1.5), (3.0, 0.5), 0.0, (-0.5, 4.2), (-1.0, 2.0)),
)
