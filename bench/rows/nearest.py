"""The five nearest of 50,000 CIFAR-10 images for each of 10,000: squares of differences of 3,072 pixels.

CIFAR=FOLDER names the folder of the binary version. Both peers get the same array of 32-bit numbers; ours gives the
answer of 64-bit arithmetic, and says how many queries had to be measured again for it.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from bench.job import Job

TITLE = "five nearest of 50,000 CIFAR-10 images for each of 10,000, 3,072 numbers each, L2"
RUNS = 3
NEIGHBOURS = 5


def _images() -> tuple[np.ndarray, np.ndarray]:
    from thalweg.data.cifar import cifar_test_file, read_cifar

    folder = Path(os.environ["CIFAR"])
    test = cifar_test_file(folder)
    if test is None:
        raise SystemExit(f"{folder} has no test_batch.bin")
    train, queries = (np.asarray(read_cifar(place).inputs) for place in (folder, test))
    return tuple(rows.reshape(len(rows), -1).astype(np.float32) for rows in (train, queries))  # type: ignore[return-value]


def thalweg() -> Job:
    """Return the library's own search."""
    from thalweg.classic.nearest.nearest_rows import nearest_rows

    train, queries = _images()
    nearest_rows(train[:20_000], queries[:512], NEIGHBOURS)  # compiles

    def find(_: Any) -> None:
        nearest_rows(train, queries, NEIGHBOURS)

    return Job(lambda: None, find)


def scikit_learn() -> Job:
    """Return scikit-learn's exhaustive search."""
    from sklearn.neighbors import NearestNeighbors

    train, queries = _images()
    model = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute").fit(train)
    return Job(lambda: None, lambda _: model.kneighbors(queries))


PEERS = {"Thalweg": thalweg, "scikit-learn, exhaustive": scikit_learn}
