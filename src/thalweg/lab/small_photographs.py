"""The small photographs of CIFAR-10, as many as are wanted of them."""

from pathlib import Path

import numpy as np

from thalweg.data.arrays import from_encoded
from thalweg.data.cifar import read_cifar
from thalweg.data.source import Source
from thalweg.data.split import Split, split_source
from thalweg.errors import InputError
from thalweg.keys import root

FEWEST = 100  # images; of fewer no part says anything
VALIDATION, SHARE = 5000, 5  # images to score on, and at most one in so many


def load_images(folder: Path, rows: int, *, seed: int) -> Source:
    """Load training images of CIFAR-10, some of them where there are more.

    Args:
        folder: With the set's binary files.
        rows: How many at most; at least 100.
        seed: Draws them.

    Returns:
        The images in their order.

    Raises:
        InputError: If fewer than 100 are wanted or there, or the files cannot be read.
    """
    root(seed)
    if rows < FEWEST:
        raise InputError(f"--rows must be at least {FEWEST}, so that there is something to learn from; got {rows}.")
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give the one of CIFAR-10's binary files, such as data_batch_1.bin.")
    source = read_cifar(folder)
    count = len(source.targets)
    if count < FEWEST:
        raise InputError(f"{folder} holds {count} training images; at least {FEWEST} are needed. Use the whole set.")
    if count <= rows:
        return source
    kept = np.sort(np.random.default_rng([seed, 1]).choice(count, rows, replace=False))
    return from_encoded(np.asarray(source.inputs)[kept], source.targets[kept], source.task, name=source.name)


def split_images(source: Source, *, seed: int) -> Split:
    """Part images into those to learn from and those to score on.

    Args:
        source: The images.
        seed: Of the split.

    Returns:
        The split, without a test part.
    """
    share = min(VALIDATION, len(source.targets) // SHARE) / len(source.targets)
    return split_source(source, split_seed=seed, test_share=0.0, validation_share=share)[0]
