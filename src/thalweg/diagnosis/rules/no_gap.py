"""No gap between training and validation: room for capacity."""

from thalweg.diagnosis.case import SHARES, Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import CEILING, ENOUGH, NO_GAP


def no_gap(case: Case) -> Finding | None:
    """Note that training does no better than validation while both leave something to gain.

    Source: CS231n notes, "Neural Networks Part 3", "Train/Val accuracy": increase the size of the model.
    """
    if case.short or len(case.epoch) < ENOUGH or case.metric not in (*SHARES, "r2"):
        return None
    train = float(case.training_score[case.best])
    if not (abs(train - case.score) < min(NO_GAP, case.error(case.score)) and train < CEILING):
        return None
    return Finding(
        symptom="no_gap",
        severity="note",
        title="Room for capacity",
        evidence=f"The training score is {case.said(train)}, the validation score {case.said(case.score)}: no gap.",
        why="The network does not learn the training rows by heart; a larger one may find more, if there is more.",
        cause="the network is small for the data, or the data hold no more",
        remedy="Try wider or more layers, or less penalty and dropout.",
    )
