"""The contract cases of the family 'schedule'."""

from tests.contracts.case import COUNT, NOT_COUNTS, NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, Case
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.cyclic import Cyclic
from thalweg.schedules.exponential import Exponential
from thalweg.schedules.inverse_time import InverseTime
from thalweg.schedules.keep_on_plateau import KeepOnPlateau
from thalweg.schedules.one_cycle import OneCycle
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup

PLATEAUS = [
    Case(KeepOnPlateau()),
    Case(
        ReduceOnPlateau(),
        ReduceOnPlateau(0.5, 3, 0.01),
        None,
        {"factor": "(0, 1)", "patience": COUNT, "floor": "[0, 1]"},
        {"factor": [0.0, 1.0], "patience": NOT_COUNTS, "floor": [-0.1, 1.1]},
    ),
]
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
    Case(InverseTime(), InverseTime(0.3), InverseTime(from_one=True), {"decay": POSITIVE}, {"decay": NOT_POSITIVE}),
    Case(Exponential(), Exponential(0.3), None, {"end": "(0, 1]"}, {"end": [0.0, 1.5]}),
    Case(
        OneCycle(),
        OneCycle(0.6, 0.5, 0.2),
        None,
        {"peak": "(0, 1)", "low": "(0, 1]", "end": "[0, 1]"},
        {"peak": [0.0, 1.0], "low": [0.0, 1.5], "end": [-0.1, 1.1]},
    ),
    Case(
        Cyclic(),
        Cyclic(2, 0.2, 0.5),
        None,
        {"cycles": "[1, 10000]", "floor": "[0, 1]", "shrink": "(0, 1]"},
        {"cycles": [0, -1, 10_001], "floor": [-0.1, 1.1], "shrink": [0.0, 1.5]},
    ),
]
