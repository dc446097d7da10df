"""Steps of a convolutional network on images of CIFAR's size.

Three convolutions of 3 x 3, to 32, 64 and 128 channels, each pooled, and a dense head; batch 128, SGD, 20 steps by the
one program that trains. The images and labels are random, for what is timed does not hang on them. What a run does
between steps is left out for all.
"""

from typing import Any

import numpy as np

from bench.job import Job

TITLE = "a convolutional network on 32 x 32 x 3: 32-64-128 channels, batch 128, SGD; 20 training steps"
STEPS, BATCH, WIDTHS = 20, 128, (32, 64, 128)
ROWS = STEPS * BATCH


def _rows() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.standard_normal((ROWS, 32, 32, 3), np.float32), random.integers(0, 10, ROWS).astype(np.int32)


def thalweg(precision: Any = "full") -> Job:
    """Return Thalweg's program of training steps."""
    import jax
    import jax.numpy as jnp

    from thalweg.activations.relu import ReLU
    from thalweg.experiment import Experiment
    from thalweg.keys import root
    from thalweg.layers.activation import Activation
    from thalweg.layers.convolution import Convolution
    from thalweg.layers.dense import Dense
    from thalweg.layers.max_pooling import MaxPooling
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.sequential import Sequential
    from thalweg.train.plan import Plan
    from thalweg.train.population import advance, population, start
    from thalweg.train.state import Batches, learner_of
    from thalweg.updates.sgd import SGD

    blocks = [(Convolution(width, padding="same"), Activation(ReLU()), MaxPooling()) for width in WIDTHS]
    network = Sequential((*(layer for block in blocks for layer in block), Dense(10)), precision)
    x, y = map(jnp.asarray, _rows())
    plan = Plan(np.arange(ROWS), BATCH, STEPS, ((0, 0),))
    order, mask = map(jnp.asarray, plan.order(0) or ())
    batches = Batches(x, y, jnp.ones(ROWS), order, mask)
    learner = learner_of(Experiment(network, SoftmaxCrossEntropy(), update=SGD(0.001)))
    members = population([start(learner, root(0), (32, 32, 3), plan.total)])

    def train(_):
        moved, _ = advance(members, batches, clock=0, count=plan.total)
        return float(jax.block_until_ready(moved).carry.loss_sum[0])

    return Job(lambda: None, train)


def torch_eager() -> Job:
    """Return PyTorch's usual loop, its images with the channels last in memory, which is its faster form on a CPU."""
    import torch

    torch.set_num_threads(2)
    x, y = _rows()
    inputs = torch.from_numpy(x).permute(0, 3, 1, 2)  # a view of the same memory: channels last
    labels = torch.from_numpy(y).long()

    def prepare():
        layers: list[Any] = []
        for seen, width in zip((3, *WIDTHS), WIDTHS, strict=False):
            layers += [torch.nn.Conv2d(seen, width, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        net: Any = torch.nn.Sequential(*layers, torch.nn.Flatten(), torch.nn.Linear(16 * WIDTHS[-1], 10))
        net = net.to(memory_format=torch.channels_last)
        rule = torch.optim.SGD(net.parameters(), lr=0.001)
        return net, rule

    def train(prepared: Any):
        net, rule = prepared
        loss = torch.zeros(())
        for rows in torch.randperm(ROWS).split(BATCH):
            rule.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(inputs[rows]), labels[rows])
            loss.backward()
            rule.step()
        return float(loss.detach())

    return Job(prepare, train)


def keras_on_jax() -> Job:
    """Return a compiled Keras model and `fit`."""
    import keras

    x, y = _rows()

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
