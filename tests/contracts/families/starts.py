"""The contract cases of the family 'start'."""

from tests.contracts.case import NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, Case
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV
from thalweg.starts.supervised_stack import SupervisedStack

MANY = "[1, 1e+06]"
NOT_MANY = [0, -1, 1_000_001]
CASES = [
    Case(AsDrawn()),
    Case(ClassPriors()),
    Case(
        BoltzmannStack(2, 0.1, batch=3, generative_epochs=1),
        BoltzmannStack(
            3, 0.2, 0.5, 0.9, 0.01, 2, batch=3, generative_epochs=2, generative_rate=0.1, generative_steps=4
        ),
        BoltzmannStack(2, 0.1, batch=3, inputs="real"),
        {
            "epochs": MANY,
            "rate": POSITIVE,
            "first_share": POSITIVE,
            "momentum": SHARE,
            "decay": "[0, inf)",
            "steps": MANY,
            "generative_epochs": "[0, 1e+06]",
            "generative_rate": POSITIVE,
            "generative_steps": MANY,
        },
        {
            "epochs": NOT_MANY,
            "rate": NOT_POSITIVE,
            "first_share": NOT_POSITIVE,
            "momentum": NOT_SHARES,
            "decay": [-0.1],
            "steps": NOT_MANY,
            "generative_epochs": [-1, 1_000_001],
            "generative_rate": NOT_POSITIVE,
            "generative_steps": NOT_MANY,
        },
    ),
    Case(
        AutoencoderStack(0.25, 2, batch=3),
        AutoencoderStack(0.5, 3, 0.01, batch=3),
        AutoencoderStack(0.25, 2, batch=3, inputs="real"),
        {"corruption": SHARE, "epochs": MANY, "rate": POSITIVE},
        {"corruption": NOT_SHARES, "epochs": NOT_MANY, "rate": NOT_POSITIVE},
    ),
    Case(
        SupervisedStack(2, batch=3),
        SupervisedStack(3, 0.01, batch=3),
        SupervisedStack(2, batch=2),
        {"epochs": MANY, "rate": POSITIVE},
        {"epochs": NOT_MANY, "rate": NOT_POSITIVE},
    ),
    Case(LSUV(1e-4), LSUV(1e6), None, {"tolerance": POSITIVE}, {"tolerance": NOT_POSITIVE}),
]
