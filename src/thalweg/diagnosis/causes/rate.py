"""A learning rate too high or too low."""

import math
from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, UNLIKELY, Change
from thalweg.diagnosis.settings import is_absurd, rated
from thalweg.diagnosis.thresholds import RATIO_HIGH, RATIO_LOW, RATIO_WANTED
from thalweg.spec import tunables

_CLOSE = 2.0  # times the rate: nearer than that another one is no other
_FAR = 10.0


def rate(case: Case) -> Iterator[Change]:
    """Yield the experiment at other rates: the one that the check of rates suggests, and some powers of ten beside it.

    Source: CS231n notes, "Neural Networks Part 3", "Ratio of weights:updates".
    """
    rule = case.experiment.update
    if math.isfinite(tunables(type(rule))["rate"].high):
        return  # it finds the length of its steps itself
    own = float(rule.rate)
    check = case.checks.get("learning rate")
    suggested = check.measured if check and check.judged and check.curve else math.nan
    # Weighed by the measured interval: outside of it by as much as the check minds, a rate is the first suspect.
    wrong = bool(check and check.judged and check.curve and not check.passed)
    seen = set()
    measured = 10.0 ** round(math.log10(RATIO_WANTED / case.ratio)) if case.ratio > 0 else math.nan
    for factor in (suggested / own, measured, 0.1, 10.0, 0.01, 100.0):
        if not math.isfinite(factor) or 1 / _CLOSE < factor < _CLOSE:
            continue
        at = float(f"{own * factor:.2g}")
        if is_absurd(rule) and factor < 1:
            at, factor = float(type(rule)().rate), float(type(rule)().rate) / own
        towards = math.isfinite(suggested) and (suggested / own - 1) * (factor - 1) > 0
        if at in seen:
            continue
        seen.add(at)
        weight = _weight(case, factor, wrong=wrong, towards=towards, known=math.isfinite(suggested))
        high = factor < 1
        yield Change(
            cause="rate_too_high" if high else "rate_too_low",
            text=f"rate {at:g} instead of {own:g}",
            said=f"the learning rate {own:g} is too {'high' if high else 'low'}",
            remedy=f"{'Lower' if high else 'Raise'} the rate to {at:g}.",
            experiment=rated(case.experiment, at),
            before=case.experiment,
            weight=weight,
        )


def _weight(case: Case, factor: float, *, wrong: bool, towards: bool, known: bool) -> float:
    if wrong:
        return SURE if towards else UNLIKELY
    high = factor < 1
    absurd = high and is_absurd(case.experiment.update)
    measured = case.ratio > RATIO_HIGH if high else case.ratio < RATIO_LOW
    if absurd or (high and case.blown_up) or (measured and (towards or not known)):
        return LIKELY
    far = not 1 / _FAR <= factor <= _FAR
    return UNLIKELY if far or (known and not towards) else POSSIBLE
