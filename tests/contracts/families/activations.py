"""The contract cases of the family 'activation'."""

from tests.contracts.case import NOT_POSITIVE, POSITIVE, Case
from tests.contracts.families import own
from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.elu import ELU
from thalweg.activations.gelu import GELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.silu import SiLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.softplus import Softplus
from thalweg.activations.step import Step
from thalweg.activations.tanh import Tanh

CASES = [
    Case(ReLU(), None, ReLU(half_slope_at_zero=True)),
    Case(LeakyReLU(), LeakyReLU(0.2), None, {"slope": "[0, 1]"}, {"slope": [-0.1, 1.1]}),
    Case(ELU(), ELU(0.5), None, {"alpha": POSITIVE}, {"alpha": NOT_POSITIVE}),
    Case(SELU()),
    Case(GELU(), None, GELU(tanh_form=True)),
    Case(SiLU()),
    Case(Softplus()),
    Case(Tanh()),
    Case(HardTanh()),
    Case(Sigmoid()),
    Case(Softmax()),
    Case(Step()),
    Case(Linear()),
    Case(CustomActivation(own.bent), None, CustomActivation(own.bowl, saturating=True)),
]
