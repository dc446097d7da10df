"""Targets that the inputs tell nothing about."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, SURE, Change
from thalweg.diagnosis.rules.nothing_generalises import nothing_generalises


def labels(case: Case) -> Iterator[Change]:
    """Yield the suspicion that inputs and targets do not belong together; no setting could show it.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019.
    """
    failed, nothing = case.failed("labels related to inputs"), nothing_generalises(case) is not None
    if failed or nothing:
        yield Change(
            cause="labels_unrelated",
            text="",
            said="the inputs tell nothing about the targets: rows and labels may have been paired wrongly, or be noise",
            remedy="Look at how rows and labels were paired, and for inputs that matter.",
            experiment=None,
            before=case.experiment,
            weight=SURE if nothing else LIKELY,
        )
