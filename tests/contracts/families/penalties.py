"""The contract cases of the family 'penalty'."""

from tests.contracts.case import Case
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty

CASES = [
    Case(NoPenalty()),
    Case(L2(0.1), L2(0.3), L2(0.1, half=False), {"strength": "[0, inf)"}, {"strength": [-1e-9, -1]}),
]
