"""What may steer training from the host, between chunks."""

from itertools import takewhile
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from thalweg.train.history import History
from thalweg.train.state import Member


class Continue(NamedTuple):
    """Go on."""


class Stop(NamedTuple):
    """End some members, or all."""

    reason: str  # a sentence without its full stop, for the person
    members: tuple[int, ...] | None = None  # positions in the population; None for all


class Pause(NamedTuple):
    """Leave training as it is, to be resumed later: it ends as if it had never been left."""

    reason: str


class Restart(NamedTuple):
    """Go on from another population: other carries, other numbers, even another structure, but as many members.

    A member that had ended goes on if it is alive in the new population. Where its best weights are others than
    before, they count as never evaluated: the next evaluation is its best so far.
    """

    members: Member
    reason: str  # a sentence without its full stop, kept in the loop's state


class Rescale(NamedTuple):
    """Go on at other shares of the scheduled rate."""

    shares: tuple[float, ...]  # of each member, at least 0


class Mark(NamedTuple):
    """Remember this moment, and go on: it is kept in the loop's state until another one is marked."""


Decision = Continue | Stop | Pause | Restart | Rescale | Mark


class Progress(NamedTuple):
    """Where training is when a controller is asked."""

    history: History
    members: Member
    epoch: float
    step: int
    total: int  # steps at most
    evaluated: bool  # whether an evaluation was just added to the history
    seconds: float
    compile_seconds: float
    examples_per_second: float
    metric: str  # what the history's scores are in: a name in `train.scores.METRICS`
    endings: tuple[str, ...] = ()  # of each member: why it ended, "" while it goes on


@runtime_checkable
class Controller(Protocol):
    """Decides between chunks; sees everything, changes training by its decision alone."""

    def decide(self, progress: Progress) -> Decision:
        """Return what is to happen next."""
        ...


class EarlyStopping(NamedTuple):
    """Stop a member whose validation score has not become better for `patience` epochs.

    Its best weights are what it returns, so stopping late costs time, not quality.

    Source: Goodfellow et al., "Deep Learning", section 7.8.
    """

    patience: float  # epochs, above 0

    def decide(self, progress: Progress) -> Decision:
        """Return Stop for the members that are past their patience.

        Args:
            progress: Looked at after an evaluation only.

        Returns:
            Stop with these members' positions, or Continue if there are none.
        """
        if not progress.evaluated or progress.epoch < self.patience:
            return Continue()
        # From the last one back, for a run may have many thousands.
        newest = reversed(progress.history.evaluations)
        recent = [e.better for e in takewhile(lambda e: progress.epoch - e.epoch < self.patience, newest)]
        late = np.flatnonzero(~np.any(recent, axis=0))
        if not len(late):
            return Continue()
        return Stop(f"no better validation score for {self.patience:g} epochs", tuple(int(i) for i in late))


class RateReduction(NamedTuple):
    """Reduce a member's rate when its validation score has not become better for `patience` epochs.

    A reduction begins a new wait. What it hangs on lies in the history and in the carry, so a resumed run decides as
    one that was never interrupted.

    Source: Keras, `ReduceLROnPlateau`.
    """

    factor: float  # in (0, 1)
    patience: float  # epochs, above 0
    floor: float = 0.0  # least share of the scheduled rate

    def decide(self, progress: Progress) -> Decision:
        """Return Rescale if a member has waited long enough.

        Args:
            progress: Looked at after an evaluation only.

        Returns:
            Rescale with every member's share, or Continue if none changes.
        """
        if not progress.evaluated or progress.epoch < self.patience:
            return Continue()
        newest = reversed(progress.history.evaluations)
        recent = [e.better for e in takewhile(lambda e: progress.epoch - e.epoch < self.patience, newest)]
        carry = progress.members.carry
        shares = np.asarray(carry.rate_share, np.float64)
        waited = (progress.step - np.asarray(carry.share_since)) * (progress.epoch / max(progress.step, 1))
        waiting = ~np.any(recent, axis=0) & (waited >= self.patience * (1 - 1e-9))
        lower = np.maximum(self.floor, self.factor * shares)
        due = waiting & np.asarray(progress.members.alive) & (lower < shares)
        return Rescale(tuple(np.where(due, lower, shares).tolist())) if due.any() else Continue()


class TimeBudget(NamedTuple):
    """Stop all members when training has taken `seconds`."""

    seconds: float

    def decide(self, progress: Progress) -> Decision:
        """Return Stop once the time is spent.

        Args:
            progress: Its `seconds` count compiling and those before an interruption.

        Returns:
            Stop for all members, or Continue.
        """
        spent = progress.seconds >= self.seconds
        return Stop(f"the time budget of {self.seconds:g} s is spent") if spent else Continue()
