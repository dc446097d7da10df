"""The contract cases of the family 'layer'."""

from tests.contracts.case import ANY, NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, C, Case
from tests.contracts.families import own
from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.embedding import Embedding
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.gru import GRU
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.lstm import LSTM
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.maxout import Maxout
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.prelu import PReLU
from thalweg.layers.reshape import Reshape
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.layers.squeeze_excite import SqueezeExcite
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.named import Named
from thalweg.network.residual import Residual

CASES = [
    Case(
        Dense(C),
        Dense(C, bias=0.3),
        Dense(C + 1),
        {"bias": "(-inf, inf)"},
        {"bias": []},
    ),
    Case(CustomLayer(own.scaled, own.drawn), None, CustomLayer(own.bowl)),
    Case(Activation(Tanh()), None, Activation(ReLU())),
    Case(Dropout(0.5), Dropout(0.2), None, {"drop": SHARE}, {"drop": NOT_SHARES}, jumps=True),
    Case(
        BatchNorm(),
        BatchNorm(momentum=0.5, epsilon=0.1),
        BatchNorm(affine=False),
        {"momentum": SHARE, "epsilon": POSITIVE},
        {"momentum": NOT_SHARES, "epsilon": NOT_POSITIVE},
    ),
    Case(Maxout(C), Maxout(C, bias=0.3), Maxout(C, pieces=3), {"bias": ANY}, {"bias": []}),
    Case(PReLU(), PReLU(0.5), PReLU(shared=True), {"start": ANY}, {"start": []}),
    Case(
        DropConnect(C),
        DropConnect(C, 0.2, bias=0.3),
        DropConnect(C + 1),
        {"drop": SHARE, "bias": ANY},
        {"drop": NOT_SHARES, "bias": []},
        jumps=True,
    ),
    Case(HierarchicalDense(C), HierarchicalDense(C, bias=0.3), HierarchicalDense(C + 1), {"bias": ANY}, {"bias": []}),
    Case(
        Convolution(2, kernel=(3, 2), stride=2, padding=1, fit="floor"),
        Convolution(2, kernel=(3, 2), stride=2, padding=1, fit="floor", bias=0.3),
        Convolution(4, kernel=2, dilation=2, groups=2),
        {"bias": ANY},
        {"bias": []},
    ),
    Case(
        SequenceConvolution(2, padding="same"),
        SequenceConvolution(2, padding="same", bias=0.3),
        SequenceConvolution(2, shift=False),
        {"bias": ANY},
        {"bias": []},
    ),
    Case(
        TransposedConvolution(2, kernel=(3, 2), padding=(1, 0)),
        TransposedConvolution(2, kernel=(3, 2), padding=(1, 0), bias=0.3),
        TransposedConvolution(4, stride=1, padding="same", groups=2),
        {"bias": ANY},
        {"bias": []},
    ),
    Case(MaxPooling((2, 3)), None, MaxPooling(2, stride=1, padding="same")),
    Case(AveragePooling((2, 3)), None, AveragePooling(2, stride=1, padding=1)),
    Case(GlobalAveragePooling()),
    Case(SqueezeExcite(2), None, SqueezeExcite(1)),
    Case(PaddedShortcut(3, stride=2), None, PaddedShortcut(4)),
    Case(
        Residual((Dense(C), Activation(Tanh())), (Dense(C),)),
        None,
        Residual((Dense(C), Dropout(0.0)), (Dense(C, bias=1.0),)),
    ),
    Case(GaussianNoise(), GaussianNoise(0.5), None, {"std": "[0, inf)"}, {"std": [-0.1]}),
    Case(
        LayerNorm(),
        LayerNorm(0.1),
        LayerNorm(affine=False),
        {"epsilon": POSITIVE},
        {"epsilon": NOT_POSITIVE},
    ),
    Case(
        GroupNorm(1),
        GroupNorm(1, 0.1),
        GroupNorm(2, 0.1),
        {"epsilon": POSITIVE},
        {"epsilon": NOT_POSITIVE},
    ),
    Case(SimpleRecurrent(2), None, SimpleRecurrent(2, every_step=True)),
    Case(GRU(2), None, GRU(2, every_step=True)),
    Case(
        LSTM(2),
        LSTM(2, recurrent=Orthogonal(0.5), forget_bias=0.5),
        LSTM(2, every_step=True),
        {"forget_bias": ANY},
        {"forget_bias": []},
    ),
    Case(Embedding(2, columns=((1, 2),)), None, Embedding(3, columns=((0, 3),))),
    Case(Flatten()),
    Case(Reshape((2, -1)), None, Reshape((1, 2, 2))),
    Case(Named("first", Activation(Tanh())), None, Named("second", Activation(Tanh()))),
]
