"""The contract cases of the family 'penalty'."""

from tests.contracts.case import Case
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty

CASES = [
    Case(NoPenalty()),
    Case(L1(0.1), L1(0.3), None, {"strength": "[0, inf)"}, {"strength": [-1e-9, -1]}),
    Case(
        ElasticNet(0.1, 0.2),
        ElasticNet(0.3, 0.5),
        None,
        {"sizes": "[0, inf)", "squares": "[0, inf)"},
        {"sizes": [-1e-9], "squares": [-1]},
    ),
    Case(L2(0.1), L2(0.3), L2(0.1, half=False), {"strength": "[0, inf)"}, {"strength": [-1e-9, -1]}),
]
