"""What a classic model reached on the same parts."""

from typing import NamedTuple


class Baseline(NamedTuple):
    """A classic model's score beside the network's."""

    name: str  # "majority class", "linear", "lasso (L1)", "k nearest neighbours (k = 5)"
    score: float  # by the run's metric, on the same rows as the network's
    rows: int  # training rows it was fitted on
    seconds: float
    remark: str = ""  # such as "stopped after 100 iterations", or why it was left out
    available: int = 0  # training rows there were to fit on; 0 where that is not known
