"""What one row of the contract tables is, and the words that ranges are told in."""

from typing import Any, NamedTuple

N, D, C = 5, 4, 3  # examples, features, classes


class Case(NamedTuple):
    """A part as the contracts see it."""

    spec: Any
    other: Any = None  # of the same structure, with every number changed; None where there is no number
    restructured: Any = None  # of another structure; None where there is only one
    ranges: dict[str, str] = {}  # noqa: RUF012  # by tunable, as an error words it
    outside: dict[str, list[float]] = {}  # noqa: RUF012  # by tunable, numbers that its range leaves out
    jumps: bool = False  # whether outputs jump with its numbers, so that only the inputs have a gradient


SHARE = "[0, 1)"
POSITIVE = "(0, inf)"
ANY = "(-inf, inf)"
COUNT = "[1, 1e+07]"
NOT_SHARES = [-0.1, 1.0, 1, 1.5]
NOT_POSITIVE = [0, 0.0, -1.0]
NOT_COUNTS = [0, -1, 10_000_001]
