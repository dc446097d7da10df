"""A random search of 32 configurations: 784-256-10 on MNIST, three epochs each, batch 128, Adam.

Every peer trains the same 32 rates and L2 strengths on the same 48,000 rows and picks the best by its accuracy on
12,000 others. So that all do the same work, each scores these and 2,000 of the training rows after each epoch, and
before the first one, as Thalweg does to know when a loss has risen; scikit-learn's network, which is not there before
it is fitted, only after each. MNIST=FOLDER names the folder of the four idx files.

Two processes of PyTorch, one thread and half the configurations each, are the best that its users get out of two cores;
they wait, with the data in their memory, until they are asked.
"""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.job import Job

TITLE = "random search on MNIST: 32 configurations of 784-256-10, three epochs each, 48,000 rows, batch 128, Adam"
RUNS = 3
TRIALS, EPOCHS, TRAIN, VALIDATION, BATCH = 32, 3, 48_000, 12_000, 128
WATCHED = 2_000  # training rows that are scored


def _configurations() -> list[tuple[float, float]]:
    """Return the rates and strengths, log-uniform."""
    draws = np.random.default_rng(0).random((TRIALS, 2))
    return [(float(10 ** (-4 + 2.5 * rate)), float(10 ** (-6 + 3 * strength))) for rate, strength in draws]


def _images() -> tuple[np.ndarray, np.ndarray]:
    from bench.mnist import digits

    x, y, _ = digits()
    return x[: TRAIN + VALIDATION], y[: TRAIN + VALIDATION]


def thalweg() -> Job:
    """Return the search's own engine: a population a core."""
    from thalweg.data.open import open_source
    from thalweg.data.split import Split
    from thalweg.diagnosis.attempts import Ground
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.presets.dense import dense_network
    from thalweg.penalties.l2 import L2
    from thalweg.search.engine.train_trials import Engine, train_trials
    from thalweg.search.engine.trial import Trial
    from thalweg.train.prepare import prepare
    from thalweg.updates.adam import Adam

    def experiment(rate: float, strength: float) -> Experiment:
        training = Training(batch=BATCH, epochs=EPOCHS, patience=EPOCHS + 1)
        network, loss = dense_network(10, hidden=(256,)), SoftmaxCrossEntropy()
        return Experiment(network, loss, penalty=L2(strength), update=Adam(rate), training=training)

    source = open_source(_images())
    train, validation = np.arange(TRAIN), np.arange(TRAIN, TRAIN + VALIDATION)
    configurations = _configurations()
    prepared = prepare(source, Split(train, validation, validation[:0]), experiment(*configurations[0]))
    ground = Ground(source, prepared, prepared.weight, train[:WATCHED], "accuracy", 0)
    trials = [Trial(number, experiment(*one), seed=0) for number, one in enumerate(configurations)]

    def train_all(_: Any) -> float:
        found = []
        train_trials(Engine(ground), trials, lambda result: found.append(result.score))
        return max(found)

    return Job(lambda: None, train_all)


def _torch_search(x: Any, y: Any, configurations: list[tuple[float, float]]) -> float:
    """Train one configuration after the other in PyTorch's usual loop, and return the best score."""
    import torch

    best = 0.0
    for rate, strength in configurations:
        net = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
        weights = [layer.weight for layer in (net[0], net[2])]
        biases = [layer.bias for layer in (net[0], net[2])]
        # Adam's weight decay is added to the gradient: 0.5 strength w^2 in the loss.
        rule = torch.optim.Adam([{"params": weights, "weight_decay": strength}, {"params": biases}], lr=rate)
        _torch_score(net, x, y)
        for _ in range(EPOCHS):
            for rows in torch.randperm(TRAIN).split(BATCH):
                rule.zero_grad()
                torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
                rule.step()
            best = max(best, _torch_score(net, x, y))
    return best


def _torch_score(net: Any, x: Any, y: Any) -> float:
    """Return the accuracy on the validation rows; that on some training rows is looked at and left."""
    import torch

    with torch.no_grad():
        watched, validation = (
            float((net(x[rows]).argmax(1) == y[rows]).float().mean()) for rows in (slice(WATCHED), slice(TRAIN, None))
        )
    del watched
    return validation


def torch_sequential() -> Job:
    """Return PyTorch's usual loop, on two threads."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    x, y = _images()
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y).long()
    return Job(lambda: None, lambda _: _torch_search(inputs, labels, _configurations()))


def _half(part: int, pipe: Any) -> None:
    import torch

    torch.set_num_threads(1)
    x, y = _images()
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y).long()
    pipe.send("ready")
    while pipe.recv():
        pipe.send(_torch_search(inputs, labels, _configurations()[part::2]))


def torch_side_by_side() -> Job:
    """Return the same in two processes of one thread."""
    context, pipes = multiprocessing.get_context("spawn"), []
    for part in (0, 1):
        ours, theirs = context.Pipe()
        context.Process(target=_half, args=(part, theirs), daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()

    def train_all(_: Any) -> float:
        for pipe in pipes:
            pipe.send(True)
        return max(pipe.recv() for pipe in pipes)

    return Job(lambda: None, train_all)


def _score_of(x: np.ndarray, y: np.ndarray) -> Callable[[float, float], float]:
    from sklearn.neural_network import MLPClassifier

    def score(rate: float, strength: float) -> float:
        # It divides alpha by the rows of a batch.
        model = MLPClassifier((256,), batch_size=BATCH, learning_rate_init=rate, alpha=strength * BATCH)
        best = 0.0
        for _ in range(EPOCHS):
            model.partial_fit(x[:TRAIN], y[:TRAIN], classes=np.arange(10))
            model.score(x[:WATCHED], y[:WATCHED])  # looked at and left
            best = max(best, model.score(x[TRAIN:], y[TRAIN:]))
        return best

    return score


def optuna_sklearn() -> Job:
    """Return Optuna's random sampler driving scikit-learn's MLPClassifier."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    x, y = _images()
    score = _score_of(x, y)

    def objective(trial: Any) -> float:
        return score(
            trial.suggest_float("rate", 1e-4, 10**-1.5, log=True), trial.suggest_float("l2", 1e-6, 1e-3, log=True)
        )

    def train_all(_: Any) -> float:
        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
        study.optimize(objective, n_trials=TRIALS)
        return study.best_value

    return Job(lambda: None, train_all)


PEERS = {
    "Thalweg": thalweg,
    "PyTorch eager, one after the other": torch_sequential,
    "PyTorch eager, two processes of one thread": torch_side_by_side,
    "Optuna driving scikit-learn's MLPClassifier": optuna_sklearn,
}
