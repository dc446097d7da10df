"""The spiral: 10,000 full-batch steps of a 2-100-3 network, float32, penalty 0.001, rate 1.

Thalweg trains through its own loop with its default monitors and with validation on; the peers train alone.
"""

from typing import Any

import numpy as np

from bench.job import Job

TITLE = "case study: 10,000 full-batch steps, 2-100-3"
STEPS = 10_000


def _spiral() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    from thalweg.data.toy import spiral

    x, y, generator = spiral(0)
    first, second = 0.01 * generator.randn(2, 100), 0.01 * generator.randn(100, 3)
    return x.astype(np.float32), y.astype(np.int32), first.astype(np.float32), second.astype(np.float32)


def thalweg() -> Job:
    """Return a run of Thalweg's own path; its result is the final loss."""
    from bench.path import trained
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.presets.dense import dense_network
    from thalweg.penalties.l2 import L2
    from thalweg.updates.sgd import SGD

    x, y, _, _ = _spiral()
    experiment = Experiment(
        dense_network(3, hidden=(100,)),
        SoftmaxCrossEntropy(),
        penalty=L2(1e-3),
        update=SGD(1.0),
        training=Training(batch=300, epochs=STEPS, patience=STEPS),
    )
    rows = np.arange(300)
    return Job(lambda: None, lambda _: trained(experiment, x, y, rows, rows))


def numpy() -> Job:
    """Return the notes' loop in NumPy, float32."""
    x, y, start, second = _spiral()
    n = len(x)

    def train(_):
        w1, b1, w2, b2 = start.copy(), np.zeros((1, 100), np.float32), second.copy(), np.zeros((1, 3), np.float32)
        rate, strength = np.float32(1.0), np.float32(1e-3)
        loss = 0.0
        for _ in range(STEPS):
            hidden = np.maximum(x @ w1 + b1, 0)
            scores = hidden @ w2 + b2
            powers = np.exp(scores)
            chances = powers / powers.sum(axis=1, keepdims=True)
            loss = -np.log(chances[np.arange(n), y]).mean() + 0.5 * strength * ((w1 * w1).sum() + (w2 * w2).sum())
            back = chances
            back[np.arange(n), y] -= 1
            back /= n
            dw2, db2 = hidden.T @ back, back.sum(axis=0, keepdims=True)
            below = back @ w2.T
            below[hidden <= 0] = 0
            dw1, db1 = x.T @ below, below.sum(axis=0, keepdims=True)
            w2 -= rate * (dw2 + strength * w2)
            w1 -= rate * (dw1 + strength * w1)
            b2 -= rate * db2
            b1 -= rate * db1
        return float(loss)

    return Job(lambda: None, train)


def _torch(compiled: bool) -> Job:
    import torch

    torch.set_num_threads(2)
    x, y, w1, w2 = _spiral()
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y).long()

    def prepare():
        net = torch.nn.Sequential(torch.nn.Linear(2, 100), torch.nn.ReLU(), torch.nn.Linear(100, 3))
        with torch.no_grad():
            for layer, weights in ((net[0], w1), (net[2], w2)):
                layer.weight.copy_(torch.from_numpy(weights.T))
                layer.bias.zero_()
        rule = torch.optim.SGD(net.parameters(), lr=1.0)

        def loss_of(inputs, labels):
            data = torch.nn.functional.cross_entropy(net(inputs), labels)
            return data + 0.5e-3 * (net[0].weight.square().sum() + net[2].weight.square().sum())

        function = torch.compile(loss_of) if compiled else loss_of
        function(inputs, labels).backward()  # compiles; not counted
        return rule, function

    def train(prepared: Any):
        rule, function = prepared
        loss = torch.zeros(())
        for _ in range(STEPS):
            rule.zero_grad()
            loss = function(inputs, labels)
            loss.backward()
            rule.step()
        return float(loss.detach())

    return Job(prepare, train)


def torch_eager() -> Job:
    """Return PyTorch's usual loop."""
    return _torch(False)


def torch_compiled() -> Job:
    """Return the same with the loss compiled."""
    return _torch(True)


def keras_jax() -> Job:
    """Return Keras' `fit` on JAX, full batch, silent."""
    import keras

    x, y, _, _ = _spiral()

    def prepare():
        keras.utils.set_random_seed(0)
        l2 = keras.regularizers.L2(0.5e-3)
        small = keras.initializers.RandomNormal(stddev=0.01)
        first = keras.layers.Dense(100, "relu", kernel_regularizer=l2, kernel_initializer=small)
        last = keras.layers.Dense(3, kernel_regularizer=l2, kernel_initializer=small)
        net = keras.Sequential([keras.Input((2,)), first, last])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(keras.optimizers.SGD(1.0), loss)
        net.fit(x, y, batch_size=300, epochs=1, shuffle=False, verbose=0)  # compiles; not counted
        return net

    def train(net: Any):
        return net.fit(x, y, batch_size=300, epochs=STEPS, shuffle=False, verbose=0).history["loss"][-1]

    return Job(prepare, train)


PEERS = {
    "Thalweg": thalweg,
    "NumPy": numpy,
    "PyTorch eager": torch_eager,
    "PyTorch compiled": torch_compiled,
    "Keras on JAX": keras_jax,
}
