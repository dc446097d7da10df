"""A rate that no score changes."""

from thalweg.spec import spec


@spec
class KeepOnPlateau:
    """Let the schedule alone say what the rate is.

    Example:
        >>> KeepOnPlateau()
        KeepOnPlateau()
    """
