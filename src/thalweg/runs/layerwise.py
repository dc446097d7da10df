"""Pre-training layer by layer, by name: a start, and a network that it can begin."""

import math
from typing import Any

from thalweg.activations.sigmoid import Sigmoid
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.convolution import Convolution
from thalweg.network.presets.dense import dense_network
from thalweg.preprocess.arrays import PixelScale
from thalweg.spec import replaced
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.supervised_stack import SupervisedStack

PRETRAININGS = ("dbn", "autoencoders", "supervised")
_WIDTH = 256  # of each hidden layer where a network of convolutions makes room
_LEAST_STEPS = 1_000  # of each layer
_FIRST_SHARE = 0.1  # of the rate: a machine that sees real numbers strays at the rate of one that sees probabilities


def layerwise(
    experiment: Experiment, name: str, outputs: int, training_rows: int, *, named: bool = False
) -> Experiment:
    """Return an experiment whose network is pre-trained layer by layer.

    Args:
        experiment: What suits the data.
        name: "dbn" for a deep belief network, whose units are sigmoids; "autoencoders" for denoising ones, one above
            the other; "supervised" for layers that learn the task one after the other.
        outputs: Of the network.
        training_rows: How many are learned from; few are gone through more often, for 1,000 steps at least.
        named: Whether the user has named the network: one of convolutions is then refused by the start.

    Returns:
        The experiment. A default of convolutions, which none of these can begin, makes room for two hidden dense
        layers; pixels are bounded inputs, all others are real ones.

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006; Bengio, Lamblin, Popovici
    and Larochelle, "Greedy layer-wise training of deep networks", 2007.
    """
    network = experiment.network
    if not named and any(isinstance(layer, Convolution) for layer in network.layers):
        network = dense_network(outputs, hidden=(_WIDTH, _WIDTH))
        experiment = replaced(experiment, augment=())
    if name == "dbn":
        network = replaced(network, layers=tuple(map(_sigmoid, network.layers)))
    bounded = isinstance(experiment.preprocess, PixelScale)
    start = _start(name, bounded)
    least = math.ceil(_LEAST_STEPS * start.batch / max(training_rows, 1))
    return replaced(experiment, network=network, start=replaced(start, epochs=max(int(start.epochs), least)))


def _start(name: str, bounded: bool) -> Any:
    if name == "supervised":
        return SupervisedStack()
    if name == "autoencoders":
        return AutoencoderStack(inputs="bounded" if bounded else "real")
    return BoltzmannStack() if bounded else BoltzmannStack(first_share=_FIRST_SHARE, inputs="real")


def _sigmoid(layer: Any) -> Any:
    return Activation(Sigmoid()) if isinstance(layer, Activation) else layer
