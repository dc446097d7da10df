"""A batch too small to show a direction, or so large that there are few steps."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, Change
from thalweg.spec import replaced

_USUAL = 32
_SMALL, _TINY = 8, 2
_FEW = 20  # steps an epoch, below which a smaller batch gives many more


def batch(case: Case) -> Iterator[Change]:
    """Yield the experiment in batches of 32, where they are much smaller or hold most of the rows.

    Source: Goodfellow et al., "Deep Learning", section 8.1.3.
    """
    training, own = case.experiment.training, int(case.experiment.training.batch)
    small, large = own < _SMALL, own > _USUAL and case.steps_an_epoch < _FEW
    if not (small or large) or getattr(case.experiment.update, "full_batch", False):
        return
    much = own <= _TINY if small else case.steps_an_epoch <= _TINY
    yield Change(
        cause="batch_too_small" if small else "batch_too_large",
        text=f"batches of {_USUAL}",
        said=f"batches of {own} make {'each step noisy' if small else 'few steps of an epoch'}",
        remedy=f"Take batches of {_USUAL}.",
        experiment=replaced(case.experiment, training=replaced(training, batch=_USUAL)),
        before=case.experiment,
        weight=LIKELY if much else POSSIBLE,
    )
