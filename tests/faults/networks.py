"""Faults of the network: first weights, activations, depth, width, what is frozen."""

from tests.faults.parts import bell, exponential, squashed
from tests.faults.setups import fault
from tests.faults.tasks import WAVES, convolutional, dense
from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.small_normal import SmallNormal
from thalweg.initializers.small_uniform import SmallUniform
from thalweg.layers.activation import Activation
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.updates.adam import Adam
from thalweg.updates.sgd import SGD

EXP = CustomActivation(exponential)


def _other(what, task, causes, network, twin, **both):
    """A fault that is the network."""
    return fault(what, task, causes, {"network": network}, both={"network": twin, **both})


def _weights(what, task, initial, *widths, function=ReLU(), outputs, causes="initial_weights", **both):  # noqa: B008
    faulty = dense(*widths, function=function, outputs=outputs, weights=initial)
    return _other(what, task, causes, faulty, dense(*widths, function=function, outputs=outputs), **both)


SMALL = "initial_weights depth"
WEIGHTS = (
    _weights("all weights 0", "digits", ConstantWeights(0.0), 64, outputs=10),
    _weights("all weights 0, tanh", "circles", ConstantWeights(0.0), 16, 16, function=Tanh(), outputs=2),
    _weights("all weights alike", "diabetes", ConstantWeights(0.5), 16, outputs=1, update=SGD(0.01)),
    _weights("all weights alike", "blobs", ConstantWeights(0.3), 16, outputs=3),
    _weights("weights of 1e-3, four layers", "digits", SmallNormal(1e-3), 32, 32, 32, outputs=10, causes=SMALL,
             update=SGD(0.1)),
    _weights("weights of 3", "digits", SmallNormal(3.0), 64, 64, function=Tanh(), outputs=10),
    _weights("weights of 5", "circles", SmallNormal(5.0), 16, 16, function=Tanh(), outputs=2),
    _weights("all weights 0", "clusters", ConstantWeights(0.0), 64, outputs=5),
    _weights("all weights alike", "wine", ConstantWeights(0.5), 16, outputs=3, update=SGD(0.05)),
    _weights("all weights alike", "friedman", ConstantWeights(0.3), 32, outputs=1),
    _weights("weights of 1e-3, four layers", "spiral", SmallNormal(1e-3), 32, 32, 32, outputs=3, causes=SMALL,
             update=SGD(0.3)),
    _weights("weights of 5", "clusters", SmallNormal(5.0), 64, 64, function=Tanh(), outputs=5),
    _weights("weights of 3", "friedman", SmallNormal(3.0), 64, 64, outputs=1, update=Adam(1e-3)),
    _other("all weights 0", "waves", "initial_weights", convolutional(WAVES, weights=ConstantWeights(0.0)),
           convolutional(WAVES)),
)  # fmt: skip

STEEP, DEEP = "activation depth initial_weights", "depth activation initial_weights"
FINE = (5,) * 5  # the healthy network of set F: five layers of five units, tanh
ACTIVATIONS = (
    _other("F01, 13 sigmoid layers", "circles", STEEP, dense(*(5,) * 13, function=Sigmoid(), weights=HeUniform()),
           dense(*FINE, function=Tanh())),
    _other("F01, 12 sigmoid layers", "blobs", STEEP,
           dense(*(5,) * 12, function=Sigmoid(), weights=HeUniform(), outputs=3),
           dense(*FINE, function=Tanh(), outputs=3)),
    _other("F02, 9 exponential layers", "circles", STEEP, dense(*(5,) * 9, function=EXP, weights=HeUniform()),
           dense(*FINE, function=Tanh())),
    _other("F02, 8 exponential layers", "blobs", STEEP,
           dense(*(5,) * 8, function=EXP, weights=HeUniform(), outputs=3),
           dense(*FINE, function=Tanh(), outputs=3)),
    _other("five sigmoid layers", "digits", STEEP, dense(*(32,) * 5, function=Sigmoid(), outputs=10),
           dense(*(32,) * 5, outputs=10), update=SGD(0.05)),
    _other("narrow bells", "digits", "activation", dense(64, 64, 64, function=CustomActivation(bell), outputs=10),
           dense(64, 64, 64, outputs=10), update=SGD(0.05)),
    _other("seven sigmoid layers", "clusters", STEEP, dense(*(32,) * 7, function=Sigmoid(), outputs=5),
           dense(*(32,) * 7, function=Tanh(), outputs=5)),
    _other("six sigmoid layers", "spiral", STEEP, dense(*(32,) * 6, function=Sigmoid(), outputs=3),
           dense(*(32,) * 6, outputs=3), update=Adam(3e-3)),
    _other("seven exponential layers", "moons", STEEP, dense(*(8,) * 7, function=EXP), dense(*(8,) * 7)),
    _other("five exponential layers", "friedman", STEEP, dense(*(16,) * 5, function=EXP, outputs=1),
           dense(*(16,) * 5, outputs=1)),
    _other("narrow bells", "clusters", "activation", dense(64, 64, 64, function=CustomActivation(bell), outputs=5),
           dense(64, 64, 64, outputs=5), update=SGD(0.05)),
)  # fmt: skip

