"""Limits on gradients or weights so tight that nothing can move."""

from collections.abc import Iterator
from typing import Any

from thalweg.clips.no_clip import NoClip
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, UNLIKELY, Change
from thalweg.projections.no_projection import NoProjection
from thalweg.spec import replaced

_TIGHT_CLIP = 0.1
_TIGHT_WEIGHTS = 0.5


def limits(case: Case) -> Iterator[Change]:
    """Yield the experiment without its clip, and without its limit on the weights, where there are such.

    Source: Pascanu, Mikolov and Bengio, 2013; CS231n notes, "Neural Networks Part 2", "Max norm constraints".
    """
    clip, projection = case.experiment.clip, case.experiment.projection
    if not isinstance(clip, NoClip):
        limit = _limit(clip)
        yield Change(
            cause="clip_too_tight",
            text="gradients not clipped",
            said=f"gradients are clipped to {limit:g}",
            remedy="Leave the clip out, or clip the norm to 1.",
            experiment=replaced(case.experiment, clip=NoClip()),
            before=case.experiment,
            weight=LIKELY if limit < _TIGHT_CLIP else UNLIKELY,
        )
    if not isinstance(projection, NoProjection):
        limit = _limit(projection)
        yield Change(
            cause="projection_too_tight",
            text="no limit on the weights",
            said=f"each unit's weights are kept within {limit:g}",
            remedy="Leave the limit on the weights out, or take 3.",
            experiment=replaced(case.experiment, projection=NoProjection()),
            before=case.experiment,
            weight=LIKELY if limit < _TIGHT_WEIGHTS else UNLIKELY,
        )


def _limit(part: Any) -> float:
    return float(getattr(part, "limit", float("inf")))
