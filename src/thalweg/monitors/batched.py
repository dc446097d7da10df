"""Apply a function to many examples, a fixed number at a time."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.train.evaluate import rows_together
from thalweg.types import Array

BATCH = 128  # examples at a time, at most


def batched(function: Callable[[Array], Any], x: np.ndarray, rows: np.ndarray) -> Any:
    """Return what a function gives for some of the examples, on the host.

    How many it gets at a time, 128 at most, hangs on the shape of an example alone, so that one compiled program serves
    any number of them.

    Args:
        function: Of as many examples; to arrays, or a tree of them, with a row an example.
        x: (rows, ...) all examples.
        rows: (n,) which of them, at least one.

    Returns:
        The same tree, of NumPy arrays with n rows in the order of `rows`.

    Example:
        >>> batched(lambda x: x.sum(axis=1), np.ones((3, 2), np.float32), np.array([2, 0])).tolist()
        [2.0, 2.0]
    """
    pieces, together = [], min(BATCH, rows_together(x.shape[1:]))
    for begin in range(0, len(rows), together):
        some = rows[begin : begin + together]
        padded = np.concatenate([some, np.repeat(some[:1], together - len(some))])
        made = jax.device_get(function(jnp.asarray(x[padded], jnp.result_type(float))))
        pieces.append((made, len(some)))
    return jax.tree.map(
        lambda *parts: np.concatenate([part[:n] for part, (_, n) in zip(parts, pieces, strict=True)]),
        *(made for made, _ in pieces),
    )
