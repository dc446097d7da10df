"""What came of an ensemble, as a report shows it."""

from typing import NamedTuple


class Gain(NamedTuple):
    """By how much one predictor is better than another."""

    metric: str
    value: float  # in the metric's unit; above 0 where the first one is better, whichever way the metric goes
    low: float  # the middle 95% over what was drawn
    high: float
    score: float  # of the first one, the mean over seeds
    other: float  # of the other one
    rows: int
    seeds: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


class MemberRow(NamedTuple):
    """One network of an ensemble."""

    seed: int
    trial: int  # of the search that it was found by; -1 for none
    score: float  # alone, on the validation part


class PartGain(NamedTuple):
    """What the ensemble gains on one part over the member that is best on the validation part."""

    part: str  # "validation" or "test"
    gain: Gain


class EnsembleSummary(NamedTuple):
    """What came of an ensemble."""

    of: str  # where its members come from, "seeds" or "trials"
    average: str  # what is averaged, "probabilities" or "scores"; without probabilities the values themselves
    metric: str
    members: tuple[MemberRow, ...]  # the run's own network first
    best: int  # place of the member that is best on the validation part
    score: float  # of the ensemble there
    gains: tuple[PartGain, ...]
    temperature: float  # that its probabilities are brought to; 1 where there are none
    error_before: float  # calibration error on the validation part; NaN where there are no probabilities
    error_after: float
    remarks: tuple[str, ...]  # on networks that were to be members and are not
