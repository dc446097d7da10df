"""What a strategy knows, and what it asks for next."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from thalweg.search.record import Proposal, TrialRecord
from thalweg.search.space import Space
from thalweg.spec import Range


class Known(NamedTuple):
    """All that a strategy may look at: the same records always give the same stage."""

    space: Space  # as it was asked for
    limits: Mapping[str, Range]  # of each numeric dimension
    sign: float  # 1 where larger scores are better, -1 where smaller ones are
    seed: int
    records: tuple[TrialRecord, ...]  # of all stages so far, by number

    def of(self, stage: str) -> list[TrialRecord]:
        """Return the records of a stage; [] where it is still to come."""
        return [record for record in self.records if record.stage == stage]


class Stage(NamedTuple):
    """Trials that may be trained in any order."""

    name: str
    space: Space  # that the points were taken from
    proposals: tuple[Proposal, ...]
    remarks: tuple[str, ...] = ()  # what a person should know of how it came about, a sentence each


class Strategy(Protocol):
    """Says what is to be tried, stage by stage."""

    def next(self, known: Known) -> Stage | None:
        """Return the next stage, which hangs on nothing but what is known; None at the end."""
        ...
