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
    mixed_in_training: Any  # largest change of a row's outputs where other rows change, of the largest output
    mixed: Any  # the same in inference mode


class LossFacts(NamedTuple):
    """The loss on the same outputs in other company; numbers, or arrays of one."""

    mean: Any  # over the second half of the rows
    twice: Any  # times as high as a row's loss is in a batch of twice as many rows: 1, or 2 of a sum, 0.5 of a share
    apart: Any  # largest change of a row's loss in that batch, beside that


class FreshNetwork(NamedTuple):
    """What a fresh network does."""

    layers: dict[str, LayerFacts]  # by name, in order; of a residual block first the layers inside it
    loss: LossFacts
    deviation: Any  # of the inputs


def look_at(member: Member, x: np.ndarray, targets: np.ndarray) -> FreshNetwork:
    """Put rows through a fresh network, as in training, in one compiled program.

    Batch normalisation takes its statistics from these rows, as it will in training. Each layer is then given its
    inputs again with the first half of the rows replaced by the second: what comes out for the second half must not
    change.

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
    return FreshNetwork(layers, LossFacts(*map(float, found.loss)), float(found.deviation))


def _look(objective: Objective, params: Params, state: State, x: Array, y: Array) -> FreshNetwork:
    key, layers, outputs = jax.random.key(0), {}, x
    context = Context(True, key, jnp.ones(len(x), x.dtype))
    for one in layers_inside(objective.network.layers, params, state, x, context=context):
        training = context._replace(key=one.key)
        plain = Context(False, None, context.weight)
        alone, _ = one.layer.apply(one.params, one.state, one.inputs, context=plain)
        layers[one.name] = LayerFacts(
            deviation=_deviation(one.outputs),
            units=jnp.int32(one.outputs.shape[-1]),
            dead=_dead(one),
            mixed_in_training=_mixed(one, one.outputs, training),
            mixed=_mixed(one, alone, plain),
        )
        outputs = alone if one.outer else outputs
    return FreshNetwork(layers, _loss_facts(objective.loss, outputs, y), _deviation(x))


_compiled = jit(_look)


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


def _mixed(one: LayerInside, outputs: Array, context: Context) -> Array:
    half = len(outputs) // 2
    company = jnp.concatenate([one.inputs[half:], one.inputs[half:]])
    changed, _ = one.layer.apply(one.params, one.state, company, context=context)
    largest = jnp.max(jnp.abs(outputs))
    return _largest_change(outputs[half:], changed[half:]) / jnp.where(largest > 0, largest, 1)


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
