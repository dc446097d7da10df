"""The contract cases of the family 'mixing'."""

from tests.contracts.case import Case
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.mixup import Mixup
from thalweg.mixings.no_mixing import NoMixing

RANGES = {"alpha": "[0.001, inf)", "share": "[0, 1]"}
OUTSIDE = {"alpha": [0.0, -1.0, 0.0009], "share": [-0.1, 1.1]}

CASES = [
    Case(NoMixing()),
    Case(Mixup(0.5, 0.9), Mixup(2.0, 0.3), None, RANGES, OUTSIDE),
    Case(Cutmix(1.0, 0.9), Cutmix(0.3, 0.4), None, RANGES, OUTSIDE, jumps=True),
]
