"""The contract cases of the family 'update rule'."""

from tests.contracts.case import NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, Case
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

CASES = [
    Case(SGD(), SGD(0.5), None, {"rate": POSITIVE}, {"rate": NOT_POSITIVE}),
    Case(
        Momentum(),
        Momentum(0.5, 0.4),
        None,
        {"rate": POSITIVE, "mu": SHARE},
        {"rate": NOT_POSITIVE, "mu": NOT_SHARES},
    ),
    Case(
        Adam(),
        Adam(0.2, 0.8, 0.98, 1e-3),
        None,
        {"rate": POSITIVE, "beta1": SHARE, "beta2": SHARE, "epsilon": POSITIVE},
        {"rate": NOT_POSITIVE, "beta1": NOT_SHARES, "beta2": NOT_SHARES, "epsilon": NOT_POSITIVE},
    ),
]
