"""The contract cases of the family 'activation'."""

from tests.contracts.case import Case
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh

CASES = [Case(ReLU()), Case(Tanh()), Case(Sigmoid()), Case(Linear())]
