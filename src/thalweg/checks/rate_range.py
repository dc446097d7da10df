"""Which learning rates a run could be trained at, and whether its own is one of them."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from thalweg.checks.rate_sweep import RateSweep
from thalweg.checks.result import CheckResult, Curve
from thalweg.checks.tolerances import RATE_BAD, RATE_DECADES, RATE_GAIN, RATE_SHIFTS, RATE_TOO_HIGH, RATE_TOO_LOW
from thalweg.wording import counted

NAME = "learning rate"


class RateRange(NamedTuple):
    """An interval of rates."""

    low: float
    suggested: float
    high: float
    fastest: tuple[float, ...]  # from each start, the rate at which the loss fell fastest


def rate_range(sweep: RateSweep) -> RateRange | None:
    """Return the rates at which a whole run should train well, from what a few steps gained.

        log10 c_s = place of the lowest point of the parabola through the smoothed gains of start s, around their least
        low, suggested, high = c 10^shift,    c the geometric mean of the c_s

    The rate that takes a run in miniature furthest is somewhat too high for a whole one. Where the starts do not agree,
    the interval grows by as much as one of them lies apart beyond a tenth of a decade.

    Args:
        sweep: See `sweep_rates`; of 20, 50 or 100 steps.

    Returns:
        The interval, or None where no rate made the loss fall by 2%.

    Example:
        >>> rates = 10.0 ** np.arange(-4, 0.1, 0.25)
        >>> gain = np.square(np.log10(rates) + 2)[None] - 1  # least at 0.01
        >>> found = rate_range(RateSweep(100, rates, gain))
        >>> round(found.low, 4), round(found.suggested, 4), round(found.high, 4)
        (0.0014, 0.005, 0.0138)

    Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3, for the range test. How
    far its best rate is from a run's was measured, see `bench/RESULTS.md`.
    """
    if float(np.median(sweep.gain.min(axis=1))) > RATE_GAIN:
        return None
    exponents = np.array([lowest_point(np.log10(sweep.rates), np.minimum(gain, RATE_BAD)) for gain in sweep.gain])
    middle = float(exponents.mean())
    low, suggested, high = RATE_SHIFTS[sweep.steps]
    apart = max(0.0, float(np.abs(exponents - middle).max()) - 0.1)
    return RateRange(
        low=10.0 ** (middle + low - apart),
        suggested=10.0 ** (middle + suggested),
        high=10.0 ** (middle + high + apart),
        fastest=tuple(float(10.0**exponent) for exponent in exponents),
    )


def lowest_point(at: Float[np.ndarray, " n"], values: Float[np.ndarray, " n"]) -> float:
    """Return where a noisy curve is lowest: the lowest point of the parabola through three smoothed values.

    Args:
        at: Places, evenly apart; at least three.
        values: The curve there, finite.

    Returns:
        The place, at most one place's distance from the least smoothed value.

    Example:
        >>> at = np.arange(-2.0, 2.5, 0.5)
        >>> round(lowest_point(at, np.square(at - 0.3)), 6)
        0.3
    """
    padded = np.pad(values, 1, mode="edge")
    smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    middle = min(max(int(np.argmin(smooth)), 1), len(smooth) - 2)
    before, here, after = smooth[middle - 1 : middle + 2]
    bend = before - 2 * here + after
    beside = float(np.clip((before - after) / (2 * bend), -1, 1)) if bend > 0 else 0.0
    return float(at[middle] + beside * (at[1] - at[0]))


def learning_rate(found: RateRange | None, sweep: RateSweep, rate: float) -> CheckResult:
    """Judge a run's rate by the interval.

    Args:
        found: See `rate_range`.
        sweep: What it was made of.
        rate: The run's: its update rule's.

    Returns:
        A warning where the rate is 2.5 times as high as the highest of the interval or a tenth of the lowest; a note
        where no rate made the loss fall. The interval is a rule of thumb: at a rate somewhat outside a run may do as
        well.
    """
    tries = f"in {counted(sweep.steps, 'step')} from {counted(len(sweep.gain), 'start')}"
    low, high = RATE_DECADES
    if found is None:
        return _result(
            math.nan,
            rate,
            passed=False,
            text=f"At no rate from {10.0**low:g} to {10.0**high:g} did the loss fall by 2% {tries}.",
            advice="Where other checks fail, mend that first. Else the inputs may tell little about the targets, so "
            "that more steps are needed to see what suits.",
        )._replace(severity="note")
    text = (
        f"The loss falls furthest at a rate of {_middle(found):.2g} {tries}; for a whole run about {found.low:.2g} to "
        f"{found.high:.2g} should suit. The run's is {rate:.2g}."
    )
    passed = RATE_TOO_LOW * found.low <= rate <= RATE_TOO_HIGH * found.high
    advice = f"Try --set update.rate={found.suggested:.2g}."
    left = tuple(tuple(map(float, np.exp(row))) for row in sweep.gain)
    curve = Curve(tuple(map(float, sweep.rates)), left, found.low, found.high, rate)
    return _result(found.suggested, rate, passed=passed, text=text, advice=advice)._replace(curve=curve)


def not_judged(reason: str) -> CheckResult:
    """Return the result where no rates were tried.

    Args:
        reason: A sentence.

    Returns:
        The result.
    """
    return _result(math.nan, math.nan, passed=True, text=reason, advice="")._replace(judged=False)


def _result(expected: float, measured: float, *, passed: bool, text: str, advice: str) -> CheckResult:
    return CheckResult(
        name=NAME,
        measured=measured,
        expected=expected,
        tolerance=math.inf,
        unit="of the update rule",
        passed=passed,
        severity="warning",
        text=text,
        advice=advice,
    )


def _middle(found: RateRange) -> float:
    return float(np.exp(np.log(found.fastest).mean()))
