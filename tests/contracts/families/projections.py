"""The contract cases of the family 'projection'."""

from tests.contracts.case import NOT_POSITIVE, POSITIVE, Case
from thalweg.projections.fixed_norm import FixedNorm
from thalweg.projections.max_norm import MaxNorm
from thalweg.projections.no_projection import NoProjection

CASES = [
    Case(NoProjection()),
    Case(MaxNorm(0.5), MaxNorm(1.5), None, {"limit": POSITIVE}, {"limit": NOT_POSITIVE}),
    Case(FixedNorm(0.5), FixedNorm(1.5), FixedNorm(0.5, "d*"), {"gain": POSITIVE}, {"gain": NOT_POSITIVE}),
]
