"""Images made to excite units of a run's network, in pixels."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.monitors.exciting import STEPS, Climb, exciting
from thalweg.network.patch import Patch
from thalweg.network.work import layer_work
from thalweg.preprocess import chain
from thalweg.preprocess.places import keeps_places
from thalweg.runs.model import Model
from thalweg.spec import traced

TOGETHER = 10  # images made at a time; more would hold more of the network's outputs at once


class Beginning(NamedTuple):
    """What the way to each image begins with."""

    images: np.ndarray  # uint8 (n, height, width, channels)
    seen: list[Patch]  # what the unit sees of it
    places: np.ndarray  # (n,) int: where in its layer the unit is looked at


def on_pixels(model: Model) -> bool:
    """Say whether a network sees images whose every number is that of a pixel, so that one can be made for it.

    Args:
        model: With its preprocessing.

    Returns:
        True where the preprocessing shifts and scales pixel by pixel, and what it gives has rows and columns.
    """
    return len(model.input_shape) == 3 and keeps_places(model.experiment.preprocess, model.fitted)


def cost_of_making(model: Model, units: Mapping[str, int]) -> float:
    """Return how many multiply-adds it takes to make an image for each of some units.

    Args:
        model: With its network.
        units: How many, by the layer whose outputs they are.

    Returns:
        The number: three times the way to the layer, for each step of each image; infinite where a layer on the way
        cannot be counted.
    """
    work = layer_work(model.experiment.network, model.input_shape)
    known = [np.inf if row.multiply_adds is None else row.multiply_adds for row in work]
    until = dict(zip((row.layer for row in work), np.cumsum(known), strict=True))
    return float(sum(3 * STEPS * until[layer] * count for layer, count in units.items()))


def made_images(model: Model, layer: str, units: list[int], start: Beginning) -> tuple[np.ndarray, np.ndarray]:
    """Return images that excite units of one layer more than those that they began as.

    Args:
        model: One that `on_pixels` says yes to.
        layer: Whose outputs are the units'.
        units: (n,) numbers in the layer.
        start: n images, and where each unit looks at its own.

    Returns:
        uint8 (n, height, width, channels), grey where the unit does not look; and (n,) the unit's output on each.
    """
    sides = start.images.shape[1:]
    ends = np.stack([np.zeros(sides, np.uint8), np.full(sides, 255, np.uint8)])
    low, high = chain.apply(model.experiment.preprocess, model.fitted, ends)
    looked = np.zeros((len(units), *sides[:2], 1))
    for mask, patch in zip(looked, start.seen, strict=True):
        mask[max(patch.top, 0) : patch.bottom, max(patch.left, 0) : patch.right] = 1
    dtype = jnp.result_type(float)
    climb = Climb(
        start=jnp.asarray(start.images / 255, dtype),
        low=jnp.asarray(np.repeat(low[None], len(units), axis=0), dtype),
        high=jnp.asarray(np.repeat(high[None], len(units), axis=0), dtype),
        seen=jnp.asarray(looked, dtype),
        units=jnp.asarray(units),
        places=jnp.asarray(start.places),
    )
    objective = traced(model.experiment.objective())
    pieces = []
    for begin in range(0, len(units), TOGETHER):
        some = jax.tree.map(lambda leaf, first=begin: leaf[first : first + TOGETHER], climb)
        pieces.append(exciting(objective, model.params, model.state, some, layer))
    made, reached = (np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*pieces, strict=True))
    return np.rint(made * 255).astype(np.uint8), reached
