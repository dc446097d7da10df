"""The contract cases of the family 'loss'."""

from tests.contracts.case import Case
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError

CASES = [
    Case(SoftmaxCrossEntropy()),
    Case(BinaryCrossEntropy()),
    Case(SquaredError(), None, SquaredError(half=False)),
]