DEPTHS = (
    _other("F03, 16 ReLU layers of 5", "circles", DEEP, dense(*(5,) * 16, weights=HeUniform()),
           dense(*FINE, function=Tanh())),
    _other("F03, 17 ReLU layers of 5", "blobs", DEEP, dense(*(5,) * 17, weights=HeUniform(), outputs=3),
           dense(*FINE, function=Tanh(), outputs=3)),
    _other("F04, 9 ReLU layers within 0.05", "circles", "initial_weights depth activation",
           dense(*(5,) * 9, weights=SmallUniform(0.05)), dense(*FINE, function=Tanh())),
    _other("F04, 8 ReLU layers within 0.05", "blobs", "initial_weights depth activation",
           dense(*(5,) * 8, weights=SmallUniform(0.05), outputs=3), dense(*FINE, function=Tanh(), outputs=3)),
    _other("F11, 20 ReLU layers within 0.05", "mnist", "initial_weights depth activation",
           dense(*(64,) * 20, weights=SmallUniform(0.05), outputs=10), dense(64, 64, outputs=10)),
    _other("F13, 34 ReLU layers", "mnist", DEEP, dense(*(32,) * 34, outputs=10), dense(32, 32, outputs=10)),
    _other("24 ReLU layers", "clusters", DEEP, dense(*(16,) * 24, outputs=5), dense(16, 16, outputs=5)),
    _other("20 ReLU layers", "spiral", DEEP, dense(*(8,) * 20, outputs=3), dense(16, 16, outputs=3)),
    _other("30 tanh layers", "moons", DEEP, dense(*(8,) * 30, function=Tanh()), dense(8, 8, function=Tanh()),
           update=SGD(0.1)),
)  # fmt: skip


def _bottleneck(wide, outputs, units=2):
    return dense(wide, units, wide, outputs=outputs)


LINEAR = "no_nonlinearity activation"
WIDTHS = (
    _other("two units in the middle", "digits", "network_too_small", _bottleneck(64, 10), dense(64, 64, outputs=10)),
    _other("two units", "circles", "network_too_small", dense(2, function=Tanh()), dense(16, function=Tanh())),
    _other("two units", "digit images", "network_too_small", convolutional(10, 1), convolutional(10)),
    _other("one unit in the middle", "clusters", "network_too_small", _bottleneck(64, 5, 1), dense(64, 64, outputs=5)),
    _other("three units", "spiral", "network_too_small", dense(3, outputs=3), dense(32, 32, outputs=3)),
    _other("one unit", "friedman", "network_too_small", dense(1, outputs=1), dense(32, outputs=1)),
    _other("no activation", "circles", LINEAR, Sequential((Dense(16), Dense(16), Dense(2))),
           dense(16, 16, function=Tanh())),
    _other("no activation", "spiral", LINEAR, Sequential((Dense(32), Dense(32), Dense(3))), dense(32, 32, outputs=3)),
    _other("no activation", "friedman", LINEAR, Sequential((Dense(32), Dense(1))), dense(32, outputs=1)),
    _other("no activation", "moons", LINEAR, Sequential((Dense(16), Dense(16), Dense(2))), dense(16, 16)),
)  # fmt: skip


def _frozen(what, task, layers, network, **both):
    entries = tuple(LayerRate(layer, 0.0) for layer in layers)
    return fault(what, task, "frozen_layers", {"rates": LayerRates(entries)}, both={"network": network, **both})


FROZEN = (
    _frozen("narrow first layers frozen", "digits", ("dense_1", "dense_2"), dense(16, 16, outputs=10)),
    _frozen("all but the input layer frozen", "circles", ("dense_2", "dense_3"), dense(4, 4, function=Tanh())),
    _frozen("narrow first layers frozen", "spiral", ("dense_1", "dense_2"), dense(16, 16, outputs=3)),
    _frozen("narrow first layers frozen", "clusters", ("dense_1", "dense_2"), dense(16, 16, outputs=5)),
    _frozen("all layers frozen", "friedman", ("dense_*",), dense(32, outputs=1)),
)

LAST = "last_activation activation own_part"


def _bent(outputs, *widths, function):
    return Sequential((*dense(*widths, outputs=outputs).layers, Activation(function)))


SQUASHED = CustomLayer(squashed)  # as an activation it would be refused


HEADS = (
    _other("F07, sigmoid before the softmax", "blobs", LAST,
           Sequential((*dense(*FINE, function=Tanh(), outputs=3).layers, SQUASHED)),
           dense(*FINE, function=Tanh(), outputs=3)),
    _other("sigmoid before the softmax", "digits", LAST,
           Sequential((*dense(64, outputs=10).layers, SQUASHED)), dense(64, outputs=10), update=SGD(0.1)),
    _other("ReLU on standardised amounts", "diabetes", "last_activation activation",
           _bent(1, 16, function=ReLU()), dense(16, outputs=1)),
    _other("sigmoid on standardised amounts", "friedman", "last_activation activation",
           _bent(1, 32, function=Sigmoid()), dense(32, outputs=1)),
    _other("ReLU on standardised amounts", "red wine", "last_activation activation",
           _bent(1, 32, function=ReLU()), dense(32, outputs=1)),
    _other("sigmoid before the softmax", "clusters", LAST,
           Sequential((*dense(64, outputs=5).layers, SQUASHED)), dense(64, outputs=5), update=SGD(0.05)),
)  # fmt: skip

NETWORKS = (*WEIGHTS, *ACTIVATIONS, *DEPTHS, *WIDTHS, *FROZEN, *HEADS)
