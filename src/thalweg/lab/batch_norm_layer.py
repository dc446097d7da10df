"""What batch normalisation does to a batch: it can give it back, and it makes its examples depend on each other."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.lab.batch_norm_runs import DEPTH
from thalweg.layers.batch_norm import BatchNorm
from thalweg.platform import jit
from thalweg.train.state import Member
from thalweg.types import Array, Context

LOOKED_AT = 32  # digits that are sent in two companies


class Restored(NamedTuple):
    """How far a batch is from what it was, after normalisation, scale and shift."""

    by_deviation: float  # largest difference with gamma = sqrt(var + epsilon), beta = mean
    by_variance: float  # with gamma = var, beta = mean, as one note has it


class Company(NamedTuple):
    """How far a trained network moves the outputs of a batch's digits."""

    in_training: float  # largest change when the rest of the batch is exchanged
    at_inference: float  # the same at inference
    larger: float  # under batch statistics, when all hidden weights are made ten times as large
    spread: float  # standard deviation of the outputs, to hold these against


def restore(x: np.ndarray) -> Restored:
    """Normalise a batch and undo it by scale and shift.

        y = gamma (x - mean) / sqrt(var + epsilon) + beta

    Args:
        x: Examples (n, d).

    Returns:
        How far the outputs are from the inputs.

    Example:
        >>> found = restore(np.array([[1.0], [5.0]]))  # var = 4: twice the deviation, so -2 and 2 become -4 and 4
        >>> round(found.by_deviation, 5), round(found.by_variance, 4)
        (0.0, 2.0)
    """
    layer = BatchNorm()
    values = jnp.asarray(x, jnp.result_type(float))
    mean, variance = values.mean(axis=0), values.var(axis=0)
    state = {"mean": jnp.zeros_like(mean), "variance": jnp.ones_like(mean)}
    context = Context(True, None, jnp.ones(len(values)))

    def off(gamma: Array) -> float:
        y, _ = layer.apply({"gamma": gamma, "beta": mean}, state, values, context=context)
        return float(jnp.abs(y - values).max())

    return Restored(off(jnp.sqrt(variance + jnp.asarray(layer.epsilon))), off(variance))


def change_company(member: Member, x: np.ndarray) -> Company:
    """Send digits through a normalised network together with as many others, and then with yet others.

    Args:
        member: A trained network of `batch_norm_runs.network`, with normalisation.
        x: At least 96 digits (n, 64).

    Returns:
        How far the outputs of the first 32 move.
    """
    first, second, third = jnp.asarray(x[: 3 * LOOKED_AT], jnp.result_type(float)).reshape(3, LOOKED_AT, -1)
    one, other = jnp.concatenate([first, second]), jnp.concatenate([first, third])
    params, head = dict(member.carry.params), f"dense_{DEPTH + 1}"
    large = {name: {**p, "w": 10 * p["w"]} if "w" in p and name != head else p for name, p in params.items()}
    training, inference = (_outputs(member, params, one, training=mode) for mode in (True, False))
    return Company(
        in_training=_moved(training, _outputs(member, params, other, training=True)),
        at_inference=_moved(inference, _outputs(member, params, other, training=False)),
        larger=_moved(training, _outputs(member, large, one, training=True)),
        spread=float(np.std(np.asarray(training))),
    )


def _moved(a: Array, b: Array) -> float:
    return float(np.abs(np.asarray(a) - np.asarray(b))[:LOOKED_AT].max())


def _through(member: Member, params: Any, x: Array, *, training: bool) -> Array:
    context = Context(training, None, jnp.ones(len(x)))
    return member.learner.objective.network.apply(params, member.carry.state, x, context=context)[0]


_outputs = jit(_through, static=("training",))
