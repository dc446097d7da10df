"""The contract cases of the family 'schedule'."""

from tests.contracts.case import NOT_SHARES, SHARE, Case
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup

CASES = [
    Case(Constant()),
    Case(
        StepDecay(),
        StepDecay(0.5, every=0.2),
        None,
        {"factor": "(0, 1]", "every": "(0, 1]"},
        {"factor": [0, 1.5], "every": [0.0, 1.5]},
    ),
    Case(Cosine(), Cosine(0.2), None, {"floor": "[0, 1]"}, {"floor": [-0.1, 1.1]}),
    Case(
        Warmup(0.2, Cosine(0.1)),
        Warmup(0.5, Cosine(0.3)),
        Warmup(0.2, StepDecay()),
        {"share": SHARE},
        {"share": NOT_SHARES},
    ),
]
