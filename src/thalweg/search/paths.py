"""The paths of settings, and how several of them make one name."""


def name_of(paths: tuple[str, ...]) -> str:
    """Return the name of what sets these paths.

    Args:
        paths: At least one.

    Returns:
        The paths joined by commas.

    Example:
        >>> name_of(("network.layers.0.units", "network.layers.3.units"))
        'network.layers.0.units, network.layers.3.units'
    """
    return ", ".join(paths)


def paths_of(name: str) -> tuple[str, ...]:
    """Return the paths that a name stands for.

    Args:
        name: One path, or several joined by commas.

    Returns:
        The paths, without the spaces around them.

    Example:
        >>> paths_of("update.rate"), paths_of("a.b,c.d")
        (('update.rate',), ('a.b', 'c.d'))
    """
    return tuple(path.strip() for path in name.split(","))


def steps(path: str) -> tuple[str, ...]:
    """Return the steps of a path to the place that it sets: the kind of a part is the part itself.

    Args:
        path: Such as "update.rate" or "update.kind".

    Returns:
        The steps.

    Example:
        >>> steps("update.rate"), steps("update.kind")
        (('update', 'rate'), ('update',))
    """
    return tuple(path.removesuffix(".kind").split("."))


def same_place(one: str, other: str) -> bool:
    """Say whether two paths set the same place.

    Args:
        one: A path.
        other: A path.

    Returns:
        Whether they do: "update" and "update.kind" do.
    """
    return steps(one) == steps(other)


def lies_in(inner: str, outer: str) -> bool:
    """Say whether a path leads into what another one sets, and further.

    Args:
        inner: A path.
        outer: A path.

    Returns:
        Whether it does: "update.rate" lies in "update" and in "update.kind".

    Example:
        >>> lies_in("update.rate", "update.kind"), lies_in("update.kind", "update")
        (True, False)
    """
    whole, start = steps(inner), steps(outer)
    return len(whole) > len(start) and whole[: len(start)] == start
