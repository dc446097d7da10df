"""Five epochs of a 784-256-10 network on 48,000 rows, batch 128, Adam, float32.

Five, so that what a run does once (copying the inputs, scoring the fresh network) weighs as little as in a real
run. Thalweg also scores 14,000 rows after each epoch and runs its default monitors; the peers train alone, but
for the one that says so.
"""

from typing import Any

import numpy as np

from bench.job import Job

TITLE = "MLP epochs: 784-256-10, 48,000 rows, batch 128, Adam; five epochs"
TRAIN, VALIDATION, EPOCHS = 48_000, 12_000, 5


def _images() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    y = random.integers(0, 10, TRAIN + VALIDATION).astype(np.int32)
    centres = random.random((10, 784), np.float32)
    return centres[y] + random.standard_normal((len(y), 784), np.float32), y


def thalweg(*, watched: bool = True) -> Job:
    """Return a run of Thalweg's own path, with or without the default monitors."""
    from bench.path import trained
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.presets.dense import dense_network
    from thalweg.updates.adam import Adam

    x, y = _images()
    experiment = Experiment(
        dense_network(10, hidden=(256,)),
        SoftmaxCrossEntropy(),
        update=Adam(1e-3),
        training=Training(batch=128, epochs=EPOCHS, patience=10),
    )
    train, validation = np.arange(TRAIN), np.arange(TRAIN, TRAIN + VALIDATION)
    return Job(lambda: None, lambda _: trained(experiment, x, y, train, validation, watched=watched))


def _torch(compiled: bool) -> Job:
    import torch

    torch.set_num_threads(2)
    x, y = _images()
    inputs, labels = torch.from_numpy(x[:TRAIN]), torch.from_numpy(y[:TRAIN]).long()

    def prepare():
        net = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
        rule = torch.optim.Adam(net.parameters(), lr=1e-3)

        def loss_of(inputs, labels):
            return torch.nn.functional.cross_entropy(net(inputs), labels)

        function = torch.compile(loss_of) if compiled else loss_of
        function(inputs[:128], labels[:128]).backward()  # compiles; not counted
        return rule, function

    def train(prepared: Any):
        rule, function = prepared
        loss = torch.zeros(())
        for _ in range(EPOCHS):
            for rows in torch.randperm(TRAIN).split(128):
                rule.zero_grad()
                loss = function(inputs[rows], labels[rows])
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


def sklearn() -> Job:
    """Return scikit-learn's MLPClassifier."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    x, y = _images()

    def train(_):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are what is asked for
            return MLPClassifier((256,), batch_size=128, max_iter=EPOCHS, alpha=0.0).fit(x[:TRAIN], y[:TRAIN]).loss_

    return Job(lambda: None, train)


def _keras_jax(validated: bool) -> Job:
    import keras

    x, y = _images()
    extra = {"validation_data": (x[TRAIN:], y[TRAIN:])} if validated else {}

    def prepare():
        net = keras.Sequential([keras.Input((784,)), keras.layers.Dense(256, "relu"), keras.layers.Dense(10)])
        net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        net.fit(x[:128], y[:128], batch_size=128, epochs=1, verbose=0, **extra)  # compiles; not counted
        return net

    def train(net: Any):
        fitted = net.fit(x[:TRAIN], y[:TRAIN], batch_size=128, epochs=EPOCHS, verbose=0, **extra)
        return fitted.history["loss"][-1]

    return Job(prepare, train)


def keras_jax() -> Job:
    """Return Keras' `fit` on JAX, silent."""
    return _keras_jax(False)


def keras_jax_validated() -> Job:
    """Return the same with the validation rows scored after each epoch."""
    return _keras_jax(True)


PEERS = {
    "Thalweg": thalweg,
    "PyTorch eager": torch_eager,
    "PyTorch compiled": torch_compiled,
    "scikit-learn": sklearn,
    "Keras on JAX": keras_jax,
    "Keras on JAX, scoring 12,000 rows an epoch": keras_jax_validated,
}
