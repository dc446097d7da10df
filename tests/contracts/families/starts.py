"""The contract cases of the family 'start'."""

from tests.contracts.case import NOT_POSITIVE, POSITIVE, Case
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV

CASES = [
    Case(AsDrawn()),
    Case(ClassPriors()),
    Case(LSUV(1e-4), LSUV(1e6), None, {"tolerance": POSITIVE}, {"tolerance": NOT_POSITIVE}),
]
