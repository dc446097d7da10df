"""The contract cases of the family 'initializer'."""

from tests.contracts.case import NOT_POSITIVE, POSITIVE, Case
from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal

CASES = [
    Case(Auto()),
    Case(HeNormal()),
    Case(GlorotNormal()),
    Case(GlorotUniform()),
    Case(SmallNormal(), SmallNormal(0.5), None, {"std": POSITIVE}, {"std": NOT_POSITIVE}),
]
