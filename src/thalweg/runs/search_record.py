"""What a run's record holds of a search: what was asked for, and what it chose."""

from typing import Any, NamedTuple

MOST_TRIALS = 100_000
MOST_FOLDS = 1_000
MOST_REPEATS = 100  # finalists at most, and seeds of each


class SearchRecord(NamedTuple):
    """What was searched, and how."""

    space: dict[str, Any]  # plain, as a file has it
    strategy: str
    trials: int
    finalists: int  # of the best that are trained again from other seeds
    seeds: int  # from how many each is trained, the run's own among them

    @property
    def possible(self) -> bool:
        """Whether the numbers are within their limits: a file may say anything."""
        some = 1 <= self.trials <= MOST_TRIALS
        return some and all(1 <= number <= MOST_REPEATS for number in (self.finalists, self.seeds))


class Winner(NamedTuple):
    """What a search chose."""

    trial: int
    point: dict[str, Any]  # plain value by the dimension's name
    experiment: dict[str, Any]  # plain, with these put in


class TrialRow(NamedTuple):
    """One trial, as a report shows it."""

    number: int
    stage: str
    point: dict[str, Any]
    of: int  # the trial it goes on with or repeats; -1 for none
    epochs: float  # trained for it alone
    score: float
    failed: bool
    ending: str
    curve: tuple[tuple[float, float], ...]  # (epoch, validation score), thinned out


class RangeRow(NamedTuple):
    """What a dimension took its values from."""

    text: str  # as people write it
    log: bool  # whether its values' logarithms are evenly spread
    low: float  # NaN for options
    high: float


class StageRow(NamedTuple):
    """One stage."""

    name: str
    trials: int
    ranges: dict[str, RangeRow]  # by dimension's name
    remarks: tuple[str, ...]


class FinalistRow(NamedTuple):
    """One of the best, over several seeds."""

    trial: int
    point: dict[str, Any]
    mean: float
    deviation: float  # NaN for one seed
    scores: tuple[float, ...]


class SearchSummary(NamedTuple):
    """What came of a search."""

    strategy: str
    metric: str
    stages: tuple[StageRow, ...]
    trials: tuple[TrialRow, ...]
    finalists: tuple[FinalistRow, ...]  # the best first
    difference: float  # of the first two's means, above 0 where the first is better; NaN for one alone
    low: float  # of its 95% interval
    high: float
    edges: tuple[str, ...]  # a sentence on each range at whose edge the best trials lie, moved or not
    importance: dict[str, float]  # share of what the scores hang on, by dimension's name; {} where nothing can be said
    folds: int = 0  # over which each trial's score is the mean; 0 where it is that on the validation part
