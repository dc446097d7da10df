"""The verdict: how good the network is, in one sentence, and against what."""

import math
from typing import NamedTuple

from thalweg.classic.baseline import Baseline
from thalweg.report.numbers import count, difference, duration, metric_of, scored
from thalweg.report.text import ended, short
from thalweg.runs.outcome import Outcome, Score
from thalweg.wording import counted

_ENDED = {"finished": "Training finished", "diverged": "Training diverged", "interrupted": "Training was interrupted"}


class Row(NamedTuple):
    """One model of the comparison."""

    name: str
    score: str
    difference: str  # of the network to it: "4.1 points better"; "" for the network itself
    fitted: str  # on how many rows, in what time, and any remark
    bar: float  # length from 0 to 1
    own: bool  # the network


class Verdict(NamedTuple):
    """What stands at the top of the page."""

    sentence: str
    tone: str  # "good", "warning" or "error"
    details: tuple[str, ...]  # sentences in order of weight
    models: tuple[Row, ...]  # the network first; () where there is nothing to compare
    others: tuple[tuple[str, str, str], ...]  # further scores: (metric, value with interval, part and rows)
    compared: str  # the part on which the models are compared: "validation"
    better: str  # "more is better" or "less is better"


def verdict(outcome: Outcome) -> Verdict:
    """Return the verdict on a run.

    The score shown is the test part's where it was opened, else the validation part's. Simple models are scored
    on the validation part, so it is the network's validation score that they are held against.

    Args:
        outcome: Of the run.

    Returns:
        The verdict.
    """
    head = headline(outcome)
    metric = metric_of(head.metric if head else outcome.metric)
    best = _best(outcome.baselines, metric.larger_is_better)
    networks = len(outcome.ensemble.members) if outcome.ensemble else 1
    own = f"these {networks} networks" if networks > 1 else "this network"
    fair = _fair(outcome, head) if head else None
    gain = _gain(fair, best, metric.larger_is_better) if fair and best else None
    others = tuple(
        (
            metric_of(s.metric).title,
            f"{scored(s.metric, s.value)}{_bracketed(interval(s))}",
            f"{counted(s.rows, 'row')} of the {s.part} part{mirrored(s)}",
        )
        for s in outcome.scores
        if s is not head
    )
    return Verdict(
        sentence=_sentence(outcome, head, fair, best, gain),
        tone=_tone(outcome, head, gain),
        details=tuple(_details(outcome, head)),
        models=_models(own, fair, outcome.baselines, metric.larger_is_better) if fair and outcome.baselines else (),
        others=others,
        compared=fair.part if fair else "",
        better="more is better" if metric.larger_is_better else "less is better",
    )


def headline(outcome: Outcome) -> Score | None:
    """Return the score the run is judged by; None where nothing could be scored.

    Args:
        outcome: Of the run.

    Returns:
        The run's metric on the test part, else on the validation part, else whatever there is first.
    """
    usable = [s for s in outcome.scores if math.isfinite(s.value)]
    order = [(outcome.metric, "test"), (outcome.metric, "validation")]
    matching = [s for wanted in order for s in usable if (s.metric, s.part) == wanted]
    return next(iter([*matching, *usable]), None)


def openings(times: int) -> str:
    """Return the sentence on how often the sealed test part has been opened."""
    if times == 0:
        return "The sealed test part has never been opened, by any run on these data."
    often = {1: "once", 2: "twice"}.get(times, f"{count(times)} times")
    return f"The sealed test part has been opened {often} over all runs on these data."


def interval(score: Score) -> str:
    """Return a score's interval in words.

    Args:
        score: The score.

    Returns:
        Such as "95% interval 80% to 90%"; "" where it is unknown or has no width.
    """
    # Where every row is right, so is every sample of the rows: an interval without width tells nothing.
    if not (math.isfinite(score.low) and math.isfinite(score.high) and score.low < score.high):
        return ""
    return f"95% interval {scored(score.metric, score.low)} to {scored(score.metric, score.high)}"


def mirrored(score: Score) -> str:
    """Return what is to be said of a score of averaged predictions, as the end of a phrase; "" of any other.

    Args:
        score: The score.

    Returns:
        Such as ", by the means over each image and its mirror image".
    """
    return ", by the means over each image and its mirror image" if score.test_time_flips else ""


def _fair(outcome: Outcome, head: Score) -> Score:
    """The network's score on the rows that the simple models were scored on."""
    usable = [s for s in outcome.scores if s.metric == head.metric and math.isfinite(s.value)]
    return next((s for s in usable if s.part == "validation"), head)


