"""How much each dimension of a space mattered to the scores of a search."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance

from thalweg.search.record import TrialRecord, worth
from thalweg.search.space import Space

LEAST = 8  # trials of which anything can be said
TREES = 100
REPEATS = 10


def importance_of(space: Space, records: Sequence[TrialRecord], sign: float) -> dict[str, float]:
    """Return which share of what the scores hang on is each dimension's.

    A random forest learns the ranks of the scores from the trials' places in the space; a dimension's importance is how
    much worse it fits once that dimension's places are shuffled, as a share of the sum over all dimensions. Ranks, so
    that a few trials that went astray do not outweigh all others. Few trials tell little: a share of a few percent is
    no different from none.

    Args:
        space: That the trials were drawn from.
        records: Equally long trials; one that failed counts as worse than any other.
        sign: 1 where larger scores are better, -1 where smaller ones are.

    Returns:
        Shares that add up to 1, by the dimension's name, the largest first; {} of fewer than eight trials, or where all
        scores are equal. A dimension that does not count in a trial lies in its middle there.

    Source: Breiman, "Random forests", 2001, section 10.
    """
    known = [record for record in records if record.curve]
    if len(known) < LEAST:
        return {}
    scores = np.array([worth(one, sign) for one in known])
    ranks = np.searchsorted(np.sort(scores), scores).astype(float)
    if ranks.std() == 0:
        return {}
    places = np.array([[_place(space, k, one) for k in range(len(space.dimensions))] for one in known])
    forest = RandomForestRegressor(TREES, min_samples_leaf=2, random_state=0).fit(places, ranks)
    found: Any = permutation_importance(forest, places, ranks, n_repeats=REPEATS, random_state=0)
    shares = np.maximum(found["importances_mean"], 0.0)
    if shares.sum() <= 0:
        return {}
    named = zip((one.name for one in space.dimensions), (shares / shares.sum()).tolist(), strict=True)
    return dict(sorted(named, key=lambda pair: -pair[1]))


def _place(space: Space, k: int, record: TrialRecord) -> float:
    dimension = space.dimensions[k]
    value = record.proposal.point.get(dimension.name)
    return 0.5 if value is None else float(dimension.over.place(value))
