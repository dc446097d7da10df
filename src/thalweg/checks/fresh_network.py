"""What a fresh network puts out, layer by layer, and what becomes of examples in other company."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.layers_inside import LayerInside, every_inside, layers_inside
from thalweg.checks.overfit_tiny import in_float
from thalweg.checks.tolerances import LOSS_SHARE
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.train.state import Member
from thalweg.types import Array, Context, Loss, Params, State


class LayerFacts(NamedTuple):
    """One layer on some rows; numbers, or arrays of one."""

    deviation: Any  # standard deviation of its outputs, over all entries
    units: Any  # entries of the last axis
    dead: Any  # of these, how many are at most 0 on every row; 0 of a layer that is not rectified


class LossFacts(NamedTuple):
    """The loss on the same outputs in other company; numbers, or arrays of one."""

    mean: Any  # over the second half of the rows
    twice: Any  # times as high as a row's loss is in a batch of twice as many rows: 1, or 2 of a sum, 0.5 of a share
    apart: Any  # largest change of a row's loss in that batch, beside that


class Mixed(NamedTuple):
    """Largest change of a row's outputs where other rows change, of the largest output; numbers, or arrays of one."""

    training: Any  # in training mode
    inference: Any


class FreshNetwork(NamedTuple):
    """What a fresh network does."""

    layers: dict[str, LayerFacts]  # by name, in order; of a residual block first the layers inside it
    loss: LossFacts
    deviation: Any  # of the inputs
    mixed: Any  # largest change of a row's outputs in inference mode where other rows change, of the largest output


def look_at(member: Member, x: np.ndarray, targets: np.ndarray) -> FreshNetwork:
    """Put rows through a fresh network, as in training, in one compiled program.

    Batch normalisation takes its statistics from these rows, as it will in training. The network is then given the
    second half of the rows twice: what comes out for them must not change.

    Args:
        member: Fresh, without a population axis; its layers draw nothing.
        x: (n, ...) preprocessed examples; n even and at least 2.
        targets: Theirs.

    Returns:
        What was measured.
    """
    objective, carry = member.learner.objective, member.carry
    given = (objective, carry.params, carry.state, in_float(x), in_float(targets))
    found: FreshNetwork = jax.device_get(_compiled(*given))
    # JAX sorts what it hands out by name.
    names = [name for name, _ in every_inside(objective.network.layers)]
    layers = {name: LayerFacts(*map(float, found.layers[name])) for name in names}
    return FreshNetwork(layers, LossFacts(*map(float, found.loss)), float(found.deviation), float(found.mixed))


def mixing_layers(member: Member, x: np.ndarray) -> dict[str, Mixed]:
    """Tell of each layer by itself whether it mixes examples, in another program.

    Each is given the inputs that it has in training, and then their second half twice.

    Args:
        member: See `look_at`.
        x: The same.

    Returns:
        What was measured, by layer name, in order; of a residual block first the layers inside it.
    """
    objective, carry = member.learner.objective, member.carry
    found = jax.device_get(_compiled_layers(objective, carry.params, carry.state, in_float(x)))
    return {name: Mixed(*map(float, found[name])) for name, _ in every_inside(objective.network.layers)}


def _look(objective: Objective, params: Params, state: State, x: Array, y: Array) -> FreshNetwork:
    training, plain = _contexts(x)
    layers = {}
    for one in layers_inside(objective.network.layers, params, state, x, context=training):
        layers[one.name] = LayerFacts(_deviation(one.outputs), jnp.int32(one.outputs.shape[-1]), _dead(one))
    outputs, _ = objective.network.apply(params, state, x, context=plain)
    again, _ = objective.network.apply(params, state, _company(x), context=plain)
    return FreshNetwork(layers, _loss_facts(objective.loss, outputs, y), _deviation(x), _change(outputs, again))


def _each(objective: Objective, params: Params, state: State, x: Array) -> dict[str, Mixed]:
    training, plain = _contexts(x)
    found = {}
    for one in layers_inside(objective.network.layers, params, state, x, context=training):
        changes = []
        for context in (training._replace(key=one.key), plain):
            rows = (one.inputs, _company(one.inputs))
            changes.append(_change(*(one.layer.apply(one.params, one.state, r, context=context)[0] for r in rows)))
        found[one.name] = Mixed(*changes)
    return found


_compiled, _compiled_layers = jit(_look), jit(_each)


def _contexts(x: Array) -> tuple[Context, Context]:
    ones = jnp.ones(len(x), x.dtype)
    return Context(True, jax.random.key(0), ones), Context(False, None, ones)


def _deviation(values: Array) -> Array:
    # Squares of what is smaller than 1e-20 are 0 in 32 bits.
    largest = jnp.max(jnp.abs(values))
    return jnp.std(values / jnp.where(largest > 0, largest, 1)) * largest


def _dead(one: LayerInside) -> Array:
    ends = getattr(getattr(one.layer, "function", None), "ends", None)
    if ends is None or np.isfinite(ends[1]):
        return jnp.int32(0)
    still = jnp.all(one.outputs <= 0, axis=tuple(range(one.outputs.ndim - 1)))
    return jnp.sum(still, dtype=jnp.int32)


def _company(x: Array) -> Array:
    half = len(x) // 2
    return jnp.concatenate([x[half:], x[half:]])


def _change(before: Array, after: Array) -> Array:
    half, largest = len(before) // 2, jnp.max(jnp.abs(before))
    return _largest_change(before[half:], after[half:]) / jnp.where(largest > 0, largest, 1)


def _loss_facts(loss: Loss, outputs: Array, y: Array) -> LossFacts:
    half = len(outputs) // 2
    (few, targets), before = (outputs[half:], y[half:]), loss(outputs, y)[half:]
    parts = (few, few[::-1], outputs), (targets, targets[::-1], y)
    after = loss(*map(jnp.concatenate, parts))
    again, turned, own = after[:half], after[half : 2 * half][::-1], after[3 * half :]
    mean = jnp.mean(before)
    ratio = (jnp.mean(again) + jnp.mean(turned) + jnp.mean(own)) / 3 / jnp.where(mean == 0, 1, mean)
    # A sum has twice the loss, and a loss divided by the number of rows half; what else there is hangs on the rows.
    known = jnp.asarray([1.0, 2.0, 0.5], before.dtype)
    ratio = known[jnp.argmax(jnp.abs(ratio / known - 1) < LOSS_SHARE)]
    apart = [_largest_change(ratio * before, one) for one in (again, turned, own)]
    return LossFacts(mean=mean, twice=ratio, apart=jnp.max(jnp.stack(apart)))


def _largest_change(before: Array, after: Array) -> Array:
    # What is not a finite number, alike before and after, is another check's business.
    unknown = ~jnp.isfinite(before) & ~jnp.isfinite(after)
    return jnp.max(jnp.where(unknown, 0, jnp.abs(after - before)))
