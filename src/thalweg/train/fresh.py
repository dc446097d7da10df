"""The network of a prepared experiment at its first step: what every run, check and trial begins with."""

import hashlib
from typing import Any

import numpy as np

from thalweg.keys import root
from thalweg.starts.as_drawn import AsDrawn
from thalweg.train.population import start
from thalweg.train.prepare import Prepared
from thalweg.train.pretrained import Weights
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Member, learner_of

KEPT = 4  # of what starts have learned: a run's own seed, the two more that its tries have, and one to spare


def fresh_member(prepared: Prepared, weight: np.ndarray, *, seed: int, total: int) -> Member:
    """Return a network at step 0: drawn, then changed by its start, or with the trained weights it is to begin with.

    What a start has learned from all rows, which may take minutes, is kept with the arrays: the checks, the run, and
    each try or trial that begins in the same way from the same seed share it, bit for bit.

    Args:
        prepared: The experiment and the arrays.
        weight: (n,) of all rows, how much each counts in training.
        seed: Of the draws.
        total: Steps it may make at most.

    Returns:
        The member, without a population axis.
    """
    begin: Any = prepared.experiment.start
    seen, taken = None, None if prepared.pretrained is None else prepared.pretrained.weights
    if learns(begin):
        begin, taken = AsDrawn(), _learned(prepared, weight, seed)
    else:
        seen = seen_by_start(prepared, weight, seed=seed)
    shape = prepared.x.shape[1:]
    return start(learner_of(prepared.experiment), root(seed), shape, total, begin=begin, seen=seen, taken=taken)


def learns(begin: Any) -> bool:
    """Say whether a start learns from all training rows, so that it takes its time."""
    return getattr(begin, "all_rows", False)


def _learned(prepared: Prepared, weight: np.ndarray, seed: int) -> Weights:
    experiment, kept = prepared.experiment, prepared.learned
    counts = hashlib.sha256(weight.tobytes()).hexdigest()
    key = (experiment.start, experiment.network, experiment.loss, seed, counts)
    if key not in kept:
        seen = seen_by_start(prepared, weight, seed=seed)
        made = start(learner_of(experiment), root(seed), prepared.x.shape[1:], 1, begin=experiment.start, seen=seen)
        for old in list(kept)[: max(0, len(kept) - KEPT + 1)]:
            del kept[old]
        kept[key] = made.carry.params, made.carry.state
    return kept[key]
