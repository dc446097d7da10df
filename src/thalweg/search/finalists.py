"""Train the best again from other seeds, and say by how much the winner is better than chance makes it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from thalweg.search.record import Proposal, TrialRecord, ranked, worth
from thalweg.search.stage import Known, Stage

NAME = "finalists"
SURE = 0.95  # of the interval


class Finalist(NamedTuple):
    """One of the best, over several seeds."""

    number: int  # of its first trial
    scores: tuple[float, ...]  # of each seed, the search's own first

    @property
    def mean(self) -> float:
        """Mean score over the seeds."""
        return float(np.mean(self.scores))

    @property
    def deviation(self) -> float:
        """Standard deviation over the seeds; NaN for one alone."""
        return float(np.std(self.scores, ddof=1)) if len(self.scores) > 1 else math.nan


class Verdict(NamedTuple):
    """Who is best, and how sure that is."""

    finalists: tuple[Finalist, ...]  # the best mean first; one alone where nothing was trained again
    difference: float  # between the first two's means, above 0 where the first is better; NaN for one alone
    low: float  # of the 95% interval of it; NaN where nothing says how far chance goes
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0


def finalists_stage(known: Known, epochs: int, most: int, seeds: int) -> Stage | None:
    """Return the trials that train the best again.

    Args:
        known: All that was tried.
        epochs: Of a trial that came to its end; shorter ones are no finalists.
        most: How many of the best.
        seeds: From how many seeds each is trained, the search's own among them.

    Returns:
        The stage; None where it is known, or nothing is to be repeated.
    """
    best = best_trials(known, epochs)[:most]
    if known.of(NAME) or seeds < 2 or len(best) < 1:
        return None
    given = [
        Proposal(one.proposal.point, epochs, repeat=repeat, of=one.number) for repeat in range(1, seeds) for one in best
    ]
    return Stage(NAME, known.space, tuple(given))


def best_trials(known: Known, epochs: int) -> list[TrialRecord]:
    """Return the trials of full length that did not fail, the best first, one for each point.

    Args:
        known: All that was tried.
        epochs: Of a trial of full length.

    Returns:
        The trials, those of the finalists' further seeds left out.
    """
    whole = [
        record
        for record in known.records
        if record.stage != NAME and record.proposal.epochs == epochs and not record.proposal.until
    ]
    found: list[TrialRecord] = []
    for record in ranked(whole, known.sign):
        if worth(record, known.sign) > -math.inf and all(r.proposal.point != record.proposal.point for r in found):
            found.append(record)
    return found


def verdict_of(known: Known, epochs: int) -> Verdict | None:
    """Compare the finalists over their seeds.

    With scores y_is of finalist i from seed s, the residuals of means over finalists and over seeds give the variance,

        s^2 = sum (y_is - y_i. - y_.s + y_..)^2 / ((k - 1) (n - 1)),
        difference = y_1. - y_2. -+ t s sqrt(2 / n),    t of (k - 1)(n - 1) degrees of freedom

    since a seed that is lucky for one finalist, by its order of examples, is lucky for the others, too. The means count
    the seed by which the finalists were chosen, so that they flatter a little, all of them alike.

    Args:
        known: All that was tried.
        epochs: Of a trial of full length.

    Returns:
        The verdict; None where no trial came to its end without failing. Finalists that failed from one seed come last.

    Source: Box, Hunter and Hunter, "Statistics for Experimenters", chapter 4 (randomised blocks).
    """
    repeats = known.of(NAME)
    firsts = best_trials(known, epochs)
    if not firsts:
        return None
    again = {record.proposal.of for record in repeats}
    chosen = [record for record in firsts if record.number in again] or firsts[:1]
    found = [Finalist(one.number, tuple(_scores(one, repeats, known.sign))) for one in chosen]
    found.sort(key=lambda one: (-known.sign * one.mean if math.isfinite(one.mean) else math.inf, one.number))
    return Verdict(tuple(found), *_compared(found, known.sign))


def _scores(first: TrialRecord, repeats: Sequence[TrialRecord], sign: float) -> list[float]:
    own = [first, *(record for record in repeats if record.proposal.of == first.number)]
    return [sign * worth(record, sign) for record in own]


def _compared(found: Sequence[Finalist], sign: float) -> tuple[float, float, float]:
    sound = [one for one in found if math.isfinite(one.mean)]
    if len(sound) < 2:
        return math.nan, math.nan, math.nan
    difference = sign * (sound[0].mean - sound[1].mean)
    table = np.array([one.scores for one in sound])
    k, n = table.shape
    if n < 2:
        return difference, math.nan, math.nan
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + table.mean()
    freedom = (k - 1) * (n - 1)
    error = math.sqrt(float((left**2).sum()) / freedom * 2 / n)
    half = float(stats.t.ppf((1 + SURE) / 2, freedom)) * error
    return difference, difference - half, difference + half
