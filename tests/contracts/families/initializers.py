"""The contract cases of the family 'initializer'."""

from tests.contracts.case import ANY, NOT_POSITIVE, POSITIVE, Case
from thalweg.initializers.auto import Auto
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.dirac import Dirac
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.initializers.small_uniform import SmallUniform
from thalweg.initializers.sparse import Sparse

CASES = [
    Case(Auto()),
    Case(HeNormal()),
    Case(GlorotNormal()),
    Case(GlorotUniform()),
    Case(HeUniform()),
    Case(LecunNormal()),
    Case(SmallUniform(), SmallUniform(0.5), None, {"limit": POSITIVE}, {"limit": NOT_POSITIVE}),
    Case(Sparse(2), Sparse(2, 0.5), Sparse(3), {"std": POSITIVE}, {"std": NOT_POSITIVE}),
    Case(Orthogonal(), Orthogonal(0.5), None, {"gain": POSITIVE}, {"gain": NOT_POSITIVE}),
    Case(Dirac(), None, Dirac(Auto())),
    Case(ConstantWeights(), ConstantWeights(0.5), None, {"value": ANY}, {"value": []}),
    Case(SmallNormal(), SmallNormal(0.5), None, {"std": POSITIVE}, {"std": NOT_POSITIVE}),
]
