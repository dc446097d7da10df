"""Every combination of values spread evenly over the ranges."""

from typing import NamedTuple

from thalweg.errors import InputError
from thalweg.search.record import Proposal
from thalweg.search.space import LARGEST_GRID, Space
from thalweg.search.stage import Known, Stage


class GridSearch(NamedTuple):
    """Try every combination of so many values of each range, as many as there are trials for.

    Of options all are tried. Random search finds better values with as many trials wherever some dimensions matter
    more than others, which they nearly always do; a grid is for drawing what depends on what.

    Example:
        >>> GridSearch(trials=9, epochs=10).epochs
        10

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012.
    """

    trials: int  # at most
    epochs: int  # of each; at least 1

    def next(self, known: Known) -> Stage | None:
        """Return the one stage there is.

        Args:
            known: The space.

        Returns:
            All trials; None once they are known.

        Raises:
            InputError: If there are too few trials for two values of each range, or for all options.
        """
        if known.of("grid"):
            return None
        points = known.space.grid(self._values(known.space))
        return Stage("grid", known.space, tuple(Proposal(point, self.epochs) for point in points))

    def _values(self, space: Space) -> int:
        count = 2 if any(dimension.numeric for dimension in space.dimensions) else 1
        if space.grid_size(count) > self.trials:
            raise InputError(
                f"a grid of two values of each range, and of all options, has {space.grid_size(count):,} points; got "
                f"{self.trials:,} trials. Give as many, leave dimensions out, or draw at random."
            )
        # Of a range of whole numbers a finer grid may have no more points, and one still finer more again.
        whole = space.grid_size(LARGEST_GRID)
        while space.grid_size(count) < whole and space.grid_size(count + 1) <= self.trials and count < LARGEST_GRID:
            count += 1
        return count
