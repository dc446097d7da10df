"""Train on CIFAR-10 to 94% of the test images as fast as the machine can, and say how long it took.

    python -m bench.cifar_speedrun FOLDER [--epochs 10] [--width 64] [--precision bfloat16] [--seeds 1] ...

The network is that of Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024: a first convolution that
whitens patches of 2 x 2 pixels and of which the biases alone are trained, and three blocks of two normalised
convolutions. Kernels are trained by Muon and kept at one length, and begin as ones that hand their input on; see
`cifar_rule` for the others. All parts are Thalweg's own but for that rule. The data lie on the device, an epoch is one
call of one compiled program, and the host sees nothing in between: images are moved inside the step. Half of them,
drawn once, are mirrored, and all are mirrored again from epoch to epoch, so that two epochs show each image both ways.

The clock runs while the network is trained. It does not run while data are read, while programs are compiled, which is
told, and while the test images are scored between epochs: each by the weighted mean over it and it moved by a pixel up
and left and down and right, and the mirror images of these.

It leaves out what the publication has besides: Muon's three iterations, for five here, and random first biases of the
whitening.
"""

import argparse
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from bench.cifar_rule import BySort, Falling
from thalweg.activations.gelu import GELU
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.data.cifar import read_cifar
from thalweg.experiment import Experiment
from thalweg.initializers.dirac import Dirac
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.max_pooling import MaxPooling
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.projections.fixed_norm import FixedNorm
from thalweg.train.evaluate import predict
from thalweg.train.plan import Plan
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, Member, learner_of

FILTERS = 24  # of the whitening: twelve directions of a patch, each in both signs
PATCHES = 5_000  # images whose patches say what they are
SMALLEST = 5e-4  # added to the variance of a direction


class Told(NamedTuple):
    """One run."""

    compiling: float  # seconds
    training: float  # seconds
    reached: float  # seconds of training until the wanted accuracy; infinite if it was not reached
    accuracy: float  # at the end


def network(width: int, precision: Any) -> Sequential:
    """Return the network: blocks of `width`, and twice four times that many channels."""
    layers: list[Any] = [Named("whitening", Convolution(FILTERS, 2)), Activation(GELU())]
    for filters in (width, 4 * width, 4 * width):
        norms = [BatchNorm(momentum=0.6, epsilon=1e-12), Activation(GELU())]
        convolution = Convolution(filters, padding="same", shift=False, weights=Dirac())
        layers += [convolution, MaxPooling(fit="floor"), *norms, convolution, *norms]
    scores = Dense(10, weights=SmallNormal(1 / (4 * width)))
    return Sequential((*layers, MaxPooling(3), Flatten(), scores), precision)


def experiment(arguments: argparse.Namespace) -> Experiment:
    """Return all that is trained, and how."""
    batch = min(arguments.batch, arguments.images)
    return Experiment(
        network(arguments.width, arguments.precision),
        SoftmaxCrossEntropy(label_smoothing=0.2),
        update=BySort(batch, 4 * arguments.width, kernels=arguments.rate, decay=arguments.decay),
        schedule=Falling(),
        projection=FixedNorm(layers="convolution_*"),
        augment=(RandomCrop(2, "reflect"),),
    )


def whitening(x: np.ndarray) -> np.ndarray:
    """Return a kernel (2, 2, 3, 24) that makes the patches of images uncorrelated, of variance 1."""
    patches = np.lib.stride_tricks.sliding_window_view(x[:PATCHES], (2, 2), axis=(1, 2))  # (n, 31, 31, 3, 2, 2)
    rows = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12).astype(np.float64)
    variances, directions = np.linalg.eigh(rows.T @ rows / len(rows))
    kernel = (directions / np.sqrt(variances + SMALLEST)).reshape(2, 2, 3, 12)
    return np.concatenate([kernel, -kernel], axis=3)


