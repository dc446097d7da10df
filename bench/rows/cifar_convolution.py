"""Steps of a convolutional network on images of CIFAR's size.

Three convolutions of 3 x 3, to 32, 64 and 128 channels, each pooled, and a dense head; batch 128, SGD, 20 steps by the
one program that trains.
"""

from typing import Any

from bench import image_steps
from bench.image_steps import BATCH
from bench.job import Job

TITLE = "a convolutional network on 32 x 32 x 3: 32-64-128 channels, batch 128, SGD; 20 training steps"
STEPS, WIDTHS = 20, (32, 64, 128)


def network(precision: Any = "full") -> Any:
    """Return Thalweg's form of the network."""
    from thalweg.activations.relu import ReLU
    from thalweg.layers.activation import Activation
    from thalweg.layers.convolution import Convolution
    from thalweg.layers.dense import Dense
    from thalweg.layers.max_pooling import MaxPooling
    from thalweg.network.sequential import Sequential

    blocks = [(Convolution(width, padding="same"), Activation(ReLU()), MaxPooling()) for width in WIDTHS]
    return Sequential((*(layer for block in blocks for layer in block), Dense(10)), precision)


def thalweg(precision: Any = "full") -> Job:
    """Return Thalweg's program of training steps."""
    return image_steps.thalweg(network(precision), STEPS)


def torch_eager() -> Job:
    """Return PyTorch's usual loop."""
    import torch

    def theirs():
        layers: list[Any] = []
        for seen, width in zip((3, *WIDTHS), WIDTHS, strict=False):
            layers += [torch.nn.Conv2d(seen, width, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        return torch.nn.Sequential(*layers, torch.nn.Flatten(), torch.nn.Linear(16 * WIDTHS[-1], 10))

    return image_steps.torch_eager(theirs, STEPS)


def keras_on_jax() -> Job:
    """Return a compiled Keras model and `fit`."""
    import keras

    x, y = image_steps.rows(STEPS)

    def prepare():
        layers: list[Any] = [keras.Input((32, 32, 3))]
        for width in WIDTHS:
            layers += [keras.layers.Conv2D(width, 3, padding="same", activation="relu"), keras.layers.MaxPooling2D()]
        net = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(optimizer=keras.optimizers.SGD(0.001), loss=loss)
        net.fit(x[:BATCH], y[:BATCH], batch_size=BATCH, verbose=0)  # compiles
        return net

    def train(net: Any):
        return net.fit(x, y, batch_size=BATCH, epochs=1, verbose=0).history["loss"][-1]

    return Job(prepare, train)


PEERS = {
    "Thalweg": thalweg,
    "PyTorch eager": torch_eager,
    "Keras on JAX": keras_on_jax,
    "Thalweg, products in bfloat16": lambda: thalweg("bfloat16"),
}
