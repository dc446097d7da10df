"""What an ensemble came to, in sentences and a table."""

import math
from typing import NamedTuple

from thalweg.report.numbers import amount, difference, metric_of, percent, scored
from thalweg.runs.ensemble.summary import EnsembleSummary, MemberRow, PartGain
from thalweg.wording import counted


class MemberLine(NamedTuple):
    """One network in a table."""

    name: str
    score: str
    best: bool


class EnsembleView(NamedTuple):
    """What a page shows of an ensemble, beside its picture."""

    sentences: tuple[str, ...]
    title: str  # of the score
    members: tuple[MemberLine, ...]
    score: str  # of all together


def ensemble_lines(ensemble: EnsembleSummary) -> list[str]:
    """Return what an ensemble came to.

    Args:
        ensemble: Of a run.

    Returns:
        Sentences: how many networks predict together, what that gains, how it is calibrated, what is missing.
    """
    remarks = [f"{remark[:1].upper()}{remark[1:]}." for remark in ensemble.remarks]
    if len(ensemble.members) == 1:
        return ["No further network came to its end, so that the run's own predicts alone.", *remarks]
    title, score = metric_of(ensemble.metric).title, scored(ensemble.metric, ensemble.score)
    first = f"{counted(len(ensemble.members), 'network')} predict together, by the mean of {_averaged(ensemble)}"
    return [
        f"{first}: validation {title} {score}.",
        *gain_lines(ensemble),
        *_calibrated(ensemble),
        *remarks,
    ]


def gain_lines(ensemble: EnsembleSummary | None, part: str = "") -> list[str]:
    """Return what an ensemble gains over the member that is best on the validation part.

    Args:
        ensemble: Of a run; None for none.
        part: "validation" or "test"; "" for all that is known.

    Returns:
        A sentence a part; none of one network alone.
    """
    if ensemble is None or len(ensemble.members) < 2:
        return []
    return [_gain(ensemble, one) for one in ensemble.gains if part in ("", one.part)]


def ensemble_view(ensemble: EnsembleSummary) -> EnsembleView:
    """Return what a page shows of an ensemble.

    Args:
        ensemble: Of a run.

    Returns:
        Sentences and a table.
    """
    return EnsembleView(
        tuple(ensemble_lines(ensemble)),
        metric_of(ensemble.metric).title,
        tuple(
            MemberLine(member_name(member), scored(ensemble.metric, member.score), place == ensemble.best)
            for place, member in enumerate(ensemble.members)
        ),
        scored(ensemble.metric, ensemble.score),
    )


def member_name(member: MemberRow) -> str:
    """Return what tells a member from the others: its trial where it is of a search, else its seed."""
    return f"trial {member.trial}" if member.trial >= 0 else f"seed {member.seed}"


def _averaged(ensemble: EnsembleSummary) -> str:
    if math.isnan(ensemble.error_before):
        return "what they predict"
    return "their scores" if ensemble.average == "scores" else "their probabilities"


def _gain(ensemble: EnsembleSummary, of: PartGain) -> str:
    gain = of.gain
    name = member_name(ensemble.members[ensemble.best])
    own = of.part == "validation"
    member = f"{name}, its best member there" if own else f"{name}, the member that is best on the validation part"
    size = difference(gain.metric, gain.value)
    where = f"On the {of.part} part that is"
    if size == difference(gain.metric, 0.0):
        said = f"{where} no better than {member}"
    else:
        said = f"{where} {size} {'better' if gain.value > 0 else 'worse'} than {member}"
    if not gain.low < gain.high:
        return f"{said}."
    low, high = (("\N{MINUS SIGN}" if v < 0 else "") + difference(gain.metric, v) for v in (gain.low, gain.high))
    chosen = " Chosen by these rows, that member looks better on them than it is." if own else ""
    chance = "" if gain.certain else ", so that chance alone could explain it"
    return f"{said} (95% interval of the gain {low} to {high}){chance}.{chosen}"


def _calibrated(ensemble: EnsembleSummary) -> list[str]:
    if math.isnan(ensemble.error_before):
        return []
    before, after = (percent(error) for error in (ensemble.error_before, ensemble.error_after))
    if ensemble.temperature == 1.0:
        return [f"Its probabilities are left as they are: their calibration error on the validation part is {before}."]
    return [
        f"Its probabilities are brought to the temperature {amount(ensemble.temperature)}, fitted on the validation "
        f"part: their calibration error is {after} there, and was {before}."
    ]
