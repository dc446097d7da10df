"""One thing about a run that could be otherwise."""

from typing import NamedTuple

from thalweg.experiment import Experiment

# How likely a cause is before anything is tried, in shares that are held against each other.
SURE = 0.9  # measured: a check or a curve points at it, and at little else
LIKELY = 0.5  # far from what is usual, or pointed at by a measurement that has other causes, too
POSSIBLE = 0.15  # other than usual, and fine in many networks
UNLIKELY = 0.04  # as usual


class Change(NamedTuple):
    """A suspected cause, and the experiment without it."""

    cause: str  # stable short name
    text: str  # what is changed: "rate / 10", "inputs standardised"
    said: str  # the cause in words: "the learning rate 10 is too high"
    remedy: str  # a sentence
    experiment: Experiment | None  # None where it takes more than other settings
    before: Experiment  # as it was run
    weight: float  # how likely the cause is before anything is tried, in (0, 1)
