"""Every update rule at its default rate on MNIST: 784-256-10, batch 128, five epochs, constant rate.

    MNIST=FOLDER python -m bench update_rules

FOLDER holds the four idx files. The pixels have mean 0 and deviation 1 over the 55,000 training rows; training goes by
Thalweg's own path, and the weights are those of the epoch that is best on the other 5,000 rows. A rule that falls short
of 97% is tried at other rates.
"""

import os
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bench.mnist import Digits, Tested, digits, tested

TITLE = "update rules on MNIST: 784-256-10, batch 128, five epochs, each at its default rate"
WANTED = 0.97
FACTORS = (3.0, 1 / 3, 10.0, 0.1, 30.0)  # of the default rate, tried in this order where it falls short


class Score(NamedTuple):
    """What one rule came to."""

    kind: str
    rate: float
    tested: Tested


def table() -> str:
    """Train with every rule; return the scores as a Markdown table."""
    import jax

    from thalweg.catalogue import KINDS
    from thalweg.spec import functions

    data = digits()
    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}); one seed. Pixels have mean 0 and "
        "deviation 1; the weights are those\nof the epoch that is best on 5,000 rows; scores are those of the 10,000 "
        "test rows. L-BFGS, for full batches, is left out."
    )
    lines = [f"## {TITLE}", "", words, "", "| rule | rate | test accuracy | test loss | s |", "|---|---|---|---|---|"]
    for kind, cls in KINDS["update rule"].items():
        if getattr(cls, "full_batch", False) or functions(cls):
            continue
        lines.extend(map(_line, _scores(kind, cls(), data)))
        print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def _scores(kind: str, rule: Any, data: Digits) -> list[Score]:
    from thalweg.spec import replaced

    scores = [_score(kind, rule, data)]
    for factor in FACTORS:
        if scores[-1].tested.accuracy >= WANTED:
            break
        scores.append(_score(kind, replaced(rule, rate=factor * rule.rate), data))
    # Of those tried at another rate, only the one that does, or the best.
    return [scores[0], *([max(scores[1:], key=lambda score: score.tested.accuracy)] if scores[1:] else [])]


def _line(score: Score) -> str:
    found = score.tested
    return f"| {score.kind} | {score.rate:.3g} | {found.accuracy:.2%} | {found.loss:.4f} | {found.seconds:.1f} |"


def _score(kind: str, rule: Any, data: Digits) -> Score:
    return Score(kind, rule.rate, tested(data, update=rule))
