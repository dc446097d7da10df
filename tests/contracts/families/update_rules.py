"""The contract cases of the family 'update rule'."""

from tests.contracts.case import NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, Case
from tests.contracts.families import own
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.custom_update_rule import CustomUpdateRule
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.muon import Muon
from thalweg.updates.nadam import Nadam
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.nesterov_rmsprop import NesterovRmsprop
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD
from thalweg.updates.uncorrected_adam import UncorrectedAdam

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
    *(
        Case(
            rule(),
            rule(0.2, 0.4),
            None,
            {"rate": POSITIVE, "mu": SHARE},
            {"rate": NOT_POSITIVE, "mu": NOT_SHARES},
        )
        for rule in (Nesterov, LookAheadNesterov)
    ),
    *(
        Case(
            rule(),
            rule(0.2, 0.8, 0.98, 1e-3),
            None,
            {"rate": POSITIVE, "beta1": SHARE, "beta2": SHARE, "epsilon": POSITIVE},
            {"rate": NOT_POSITIVE, "beta1": NOT_SHARES, "beta2": NOT_SHARES, "epsilon": NOT_POSITIVE},
        )
        for rule in (UncorrectedAdam, Adamax, Nadam)
    ),
    Case(
        AdamW(),
        AdamW(0.2, 0.8, 0.98, 1e-3, 0.5),
        None,
        {"rate": POSITIVE, "beta1": SHARE, "beta2": SHARE, "epsilon": POSITIVE, "decay": "[0, inf)"},
        {"rate": NOT_POSITIVE, "beta1": NOT_SHARES, "beta2": NOT_SHARES, "epsilon": NOT_POSITIVE, "decay": [-0.1]},
    ),
    Case(
        Lion(),
        Lion(0.2, 0.1, 0.5, 0.3),
        None,
        {"rate": POSITIVE, "beta1": SHARE, "beta2": SHARE, "decay": "[0, inf)"},
        {"rate": NOT_POSITIVE, "beta1": NOT_SHARES, "beta2": NOT_SHARES, "decay": [-0.1]},
    ),
    Case(
        Muon(),
        Muon(0.2, 0.5, 0.3, 0.4, 0.8, 0.98, 1e-3),
        None,
        {
            "rate": POSITIVE,
            "mu": SHARE,
            "decay": "[0, inf)",
            "share": POSITIVE,
            "beta1": SHARE,
            "beta2": SHARE,
            "epsilon": POSITIVE,
        },
        {
            "rate": NOT_POSITIVE,
            "mu": NOT_SHARES,
            "decay": [-0.1],
            "share": NOT_POSITIVE,
            "beta1": NOT_SHARES,
            "beta2": NOT_SHARES,
            "epsilon": NOT_POSITIVE,
        },
    ),
    Case(
        CustomUpdateRule(own.heavy),
        CustomUpdateRule(own.heavy, 0.2),
        CustomUpdateRule(own.signed),
        {"rate": POSITIVE},
        {"rate": NOT_POSITIVE},
    ),
    Case(LBFGS(), LBFGS(0.5), LBFGS(memory=2), {"rate": "(0, 1]"}, {"rate": [0.0, 1.5, -1.0]}),
    Case(
        Adagrad(),
        Adagrad(0.2, 0.1),
        None,
        {"rate": POSITIVE, "delta": POSITIVE},
        {"rate": NOT_POSITIVE, "delta": NOT_POSITIVE},
    ),
    Case(
        RMSprop(),
        RMSprop(0.2, 0.5, 0.1),
        None,
        {"rate": POSITIVE, "rho": SHARE, "delta": POSITIVE},
        {"rate": NOT_POSITIVE, "rho": NOT_SHARES, "delta": NOT_POSITIVE},
    ),
    Case(
        NesterovRmsprop(),
        NesterovRmsprop(0.2, 0.5, 0.7),
        None,
        {"rate": POSITIVE, "mu": SHARE, "rho": SHARE},
        {"rate": NOT_POSITIVE, "mu": NOT_SHARES, "rho": NOT_SHARES},
    ),
    Case(
        Adadelta(),
        Adadelta(0.2, 0.5, 0.1),
        None,
        {"rate": POSITIVE, "rho": SHARE, "epsilon": POSITIVE},
        {"rate": NOT_POSITIVE, "rho": NOT_SHARES, "epsilon": NOT_POSITIVE},
    ),
]
