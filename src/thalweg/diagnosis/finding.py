"""What a diagnosis says."""

import math
from typing import NamedTuple

GRAVE = ("warning", "error")  # severities above a note
BESIDE = ("shared_rows",)  # symptoms of no setting, and which explain none of the others


class Cause(NamedTuple):
    """What may be behind a finding."""

    name: str  # stable short name: "rate_too_high", "unscaled_inputs" ...
    text: str  # in words
    probability: float  # in [0, 1]; those of a finding add up to 1 at most


class Remedy(NamedTuple):
    """What to change, in three forms."""

    text: str  # a sentence
    settings: tuple[str, ...]  # "path=value" each, as `--set` takes them
    python: str  # the same for `thalweg.fit`


class Attempt(NamedTuple):
    """A short run with one thing changed, beside the same run with nothing changed."""

    cause: str  # the suspected one
    text: str  # what was changed: "rate / 10"
    steps: int
    before: tuple[float, ...]  # best validation scores of the unchanged runs, one for each seed
    after: tuple[float, ...]  # those of the changed runs
    loss_before: float  # mean training loss at the end of the unchanged runs
    loss_after: float  # of the changed ones; NaN where the change makes them no longer comparable
    helped: bool  # by more than chance explains
    result: str  # all that in a sentence without its full stop


class Finding(NamedTuple):
    """One problem, or one reassuring observation, in plain words."""

    symptom: str  # stable short name: "diverged", "overfitting", "healthy" ...
    severity: str  # "good", "note", "warning" or "error"
    title: str  # a few words for a heading
    evidence: str  # what was seen: numbers, layer, step
    why: str  # why it matters
    cause: str  # the most likely cause, in words
    remedy: str  # what to try first, in words
    setting: str = ""  # the same as a line for the command line: "--set update.rate=0.001"; "" where there is none
    where: str = ""  # layer, tensor, column or step range
    causes: tuple[Cause, ...] = ()  # the likeliest first; () of what is no problem
    remedies: tuple[Remedy, ...] = ()  # in the order to try them
    attempts: tuple[Attempt, ...] = ()  # what was tried and what it did, the best first
    since: float = math.nan  # epoch from which on it shows; NaN where it is there from the start, or unknown
    false_alarms: str = ""  # how often it was told of healthy runs; "" where that was not measured
    also: tuple[str, ...] = ()  # symptoms that follow from the same cause


def is_trouble(finding: Finding) -> bool:
    """Say whether a finding is above a note and of the run itself, so that it has a beginning and something to try."""
    return finding.severity in GRAVE and finding.symptom not in BESIDE
