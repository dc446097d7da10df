"""What is to be trained, and what came of it."""

from typing import Any, NamedTuple

from thalweg.experiment import Experiment
from thalweg.train.history import History
from thalweg.train.state import Member


class Rest(NamedTuple):
    """Where a trial was left, to be gone on with."""

    member: Member  # on the host, without a population axis; of several folds the first one's
    history: History  # its evaluations, each of one member
    score: float  # the best so far
    loss: float  # that came with it
    folds: tuple[Any, ...] = ()  # of a trial that is trained in several folds: the `Result` in each


class Trial(NamedTuple):
    """One configuration to be trained."""

    number: int
    experiment: Experiment  # its own `training.epochs` say how long it is
    seed: int  # of its first weights, its draws and its order of examples
    until: int = 0  # epochs after which it is to rest; 0 for its end
    spared: bool = False  # whether it may go on however much its loss has risen
    rest: Rest | None = None  # where it rested before; None for the beginning
    fold: int = 0  # which of the engine's grounds it is trained and scored on


class Result(NamedTuple):
    """What came of a trial."""

    trial: Trial
    ending: str  # why it ended; "" while it rests
    failed: bool  # whether it ended because its numbers or its loss went astray, or it does not fit the data
    history: History  # its evaluations, each of one member
    score: float  # the best on the validation rows; NaN if there never was one
    loss: float  # that came with it
    rest: Rest | None  # its best weights, and where to go on; None if it was never begun
    given_up: bool = False  # whether it failed for its loss alone, and could go on

    @property
    def steps(self) -> int:
        """Steps it has made."""
        return self.history.evaluations[-1].step if self.history.evaluations else 0
