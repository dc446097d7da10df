"""Training and validation drift apart."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import stronger_penalty
from thalweg.diagnosis.thresholds import ENOUGH, GAP, GAP_ERRORS, RISE_ERRORS, TAIL


def overfitting(case: Case) -> Finding | None:
    """Say that the validation loss rose while the training loss fell, or that the scores lie far apart.

    Both together are a warning, unless the run was short. One alone is a note: the weights kept are those of the best
    epoch, so a rise after it has cost time only.

    Source: CS231n notes, "Neural Networks Part 3", "Train/Val accuracy".
    """
    if len(case.epoch) < ENOUGH:
        return None
    losses = case.validation_loss
    lowest = int(np.nanargmin(losses))
    rise = losses - losses[lowest]
    rose = (
        lowest < len(losses) - TAIL
        and bool((rise[-TAIL:] > RISE_ERRORS * case.loss_error(float(losses[lowest]))).all())
        and bool((rise[-TAIL:] > GAP * GAP * case.blind).all())
        and bool(case.training_loss[-1] < case.training_loss[lowest])
    )
    train = float(case.training_score[case.best])
    gap = case.sign * (train - case.score)
    wide = bool(gap > max(_least_gap(case), GAP_ERRORS * case.error(case.score)))
    if not rose and not wide:
        return None
    scores = f"the training score is {case.said(train)}, the validation score {case.said(case.score)}"
    apart = f"At the best epoch {scores}."
    after = (
        f"The validation loss was lowest ({losses[lowest]:.3g}) after {case.at(lowest)} and is "
        f"{losses[-1]:.3g} at the end, while the training loss fell."
    )
    return Finding(
        symptom="overfitting",
        severity="warning" if rose and wide and not case.short else "note",
        title="Overfitting" if wide else "Overfitting after the best epoch",
        evidence=" ".join([after] * rose + [apart] * wide),
        why=(
            "What was learned beyond that point holds for the training rows only." if wide
            else "The weights kept are those of the best epoch, so this cost time, not quality."
        ),
        cause="the network can learn the training rows by heart: many parameters, few rows, little penalty",
        remedy="Strengthen the penalty, drop more, use a smaller network, or get more data.",
        setting=stronger_penalty(case),
        where=f"from {case.at(lowest)}" if rose else "",
    )  # fmt: skip


def _least_gap(case: Case) -> float:
    """Return the least gap worth speaking of: 0.1 of a score in shares, a tenth of an error in units."""
    return GAP if case.sign > 0 else GAP * abs(case.score)
