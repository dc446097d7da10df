"""Every strategy by its name."""

from collections.abc import Callable

from thalweg.search.stage import Strategy
from thalweg.search.strategies.coarse_to_fine import CoarseToFine
from thalweg.search.strategies.grid_search import GridSearch
from thalweg.search.strategies.random_search import RandomSearch
from thalweg.search.strategies.successive_halving import SuccessiveHalving
from thalweg.search.strategies.tpe import TPE

STRATEGIES: dict[str, Callable[[int, int], Strategy]] = {  # of trials and epochs
    "coarse_to_fine": CoarseToFine,
    "random": RandomSearch,
    "grid": GridSearch,
    "successive_halving": SuccessiveHalving,
    "tpe": TPE,
}
