"""What the page of the Boltzmann machine trains and measures."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from thalweg.data.idx import idx_test_file, read_idx_array
from thalweg.data.idx import training_images as images_of
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.annealed import (
    Estimate,
    bound_log_partition,
    estimate_log_partition,
    temperatures,
)
from thalweg.pretrain.boltzmann.exact import exact_log_partition, mean_log_likelihood
from thalweg.pretrain.boltzmann.gibbs import Samples, run_chains
from thalweg.pretrain.boltzmann.history import BoltzmannHistory, Moment
from thalweg.pretrain.boltzmann.machine import Machine, start_machine
from thalweg.pretrain.boltzmann.persistent_chains import PersistentChains
from thalweg.pretrain.boltzmann.train import Trained, train_machine
from thalweg.pretrain.boltzmann.training import BoltzmannTraining

SMALL = 20  # hidden units of the machine whose Z is enumerated
SMALL_EPOCHS = 3
BATCH, CHAINS, RATE = 100, 100, 0.05
HELD, SHARE = 5000, 6  # validation images, and at most one in so many
FEWEST = 60  # training images
LONG = 5000  # Gibbs steps to samples that are nearly exact
SHOWN, EVERY, ROWS_SHOWN = 10, 100, 10  # moments of a chain that are shown, the steps between them, chains


class Images(NamedTuple):
    """The set, pixels from 0 to 1, a row an image."""

    training: Float[np.ndarray, "n pixels"]
    validation: Float[np.ndarray, "k pixels"]
    test: Float[np.ndarray, "m pixels"]  # each pixel drawn, once: 0 or 1
    size: tuple[int, int]  # height and width of an image


class Judged(NamedTuple):
    """A machine's log Z from below and from above, and what follows for the test images."""

    forward: Estimate
    backward: Estimate
    likelihood: float  # mean log-likelihood of a test image by the first, nats
    likelihood_backward: float  # by the second


class Found(NamedTuple):
    """All that was measured."""

    images: Images
    epochs: int
    trained: Trained
    judged: Judged
    small: Machine
    small_history: BoltzmannHistory
    small_exact: float
    small_judged: Judged
    walk: Samples  # chains from validation images, at some moments
    samples: Samples  # the ends of long chains


def load_images(folder: Path, seed: int) -> Images:
    """Load MNIST, or a set of its form.

    Args:
        folder: Of the idx files; labels are not needed.
        seed: Of the validation images, and of the states drawn for the test images' pixels.

    Returns:
        The images.

    Raises:
        InputError: If files are missing or damaged, or there are fewer than 60 training images.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give the one of MNIST's files, such as train-images-idx3-ubyte.gz.")
    test_file = idx_test_file(folder)
    if test_file is None:
        raise InputError(f"{folder} holds no t10k-images-idx3-ubyte file (or .gz of it) to judge by. Put it there.")
    every, test = (_pixels(file) for file in (images_of(folder), test_file))
    if every.shape[1:] != test.shape[1:]:
        raise InputError(f"training and test images differ in size: {every.shape[1:]} and {test.shape[1:]}.")
    if len(every) < FEWEST or len(test) == 0:
        raise InputError(
            f"{folder} holds {len(every)} training images and {len(test)} test images; at least {FEWEST} and 1 are "
            "needed. Use the whole set."
        )
    random = np.random.default_rng([seed, 2])
    held = np.zeros(len(every), bool)
    held[random.choice(len(every), min(HELD, len(every) // SHARE), replace=False)] = True
    rows, size = every.reshape(len(every), -1), (int(every.shape[1]), int(every.shape[2]))
    drawn = (random.random(test.shape, np.float32) < test).astype(np.float32).reshape(len(test), -1)
    return Images(rows[~held], rows[held], drawn, size)


def measure(images: Images, *, hidden: int, epochs: int, betas: int, seed: int, say: Callable[[str], None]) -> Found:
    """Train a machine and a small one, and tell how likely they make the test images.

    Args:
        images: The set.
        hidden: Units of the machine.
        epochs: Of its training.
        betas: Inverse temperatures of each annealing.
        seed: Of everything drawn.
        say: Told how far it is.

    Returns:
        What was found.
    """
    steps = temperatures(betas)
    small = _trained(images, SMALL, min(epochs, SMALL_EPOCHS), seed, lambda _: None)
    say(f"summing over all 2^{SMALL} hidden states of a machine of {SMALL}")
    small_exact = exact_log_partition(small.machine)
    small_judged, _ = _judged(images, small, steps, seed)

    def progress(moment: Moment) -> None:
        say(
            f"epoch {moment.epoch} of {epochs}: free energy {moment.free_energy:.1f} of training images, "
            f"{moment.validation_free_energy:.1f} of validation images"
        )

    trained = _trained(images, hidden, epochs, seed, progress)
    say("annealing from a machine without weights, and back")
    judged, samples = _judged(images, trained, steps, seed)
    walk = run_chains(trained.machine, images.validation[:ROWS_SHOWN] > 0.5, steps=EVERY, moments=SHOWN, seed=seed)
    return Found(
        images, epochs, trained, judged, small.machine, small.history, small_exact, small_judged, walk, samples
    )


def _trained(images: Images, hidden: int, epochs: int, seed: int, told: Callable[[Moment], None]) -> Trained:
    how = BoltzmannTraining(PersistentChains(CHAINS), rate=RATE, epochs=epochs, batch=BATCH, binarise=True)
    machine = start_machine(images.training, hidden, seed=seed)
    return train_machine(machine, images.training, how, validation=images.validation, seed=seed, told=told)


def _judged(images: Images, trained: Trained, betas: np.ndarray, seed: int) -> tuple[Judged, Samples]:
    machine = trained.machine
    forward = estimate_log_partition(machine, images.training, betas=betas, seed=seed)
    begin = np.concatenate([trained.chains, images.validation[:CHAINS] > 0.5])  # those of training, and images
    samples = run_chains(machine, begin, steps=LONG, seed=seed)
    backward = bound_log_partition(machine, images.training, samples.states[-1], betas=betas, seed=seed)
    likely = (mean_log_likelihood(machine, images.test, one.log_z) for one in (forward, backward))
    return Judged(forward, backward, *likely), samples


def _pixels(file: Path) -> np.ndarray:
    pixels = read_idx_array(file)
    if pixels.ndim != 3 or pixels.dtype != np.uint8:
        raise InputError(
            f"{file} should hold grey images of 8 bits, (n, height, width); it holds {pixels.dtype} of shape "
            f"{pixels.shape}. Use the files of MNIST as they are."
        )
    return pixels.astype(np.float32) / 255