def run(x: np.ndarray, y: np.ndarray, unseen: np.ndarray, truth: np.ndarray, seed: int, arguments: Any) -> Told:
    """Train once, telling each epoch."""
    plan = Plan(np.arange(len(x)), arguments.batch, 0, ((seed, 0),))
    plan = plan._replace(total=plan.steps * arguments.epochs)
    recipe = experiment(arguments)
    member = start(learner_of(recipe), root(seed), x.shape[1:], plan.total)
    params = dict(recipe.projection(member.carry.params))
    params["whitening"] = {**params["whitening"], "w": jnp.asarray(whitening(x), jnp.float32)}
    members = population([member._replace(carry=member.carry._replace(params=params))])
    mirrored = np.random.default_rng(seed).random((len(x), 1, 1, 1)) < 0.5
    images = jnp.asarray(np.where(mirrored, x[:, :, ::-1], x))
    shared = Batches(images, jnp.asarray(y), jnp.ones(len(x)), None, None)

    def epoch(k: int, members: Member, count: int) -> Member:
        index, mask = plan.order(k) or (None, None)  # none where a batch holds all images
        batches = shared._replace(x=images[:, :, ::-1] if k % 2 else images)
        batches = batches._replace(order=None if index is None else jnp.asarray(index))
        batches = batches._replace(mask=None if mask is None else jnp.asarray(mask, jnp.float32))
        return jax.block_until_ready(advance(members, batches, clock=k * plan.steps, count=count)[0])

    begin = time.perf_counter()
    epoch(0, members, 0)  # compiles, and takes no step
    accuracy(members, unseen, truth)
    compiling, training, reached, score = time.perf_counter() - begin, 0.0, float("inf"), 0.0
    for k in range(arguments.epochs):
        begin = time.perf_counter()
        members = epoch(k, members, plan.steps)
        training += time.perf_counter() - begin
        score = accuracy(members, unseen, truth)
        reached = min(reached, training if score >= arguments.target else reached)
        print(f"  epoch {k + 1}: {score:.2%} after {training:.2f} s", flush=True)
    return Told(compiling, training, reached, score)


def accuracy(members: Member, unseen: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of images whose class has the highest mean score over them, moved and mirrored."""
    learner, carry = jax.tree.map(lambda leaf: leaf[0], (members.learner, members.carry))
    padded = np.pad(unseen, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    total = np.zeros((len(unseen), 10))
    for weight, images in ((2, unseen), (1, padded[:, :-2, :-2]), (1, padded[:, 2:, 2:])):
        for seen in (images, images[:, :, ::-1]):
            # Means of the scores, as published: a logarithm of a probability is a score, but for a number of its image.
            likely = predict(learner.objective, carry.params, carry.state, seen)
            total += weight * np.log(np.maximum(likely, 1e-30))
    return float((total.argmax(axis=1) == truth).mean())


def scaled(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return training images with their classes, and test images with theirs, each channel at mean 0 and variance 1."""
    training, unseen = read_cifar(folder), read_cifar(folder / "test_batch.bin")
    x, other = (np.asarray(source.inputs, np.float32) for source in (training, unseen))
    mean, deviation = x.mean(axis=(0, 1, 2)), x.std(axis=(0, 1, 2))
    return (x - mean) / deviation, training.targets, (other - mean) / deviation, unseen.targets


def main() -> None:
    """Read the words, train, and print the table's line."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("folder", type=Path, help="of CIFAR-10's binary files")
    words.add_argument("--epochs", type=int, default=10)
    words.add_argument("--width", type=int, default=64, help="channels of the first block")
    words.add_argument("--batch", type=int, default=2000)
    words.add_argument("--rate", type=float, default=0.24, help="Muon's")
    words.add_argument("--decay", type=float, default=2e-6, help="a share, an example, of what Muon does not move")
    words.add_argument("--precision", choices=("full", "bfloat16"), default="bfloat16")
    words.add_argument("--images", type=int, default=50_000, help="training images, from the first")
    words.add_argument("--target", type=float, default=0.94)
    words.add_argument("--seeds", type=int, default=1, help="runs, of the seeds 0, 1, ...")
    arguments = words.parse_args()
    x, y, unseen, truth = scaled(arguments.folder)
    x, y = x[: arguments.images], y[: arguments.images]
    told = []
    for seed in range(arguments.seeds):
        print(f"seed {seed}", flush=True)
        told.append(run(x, y, unseen, truth, seed, arguments))
        last = told[-1]
        print(
            f"  {last.accuracy:.2%}; compiling took {last.compiling:.1f} s, training {last.training:.2f} s", flush=True
        )
    times = [one.reached for one in told if one.reached < float("inf")]
    (device,) = jnp.zeros(()).devices()
    spread = f" ({min(times):.2f} - {max(times):.2f})" if times else ""
    reached = f"after {statistics.median(times):.2f} s of training{spread}" if times else "not reached"
    print(
        f"{device.device_kind}: {arguments.target:.0%} {reached}, in {len(times)} of {len(told)} runs; compiling, not "
        f"counted, took {told[0].compiling:.1f} s the first time; mean accuracy "
        f"{statistics.mean(one.accuracy for one in told):.2%}"
    )


if __name__ == "__main__":
    main()
