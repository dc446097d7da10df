"""A rare class that is never predicted."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import ENOUGH, MISSED


def rare_class(case: Case) -> Finding | None:
    """Say that one class at least is not recognised, where the check of the classes found a rare one.

    Only scores that give each class the same weight can tell; with C classes one that is missed costs 1 / C of them.
    It is a note where the classes count the same in training already: then more rows are wanted, and no setting.

    Source: He and Garcia, "Learning from imbalanced data", 2009, section 3.
    """
    check, blind = case.checks.get("class balance"), case.blind_baseline
    if check is None or check.passed or blind is None or case.metric != "balanced_accuracy" or len(case.epoch) < ENOUGH:
        return None
    if case.short or not case.score < 1 - MISSED * blind.score:
        return None
    weighed = case.class_weight == "balanced"
    return Finding(
        symptom="rare_class_missed",
        severity="note" if weighed else "warning",
        title="A rare class is hardly recognised",
        evidence=(
            f"{check.text} The mean of the classes' accuracies is {case.said(case.score)}, as where one class of "
            f"{1 / blind.score:.0f} is missed."
        ),
        why=(
            "Every class counts the same in training; of so few rows little can be learned all the same." if weighed
            else "A class of few rows counts for little in the mean loss, so that missing all of them costs little."
        ),
        cause=f"the classes are of very unlike size{'' if weighed else ', and each row counts the same'}",
        remedy="Get more rows of the rare class." if weighed else "Let every class weigh the same.",
        setting="" if weighed else "--class-weight balanced",
    )  # fmt: skip
