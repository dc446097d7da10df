"""What an experiment of the notes found: what is claimed, what was measured, pictures. A page is drawn from it."""

from typing import NamedTuple

from thalweg.lab.gallery import Gallery
from thalweg.report.figures.style import Figure


class Claim(NamedTuple):
    """Something that a source says, and what this run measured of it."""

    says: str  # the claim, a sentence
    expected: str  # the source's number, or the range that a run may lie in
    measured: str  # ours
    holds: bool


class Table(NamedTuple):
    """Numbers in rows; the first cell of each names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Sheet(NamedTuple):
    """One experiment, done."""

    name: str  # by which the program knows it
    title: str  # a few words
    seed: int | None  # None where nothing is drawn
    headline: str  # what came out, one sentence
    words: tuple[str, ...]  # paragraphs: what is done and why
    claims: tuple[Claim, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    python: str  # the line that makes this sheet again
    source: str  # where the claims are made
    galleries: tuple[Gallery, ...] = ()  # shown before the figures
    options: tuple[str, ...] = ()  # words besides the seed that the program was given

    def disagreements(self) -> tuple[str, ...]:
        """Say which claims do not hold; () where all is well."""
        return tuple(
            f"{claim.says} Expected: {claim.expected}. Measured: {claim.measured}."
            for claim in self.claims
            if not claim.holds
        )


def between(says: str, value: float, low: float, high: float, *, form: str = ".3g", expected: str = "") -> Claim:
    """Return the claim that a number lies in an interval.

    Args:
        says: The claim.
        value: What was measured; NaN lies nowhere.
        low: Smallest value that agrees.
        high: Largest value that agrees.
        form: How numbers are written.
        expected: The source's own wording; "" for the interval.

    Returns:
        The claim.

    Example:
        >>> between("Two and two make four.", 4.0, 3.9, 4.1).holds
        True
    """
    return Claim(says, expected or f"{low:{form}} to {high:{form}}", f"{value:{form}}", bool(low <= value <= high))
