"""What a diagnosis says."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One problem, or one reassuring observation, in plain words."""

    symptom: str  # stable short name: "diverged", "overfitting", "healthy" ...
    severity: str  # "good", "note", "warning" or "error"
    title: str  # a few words for a heading
    evidence: str  # what was seen: numbers, layer, step
    why: str  # why it matters
    cause: str  # the most likely cause
    remedy: str  # what to try first, in words
    setting: str = ""  # the same as a line for the command line: "--set update.rate=0.001"; "" where there is none
    where: str = ""  # layer, tensor, column or step range