def _sentence(
    outcome: Outcome, head: Score | None, fair: Score | None, best: Baseline | None, gain: float | None
) -> str:
    if head is None:
        how = _ENDED.get(outcome.status, outcome.status)
        return ended(f"No score, for {how[:1].lower()}{how[1:]}: {outcome.ending}")
    title = metric_of(head.metric).title
    text = (
        f"{title[:1].upper()}{title[1:]} {scored(head.metric, head.value)}{_bracketed(interval(head))} on {_rows(head)}"
    )
    if fair is None or best is None or gain is None:
        return f"{text}."
    where = ":" if fair is head else f"; on the {fair.part} rows"
    name = short(best.name.partition(" (")[0], 60)  # "(k nearest neighbours (k = 5))" reads badly
    size = difference(head.metric, gain)
    if size == difference(head.metric, 0.0):
        return f"{text}{where} no better than the best simple model ({name})."
    doubt = ", which chance alone could explain" if fair.low <= best.score <= fair.high else ""
    return f"{text}{where} {size} {'better' if gain > 0 else 'worse'} than the best simple model ({name}){doubt}."


def _tone(outcome: Outcome, head: Score | None, gain: float | None) -> str:
    if head is None or outcome.status == "diverged":
        return "error"
    return "warning" if outcome.status != "finished" or (gain is not None and gain <= 0) else "good"


def _details(outcome: Outcome, head: Score | None) -> list[str]:
    said = []
    if head is not None:  # else the ending is the verdict
        said.append(ended(f"{_ENDED.get(outcome.status, outcome.status)}: {outcome.ending}"))
    if head is not None and outcome.status == "diverged":
        said.append("The score is that of the best weights from before.")
    if head is not None and head.part == "validation":
        said.append(
            "This is a validation score. The best epoch was chosen by it, so it flatters a little; "
            "only the sealed test part can tell how good the network is on new data."
        )
    said.append(openings(outcome.openings))
    if outcome.openings > 1:
        said.append("A test score that is looked at again and again to choose by becomes a validation score.")
    return said


def _models(name: str, head: Score, baselines: tuple[Baseline, ...], larger_is_better: bool) -> tuple[Row, ...]:
    values = [head.value, *(b.score for b in baselines if math.isfinite(b.score))]
    # A share is drawn on the scale from 0 to 100%; other scores against the largest of them.
    names = "regression" not in metric_of(head.metric).tasks
    whole = 1.0 if names and max(values) <= 1 else max(values)

    def bar(value: float) -> float:
        return max(0.0, min(1.0, value / whole)) if math.isfinite(value) and whole > 0 else 0.0

    own = Row(name, scored(head.metric, head.value), "", "", bar(head.value), True)
    return (
        own,
        *(
            Row(b.name, _known(head.metric, b.score), _than(head, b, larger_is_better), _fitted(b), bar(b.score), False)
            for b in baselines
        ),
    )


def _than(head: Score, baseline: Baseline, larger_is_better: bool) -> str:
    gain = _gain(head, baseline, larger_is_better)
    if not math.isfinite(gain):
        return ""
    if difference(head.metric, gain) == difference(head.metric, 0.0):
        return "equal"
    return f"{difference(head.metric, gain)} {'better' if gain > 0 else 'worse'}"


def _fitted(baseline: Baseline) -> str:
    remark = f", {baseline.remark}" if baseline.remark else ""
    if not baseline.rows:  # left out; the remark says why
        return baseline.remark
    fitted = f"{baseline.rows:,} of " if baseline.rows < baseline.available else ""
    fitted += counted(max(baseline.rows, baseline.available), "row")
    return f"fitted on {fitted} in {duration(baseline.seconds)}{remark}"


def _known(metric: str, value: float) -> str:
    return scored(metric, value) if math.isfinite(value) else "not available"


def _best(baselines: tuple[Baseline, ...], larger_is_better: bool) -> Baseline | None:
    usable = [b for b in baselines if math.isfinite(b.score)]
    return max(usable, key=lambda b: b.score if larger_is_better else -b.score, default=None)


def _gain(head: Score, baseline: Baseline, larger_is_better: bool) -> float:
    gain = head.value - baseline.score
    return gain if larger_is_better else -gain


def _bracketed(text: str) -> str:
    return text and f" ({text})"


def _rows(score: Score) -> str:
    return counted(score.rows, f"{score.part} row") + mirrored(score)
