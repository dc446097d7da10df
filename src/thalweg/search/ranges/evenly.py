"""Places spread evenly over a range."""

from thalweg.errors import InputError


def even_places(count: int) -> tuple[float, ...]:
    """Return places from 0 to 1, as far apart as they can be.

    Args:
        count: How many; at least 1. One alone lies in the middle.

    Returns:
        The places in order, both ends included.

    Raises:
        InputError: If `count` is below 1.

    Example:
        >>> even_places(3), even_places(1)
        ((0.0, 0.5, 1.0), (0.5,))
    """
    if count < 1:
        raise InputError(f"a grid needs at least 1 value of each range; got {count}.")
    return (0.5,) if count == 1 else tuple(k / (count - 1) for k in range(count))
