"""A schedule that takes the rate away too soon."""

from collections.abc import Iterator

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import POSSIBLE, SURE, UNLIKELY, Change
from thalweg.schedules.constant import Constant
from thalweg.spec import kind_of, replaced

_AT = 0.3  # of the run
_GONE = 0.03  # of the highest rate
_LOW = 0.3


def schedule(case: Case) -> Iterator[Change]:
    """Yield the experiment at a constant rate, where the rate is to change.

    Source: CS231n notes, "Neural Networks Part 3", "Annealing the learning rate".
    """
    own = case.experiment.schedule
    if isinstance(own, Constant):
        return
    total = max(case.planned, 1)
    shares = np.array([float(own(step, total)) for step in np.linspace(0, total - 1, 21).astype(int)])
    left = shares[int(_AT * 20) :].max() / max(shares.max(), 1e-30)
    yield Change(
        cause="schedule",
        text="a constant rate",
        said=f"the schedule {kind_of(type(own))} leaves {left:.2%} of the rate after {_AT:.0%} of the run",
        remedy="Keep the rate constant.",
        experiment=replaced(case.experiment, schedule=Constant()),
        before=case.experiment,
        weight=SURE if left < _GONE else POSSIBLE if left < _LOW else UNLIKELY,
    )
