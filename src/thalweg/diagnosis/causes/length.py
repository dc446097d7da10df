"""A run that is over before the network has learned what it could."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, UNLIKELY, Change
from thalweg.diagnosis.rules.stopped_early import stopped_early
from thalweg.diagnosis.thresholds import HASTY
from thalweg.spec import replaced

_LONGER = 4  # times


def length(case: Case) -> Iterator[Change]:
    """Yield the experiment with more epochs, or with more patience, whichever ended it.

    Source: Goodfellow et al., "Deep Learning", section 11.3.
    """
    experiment, training = case.experiment, case.experiment.training
    if case.ending == "all epochs were trained":
        epochs = _LONGER * int(training.epochs)
        yield Change(
            cause="too_few_epochs",
            text=f"{epochs} epochs",
            said=f"{int(training.epochs)} epochs are too few",
            remedy=f"Train for {epochs} epochs.",
            experiment=replaced(experiment, training=replaced(training, epochs=epochs)),
            before=case.experiment,
            weight=_weight(case),
        )
    elif case.ending.startswith("the time budget"):
        yield Change(
            cause="too_little_time",
            text="",
            said="the time budget is too small",
            remedy="Give it a longer time budget.",
            experiment=None,
            before=experiment,
            weight=_weight(case),
        )
    elif case.ending.startswith("no better validation score") and float(training.patience) < float(training.epochs):
        patience = max(20, 4 * int(training.patience))
        yield Change(
            cause="patience_too_short",
            text=f"a patience of {patience} epochs",
            said=f"a patience of {int(training.patience)} epochs ended it before its time",
            remedy=f"Give it a patience of {patience} epochs.",
            experiment=replaced(experiment, training=replaced(training, patience=patience)),
            before=case.experiment,
            weight=LIKELY if float(training.patience) < HASTY else UNLIKELY,
        )


def _weight(case: Case) -> float:
    found = stopped_early(case)
    if case.short or (found is not None and found.severity != "note"):
        return LIKELY
    return POSSIBLE if case.improving or case.still_falling else UNLIKELY
