"""Many short trials over wide ranges, then fewer and longer ones around the best."""

import math
from typing import NamedTuple

from thalweg.search.latin_hypercube import latin_hypercube
from thalweg.search.narrowed import narrowed, within
from thalweg.search.record import Proposal
from thalweg.search.space import Space, distinct
from thalweg.search.stage import Known, Stage

SHARE = 4  # coarse trials take one in so many of the epochs, and the fine stages one in so many of the trials
COARSE = ("coarse", "coarse, moved", "coarse, moved again")
FINE = ("fine", "finer")
LEAST = 12  # coarse trials where a range was moved, if there were as many before


class CoarseToFine(NamedTuple):
    """Search coarsely over all of the space, then twice more finely around the best.

    Coarse are as many trials as are asked for, each a run in miniature through its schedule, in a quarter of the
    epochs. Where the best of them lie at the edge of a range, it is moved past it, and half as many coarse trials look
    there, twice at most. Then come twice a quarter as many in all epochs, between which the ranges are cut once more.
    That is three quarters of the epochs that as many trials of full length take, or all of them where ranges had to be
    moved twice.

    The points of a stage are random but for this, that each part of every range has one: few trials leave no gaps.

    Example:
        >>> search = CoarseToFine(trials=32, epochs=20)
        >>> [search.size(stage) for stage in (*COARSE, *FINE)]
        [32, 16, 16, 8, 8]

    Source: CS231n notes, "Neural Networks Part 3", "Stage your search from coarse to fine".
    """

    trials: int  # of the coarse stage; at least 1
    epochs: int  # of the fine ones; at least 1

    def size(self, stage: str) -> int:
        """Return how many trials a stage has.

        Args:
            stage: A name in `COARSE` or `FINE`.

        Returns:
            The number.
        """
        if stage in FINE:
            return math.ceil(self.trials / SHARE)
        # Among fewer than a dozen nobody could say whether the best lie at an edge again.
        return self.trials if stage == COARSE[0] else min(self.trials, max(LEAST, math.ceil(self.trials / 2)))

    def next(self, known: Known) -> Stage | None:
        """Return the next stage.

        Args:
            known: The space, the seed and what came of the stages before.

        Returns:
            The stage; None once the last is known.
        """
        space, remarks, coarse = known.space, (), []
        for name in COARSE:
            if not known.of(name):
                return self._stage(known, name, space, remarks)
            # Coarse trials are all equally long, so that those of an earlier range count where they lie in this one.
            coarse += known.of(name)
            space, shifted, remarks = narrowed(space, within(space, coarse), known.limits, known.sign)
            if not shifted:
                break
        for name in FINE:
            if not known.of(name):
                return self._stage(known, name, space, remarks)
            space, _, remarks = narrowed(space, known.of(name), known.limits, known.sign)
        return None

    def _stage(self, known: Known, name: str, space: Space, remarks: tuple[str, ...]) -> Stage:
        epochs = self.epochs if name in FINE else max(1, round(self.epochs / SHARE))
        points = distinct(latin_hypercube(space, known.seed, len(known.records), self.size(name)))
        return Stage(name, space, tuple(Proposal(point, epochs) for point in points), remarks)
