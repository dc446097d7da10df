"""Points drawn at random, all of them trained to their end."""

from typing import NamedTuple

from thalweg.search.record import Proposal
from thalweg.search.space import distinct
from thalweg.search.stage import Known, Stage


class RandomSearch(NamedTuple):
    """Draw every trial's values independently.

    In each dimension as many values are tried as there are trials, where a grid tries few: of nine trials in two
    dimensions, nine and not three.

    Example:
        >>> RandomSearch(trials=32, epochs=10).trials
        32

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012.
    """

    trials: int  # at least 1
    epochs: int  # of each; at least 1

    def next(self, known: Known) -> Stage | None:
        """Return the one stage there is.

        Args:
            known: The space and the seed.

        Returns:
            All trials; None once they are known.
        """
        if known.of("random"):
            return None
        points = distinct(known.space.drawn(known.seed, number) for number in range(self.trials))
        return Stage("random", known.space, tuple(Proposal(point, self.epochs) for point in points))
