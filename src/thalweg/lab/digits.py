"""The handwritten digits as experiments train on them: one set of pixels, parted anew for each repeat."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.data.batches import epoch_order
from thalweg.data.builtin import load_builtin
from thalweg.data.split import Split, split_source
from thalweg.train.evaluate import predict
from thalweg.train.population import member_of
from thalweg.train.state import Batches, Member


class Digits(NamedTuple):
    """1,797 digits and some ways to part them."""

    x: np.ndarray  # (1797, 64) float32 pixels from -1 to 1; nothing is fitted, so all splits share them
    y: np.ndarray  # (1797,) int32, the digit
    splits: tuple[Split, ...]  # all rows not trained on are the validation part


def load_digits(training: int, split_seeds: Sequence[int]) -> Digits:
    """Load the digits, parted once for each seed.

    Args:
        training: Rows to train on, within one or two; at least 1 and below 1,797.
        split_seeds: One for each split; at least 0.

    Returns:
        The digits.
    """
    source = load_builtin("digits")
    x = np.asarray(source.inputs, np.float32) / 8 - 1
    share = 1 - training / len(x)
    splits = (split_source(source, split_seed=s, test_share=0.0, validation_share=share)[0] for s in split_seeds)
    return Digits(x, source.targets.astype(np.int32), tuple(splits))


def batches_of(digits: Digits, splits: Sequence[int], *, seed: int, steps: int, batch: int) -> Batches:
    """Return the batches of many epochs on end, so that a population trains in one call.

    Members on one split see the same rows in the same order.

    Args:
        digits: The rows.
        splits: Which split each member learns from; at least one member.
        seed: Of the order.
        steps: Batches in all.
        batch: Rows a step; the last batch of an epoch is padded.

    Returns:
        The batches.
    """
    orders = {k: _order(digits.splits[k].train, seed, k, steps, batch) for k in sorted(set(splits))}
    index, mask = (jnp.asarray(np.stack([orders[k][part] for k in splits])) for part in (0, 1))
    x = jnp.asarray(digits.x, jnp.result_type(float))
    return Batches(x, jnp.asarray(digits.y), jnp.ones(len(x)), index, jnp.asarray(mask, x.dtype))


def accuracies(members: Member, digits: Digits, splits: Sequence[int]) -> np.ndarray:
    """Return the share of digits that each member gets right, on its own split's parts.

    Args:
        members: A population.
        digits: The rows.
        splits: Which split each member learned from.

    Returns:
        (2, m): on the training part, on the validation part.
    """
    found = []
    for place, k in enumerate(splits):
        member, split = member_of(members, place), digits.splits[k]
        outputs = predict(member.learner.objective, member.carry.params, member.carry.state, digits.x)
        right = outputs.argmax(axis=1) == digits.y
        found.append((right[split.train].mean(), right[split.validation].mean()))
    return np.array(found).T


def _order(rows: np.ndarray, seed: int, ordinal: int, steps: int, batch: int) -> tuple[np.ndarray, np.ndarray]:
    epochs = -(-steps // -(-len(rows) // batch))
    orders = [epoch_order(rows, seed=seed, ordinal=ordinal, epoch=epoch, batch=batch) for epoch in range(epochs)]
    index, weight = (np.concatenate(parts)[:steps] for parts in zip(*orders, strict=True))
    return index, weight
