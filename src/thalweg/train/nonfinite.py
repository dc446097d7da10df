"""Find the step and the tensor where numbers stopped being finite, by replaying the chunk."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.platform import jit
from thalweg.train.population import each, member_of
from thalweg.train.state import Batches, Carry, Member
from thalweg.train.step import rows_of, take_step
from thalweg.trees import named_leaves
from thalweg.types import Array


class Bad(NamedTuple):
    """The first number that was not finite."""

    moment: int  # the step on the population's clock, from 0
    step: int  # the same step, counted over the member's own life
    tensor: str  # such as "the gradient of dense_1/w"
    carry: Carry  # the member's, right after that step


class _Flags(NamedTuple):
    """Whether all numbers are finite, of what a step computes and then forgets."""

    loss: Any
    penalty: Any
    gradients: Any


def _finite(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.all(jnp.isfinite(leaf)), tree)


def _sound(carry: Carry) -> Array:
    # None of these comes back once it is lost, so it does not matter when one looks: even the loss of an epoch
    # that is over stays in the sum, for 0 times infinity is not 0.
    lasting = (carry.params, carry.state, carry.rule_state, carry.loss_sum)
    return jnp.all(jnp.stack(jax.tree.leaves(_finite(lasting)))) & _counted(carry)


def _counted(carry: Carry) -> Array:
    # The mean loss of an epoch in which no example has counted, or whose weights are lost to underflow, is 0 / 0.
    return (carry.weight_sum > 0) | (carry.step == 0)


_compiled_all_finite = jit(lambda members: each(_sound, members.carry))


def all_finite(members: Member) -> np.ndarray:
    """Say of every member whether all that training changes is finite, and its losses were.

    Args:
        members: A population.

    Returns:
        (m,) bool.
    """
    return np.asarray(_compiled_all_finite(members))


def _replay(member: Member, batches: Batches, clock: Array, count: Array) -> tuple[Array, Carry, _Flags]:
    steps = 1 if batches.order is None else batches.order.shape[0]

    def step(moment, carry):
        row = moment % steps
        batch = rows_of(batches, batches.order, batches.mask, row)
        after, view = take_step(member, carry, batch, new_epoch=row == 0, ends_epoch=row == steps - 1)
        return after, _finite(_Flags(view.evaluated.data, view.evaluated.penalty, view.gradients))

    def going(state):
        moment, carry, _ = state
        return (moment < clock + count) & _sound(carry)

    def onward(state):
        moment, carry, _ = state
        return moment + 1, *step(moment, carry)

    _, shapes = jax.eval_shape(step, clock, member.carry)
    fine = jax.tree.map(lambda s: jnp.ones(s.shape, s.dtype), shapes)
    moment, carry, flags = lax.while_loop(going, onward, (clock, member.carry, fine))
    return moment - 1, carry, flags


_compiled_replay = jit(_replay)


def first_bad(before: Member, position: int, batches: Batches, *, clock: int, count: int) -> Bad:
    """Replay a chunk for one member and name the first tensor that is not finite.

    Measuring never changes training, so the replay meets the same numbers.

    Args:
        before: The population before the chunk.
        position: The member.
        batches: The chunk's data.
        clock: As for `advance`.
        count: As for `advance`.

    Returns:
        The step and the tensor: losses are named before gradients, gradients before weights, weights before what
        layers and update rule remember, each in network order.
    """
    member = member_of(before, position)
    own = batches
    if batches.order is not None and batches.mask is not None:
        own = batches._replace(order=batches.order[position], mask=batches.mask[position])
    moment, carry, flags = _compiled_replay(member, own, jnp.int32(clock), jnp.int32(count))
    layers = member.learner.objective.network.names()
    named = {"the loss": flags.loss, "the penalty": flags.penalty}
    named |= _named(flags.gradients, "the gradient of {}", layers)
    named |= _named(_finite(carry.params), "{}", layers)
    named |= _named(_finite(carry.state), "{}", layers)
    named |= _named(_finite(carry.rule_state), "the update rule's {}", layers)
    named["the mean loss"] = _counted(carry)
    culprit = next((name for name, flag in named.items() if not flag), "the sum of the epoch's losses")
    step = int(member.carry.step) + int(moment) - clock
    return Bad(int(moment), step, culprit, carry)


def _named(tree: Any, form: str, layers: tuple[str, ...]) -> dict[str, Any]:
    leaves = named_leaves(tree)
    # JAX sorts what it maps over by name.
    order = sorted(leaves, key=lambda name: [layers.index(word) for word in name.split("/") if word in layers])
    return {form.format(name): leaves[name] for name in order}
