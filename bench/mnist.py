"""The same small network on MNIST, with one thing changed: 784-256-10, batch 128, five epochs, constant rate."""

import os
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

TRAIN, EPOCHS = 55_000, 5


class Digits(NamedTuple):
    """MNIST, its pixels of mean 0 and deviation 1 over the training rows."""

    x: np.ndarray  # (70,000, 784) float32
    y: np.ndarray  # (70,000,) int32
    test: np.ndarray  # rows of the test part


class Tested(NamedTuple):
    """How a network did on the test part, with the weights of the epoch that is best on 5,000 rows."""

    loss: float
    accuracy: float
    seconds: float  # of training, compiling left out


def digits() -> Digits:
    """Read the four idx files in the folder that the variable MNIST names."""
    from thalweg.data.idx import read_idx_array

    folder, endings = Path(os.environ["MNIST"]), ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")
    names = [folder / f"{part}-{ending}" for part in ("train", "t10k") for ending in endings]
    first, second, third, fourth = map(read_idx_array, names)
    x = np.concatenate([first, third]).reshape(-1, 784).astype(np.float32)
    mean, deviation = x[:TRAIN].mean(dtype=np.float64), x[:TRAIN].std(dtype=np.float64)
    x = (x - np.float32(mean)) / np.float32(deviation)
    return Digits(x, np.concatenate([second, fourth]).astype(np.int32), np.arange(len(first), len(x)))


def tested(data: Digits, *, seed: int = 0, precision: str = "full", **parts: Any) -> Tested:
    """Train by Thalweg's own path and score the test part.

    Args:
        data: MNIST.
        seed: Of weights and order.
        precision: Of the network's computation.
        **parts: Fields of the experiment.

    Returns:
        The scores.
    """
    import jax
    import jax.numpy as jnp

    from bench.path import ended
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.presets.dense import dense_network
    from thalweg.network.sequential import Sequential
    from thalweg.train.evaluate import assess, part_of
    from thalweg.train.scores import loss_of, score_of

    x, y, test = data
    experiment = Experiment(
        Sequential(dense_network(10, hidden=(256,)).layers, precision),
        SoftmaxCrossEntropy(),
        training=Training(batch=128, epochs=EPOCHS, patience=EPOCHS + 1),
        **parts,
    )
    begin = time.perf_counter()
    state = ended(experiment, x, y, np.arange(TRAIN), np.arange(TRAIN, int(test[0])), seed=seed)
    seconds = time.perf_counter() - begin - state.compile_seconds
    params, inner = state.members.best
    best = state.members._replace(carry=state.members.carry._replace(params=params, state=inner))
    (sums,) = assess(best, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), test),))
    sums = jax.device_get(sums)
    return Tested(float(loss_of(sums)[0]), float(score_of("accuracy", sums)[0]), seconds)
