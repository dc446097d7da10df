"""All trials begin; at each rung a third of them goes on."""

import math
from typing import NamedTuple

from thalweg.search.record import Proposal, TrialRecord, last_loss, ranked
from thalweg.search.space import distinct
from thalweg.search.stage import Known, Stage

SPARED = 10  # one in so many trials, those of the least loss, is never stopped


class SuccessiveHalving(NamedTuple):
    """Give few epochs to many trials and many to few.

    Every trial is laid out for all epochs and rests at the first rung; of those that rest, a third goes on to the next
    one, at three times the epochs, and so on to the end. They are compared by their best score so far. A trial whose
    loss is among the lowest tenth goes on whatever its score.

        rungs at epochs / 3^k, k = .., 2, 1, 0;    n, n / 3, n / 9, .. trials go to them

    Example:
        >>> SuccessiveHalving(trials=27, epochs=18).rungs
        (2, 6, 18)

    Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016.
    """

    trials: int  # that begin; at least 1
    epochs: int  # of those that come to the end; at least 1
    reduction: int = 3  # one in so many goes on; at least 2

    @property
    def rungs(self) -> tuple[int, ...]:
        """Epochs of each rung; the last is all of them, and the first is one epoch at least."""
        most = 0
        while self.reduction ** (most + 1) <= min(self.trials, self.epochs):
            most += 1
        return tuple(max(1, self.epochs // self.reduction**k) for k in range(most, -1, -1))

    def next(self, known: Known) -> Stage | None:
        """Return the next rung.

        Args:
            known: The space, the seed and what came of the rungs before.

        Returns:
            The trials that go to it; None once the last is known, or nothing rests.
        """
        for place, until in enumerate(self.rungs):
            name = f"rung {place + 1}"
            if known.of(name):
                continue
            rest = 0 if until == self.epochs else until
            if place == 0:
                points = distinct(known.space.drawn(known.seed, number) for number in range(self.trials))
                return Stage(name, known.space, tuple(Proposal(point, self.epochs, rest) for point in points))
            going = self._going_on(known.of(f"rung {place}"), known.sign)
            given = tuple(Proposal(one.proposal.point, self.epochs, rest, of=one.number) for one in going)
            return Stage(name, known.space, given) if given else None
        return None

    def _going_on(self, records: list[TrialRecord], sign: float) -> list[TrialRecord]:
        resting = [record for record in records if not record.ending]
        best = {record.number for record in ranked(resting, sign)[: math.ceil(len(records) / self.reduction)]}
        lowest = sorted(resting, key=lambda one: (last_loss(one), one.number))[: math.ceil(len(records) / SPARED)]
        return [record for record in resting if record.number in best | {one.number for one in lowest}]
