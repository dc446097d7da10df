"""One peer's work on one row of the table."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Job(NamedTuple):
    """Work to be timed."""

    prepare: Callable[[], Any]  # before each run, not timed: builds the network, compiles
    train: Callable[[Any], Any]  # timed; gets what `prepare` returned
