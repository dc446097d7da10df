"""The order in which dimensions are set."""

from collections.abc import Sequence

from thalweg.errors import InputError
from thalweg.search.dimension import Dimension
from thalweg.search.paths import lies_in


def needs(dimension: Dimension, others: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Return the dimensions that must be set before one: those its conditions hang on, and the parts it lies in.

    Args:
        dimension: The one.
        others: All dimensions; it may be among them.

    Returns:
        Those before it, in their order. It is among them itself only where a condition of its own hangs on it.

    Example:
        >>> from thalweg.search.ranges.choice import Choice
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> rule = Dimension(("update.kind",), Choice(("momentum", "nesterov")))
        >>> share = Dimension(("update.mu",), Uniform(0.5, 0.99))
        >>> [other.name for other in needs(share, (rule, share))]
        ['update.kind']
    """
    return tuple(
        other
        for other in others
        if any(condition.on(other.name) for condition in dimension.when)
        or any(lies_in(path, outer) for path in dimension.paths for outer in other.paths)
    )


def ordered(dimensions: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Return dimensions so that each comes after all that it needs, else in the order they had.

    Args:
        dimensions: Any number.

    Returns:
        The same, in order.

    Raises:
        InputError: If some of them wait for one another.
    """
    done: list[Dimension] = []
    waiting = list(dimensions)
    while waiting:
        ready = next((one for one in waiting if all(other in done for other in needs(one, dimensions))), None)
        if ready is None:
            names = " and ".join(one.name for one in waiting)
            raise InputError(
                f"space: {names} cannot be put in an order: each hangs on one that must be set after it. Take a "
                f"condition away."
            )
        waiting.remove(ready)
        done.append(ready)
    return tuple(done)
