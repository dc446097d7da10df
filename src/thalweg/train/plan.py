"""When to measure, evaluate and come up for air: the host's arithmetic of steps."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.data.batches import epoch_order
from thalweg.train.population import ROWS

DENSE = 200  # steps at the beginning that are all recorded: that is where runs go wrong
EVERY = 50  # later, one step in so many is recorded if nothing else is said
FULL_BATCH_PERIOD = 50  # steps between evaluations at least where an epoch is one step
LOOK_SHARE = 0.02  # of the work so far that looks inside may have made up
LOOK_COST = 4  # times the work of training on as many examples, that a look takes
LOOK_GROWTH = 1.5  # from one look's step to the next one's that is due however little was trained


class Plan(NamedTuple):
    """How a population's steps are laid out."""

    rows: np.ndarray  # (n,) the training rows
    batch: int  # examples a step
    total: int  # steps at most
    seeds: tuple[tuple[int, int], ...]  # (seed, ordinal) of each member; draws its order of examples
    later: int = EVERY  # steps from one record to the next behind the dense phase

    @property
    def full_batch(self) -> bool:
        """Whether every step sees all training rows."""
        return self.batch >= len(self.rows)

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return 1 if self.full_batch else -(-len(self.rows) // self.batch)

    @property
    def period(self) -> int:
        """Steps between evaluations; the same whatever the machine's speed, for it decides the best weights."""
        if not self.full_batch:
            return self.steps
        return max(FULL_BATCH_PERIOD, math.ceil(self.total / 100))

    def every(self, clock: int) -> int:
        """Steps from one record to the next at `clock`."""
        return 1 if clock < DENSE else self.later

    def recorded(self, begin: int, end: int) -> np.ndarray:
        """Return the steps from `begin` to before `end` that are recorded; no dense phase ends between them."""
        every = self.every(begin)
        return np.arange(-(-begin // every), -(-end // every)) * every

    def chunk(self, clock: int, pace: float) -> int:
        """Return how many steps to take in the next call.

        Args:
            clock: Steps made so far.
            pace: Steps that fit the wanted duration of a call.

        Returns:
            At least 1; the call crosses no end of an epoch, evaluation or dense phase, and its records fit.
        """
        every = self.every(clock)
        # But for full batch, where an epoch is a step, a period is an epoch.
        ends = [self.total, (clock // self.period + 1) * self.period, clock + every * (ROWS - 1)]
        if clock < DENSE:
            ends.append(DENSE)
        return max(1, min(min(ends) - clock, int(pace)))

    def look_due(self, clock: int, looks: Sequence[int], rows: int, share: float) -> bool:
        """Say whether to look inside at an evaluation.

        Examples are counted, not seconds, so that the same run is always looked into at the same steps. The least
        number of looks is one each time that the steps have grown by a half: two dozen in a thousand epochs.

        Args:
            clock: Steps made so far.
            looks: After how many steps each look so far was taken.
            rows: Examples that a look takes.
            share: Of the work so far that looks may have made up; infinite for a look at every evaluation.

        Returns:
            True at both ends, too.
        """
        if clock in (0, self.total) or not looks:
            return True
        trained = clock * min(self.batch, len(self.rows))
        return clock >= LOOK_GROWTH * looks[-1] or LOOK_COST * rows * len(looks) <= share * trained

    def order(self, epoch: int) -> tuple[np.ndarray, np.ndarray] | None:
        """Return (order, mask), each (m, steps, batch), of an epoch; None for full batch."""
        if self.full_batch:
            return None
        orders = [epoch_order(self.rows, seed=s, ordinal=o, epoch=epoch, batch=self.batch) for s, o in self.seeds]
        return np.stack([order.index for order in orders]), np.stack([order.weight for order in orders])
