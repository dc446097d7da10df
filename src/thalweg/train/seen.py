"""What the start of a run may know of its data."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from thalweg.starts.as_drawn import AsDrawn
from thalweg.train.prepare import Prepared
from thalweg.types import Seen

SEEN_ROWS = 1_000  # whose inputs a start looks at, if it does not learn from all


def seen_by_start(prepared: Prepared, weight: np.ndarray, *, seed: int) -> Seen | None:
    """Return what a start may know: some training rows' inputs, and all training rows' targets.

    Args:
        prepared: The arrays.
        weight: (n,) of all rows, how much each counts in training.
        seed: Of the choice of rows.

    Returns:
        The inputs of at most 1,000 rows that count, and targets and weights of all; for a start that learns from all
        rows the inputs of all, in the order of the targets; None for one that looks at nothing, so that its program
        does not hang on how many rows there are.
    """
    start: Any = prepared.experiment.start
    if isinstance(start, AsDrawn):
        return None
    train = prepared.split.train
    every = getattr(start, "all_rows", False)
    counting = train[weight[train] > 0]
    some = counting if len(counting) and not every else train
    if len(some) > SEEN_ROWS and not every:
        some = np.sort(np.random.Generator(np.random.Philox(key=seed)).choice(some, SEEN_ROWS, replace=False))
    wide = jnp.result_type(float)
    y = prepared.y[train]
    return Seen(
        jnp.asarray(prepared.x[some], wide),
        jnp.asarray(y, wide if y.dtype.kind == "f" else y.dtype),
        jnp.asarray(weight[train], wide),
    )
