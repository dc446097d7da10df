"""The contract cases of the family 'clip'."""

from tests.contracts.case import NOT_POSITIVE, POSITIVE, Case
from thalweg.clips.clip_norm import ClipNorm
from thalweg.clips.clip_value import ClipValue
from thalweg.clips.no_clip import NoClip

CASES = [
    Case(NoClip()),
    Case(ClipNorm(0.5), ClipNorm(1.5), None, {"limit": POSITIVE}, {"limit": NOT_POSITIVE}),
    Case(ClipValue(0.5), ClipValue(1.5), None, {"limit": POSITIVE}, {"limit": NOT_POSITIVE}),
]
