"""The network of a prepared experiment at its first step: what every run, check and trial begins with."""

import numpy as np

from thalweg.keys import root
from thalweg.train.population import start
from thalweg.train.prepare import Prepared
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Member, learner_of


def fresh_member(prepared: Prepared, weight: np.ndarray, *, seed: int, total: int) -> Member:
    """Return a network at step 0: drawn, then changed by its start, or with the trained weights it is to begin with.

    Args:
        prepared: The experiment and the arrays.
        weight: (n,) of all rows, how much each counts in training.
        seed: Of the draws.
        total: Steps it may make at most.

    Returns:
        The member, without a population axis.
    """
    return start(
        learner_of(prepared.experiment),
        root(seed),
        prepared.x.shape[1:],
        total,
        begin=prepared.experiment.start,
        seen=seen_by_start(prepared, weight, seed=seed),
        taken=None if prepared.pretrained is None else prepared.pretrained.weights,
    )
