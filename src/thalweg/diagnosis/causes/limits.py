"""Limits on gradients or weights so tight that nothing can move."""

from collections.abc import Iterator
from typing import NamedTuple

from thalweg.clips.no_clip import NoClip
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, UNLIKELY, Change
from thalweg.projections.no_projection import NoProjection
from thalweg.spec import replaced, tunables


class _Limit(NamedTuple):
    """A field of the experiment that holds a limit."""

    none: NoClip | NoProjection
    tight: float  # below that a limit is seldom meant
    cause: str
    text: str
    said: str
    remedy: str


_LIMITS = {
    "clip": _Limit(
        NoClip(),
        0.1,
        "clip_too_tight",
        "gradients not clipped",
        "gradients are clipped to",
        "Leave the clip out, or clip the norm to 1.",
    ),
    "projection": _Limit(
        NoProjection(),
        0.5,
        "projection_too_tight",
        "no limit on the weights",
        "weights are kept within",
        "Leave the limit on the weights out, or take a max_norm of 3.",
    ),
}


def limits(case: Case) -> Iterator[Change]:
    """Yield the experiment without its clip, and without its limit on the weights, where there are such.

    Source: Pascanu, Mikolov and Bengio, 2013; CS231n notes, "Neural Networks Part 2", "Max norm constraints".
    """
    for field, known in _LIMITS.items():
        own = getattr(case.experiment, field)
        if own == known.none:
            continue
        limit = float(next((getattr(own, name) for name in tunables(type(own))), float("inf")))
        yield Change(
            cause=known.cause,
            text=known.text,
            said=f"{known.said} {limit:g}",
            remedy=known.remedy,
            experiment=replaced(case.experiment, **{field: known.none}),
            before=case.experiment,
            weight=LIKELY if limit < known.tight else UNLIKELY,
        )
