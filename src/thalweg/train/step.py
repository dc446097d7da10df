"""One step of one member: gradient, update rule, next carry."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.keys import role
from thalweg.mixings.no_mixing import NoMixing
from thalweg.objective import Evaluated, Second
from thalweg.rates.layer_rates import LayerRates
from thalweg.spec import replaced
from thalweg.train.mixing import partners
from thalweg.train.observers import View
from thalweg.train.pace import felt, frozen, kept, remembered, scaled, shifted, with_followers
from thalweg.train.rows import moved, rows_touched, spread, taken
from thalweg.train.state import Batches, Carry, Learner, Member
from thalweg.types import Array, Context, Params, UpdateRule


class Batch(NamedTuple):
    """The examples of one step of one member."""

    x: Array  # (b, ...)
    y: Array  # (b,) or (b, k)
    weight: Array  # (b,), 0 for padding
    mask: Array  # (b,), 1 for real rows, 0 for padding
    second: Second | None = None  # where examples are mixed: the other ones' targets, and how much these count

    @property
    def total(self) -> Array:
        """The weight of all targets together."""
        own = jnp.sum(self.weight)
        return own if self.second is None else own + jnp.sum(self.second.weight)


class Differentiated(NamedTuple):
    """The objective, its parts and its gradient at one step."""

    value: Array  # ()
    evaluated: Evaluated
    gradients: Params


def rows_of(batches: Batches, order: Array | None, mask: Array | None, row: Array) -> Batch:
    """Gather the examples of a step.

    Args:
        batches: The data.
        order: This member's (steps, batch); None for full batch.
        mask: This member's (steps, batch); None where nothing is padding, as in a full batch.
        row: Which step of the epoch.

    Returns:
        The batch.
    """
    x, y, weight = batches.x, batches.y, batches.weight
    if order is not None:
        index = order[row]
        x, y, weight = x[index], y[index], weight[index]
    if mask is None:
        return Batch(x, y, weight, jnp.ones_like(weight))
    return Batch(x, y, weight * mask[row], mask[row])


def differentiate(member: Member, carry: Carry, batch: Batch) -> Differentiated:
    """Return the objective's parts and its gradient for one batch.

    Args:
        member: Gives the learner and the key; its own carry is not looked at.
        carry: Parameters, state and step, which the random draws hang on.
        batch: The examples.

    Returns:
        The objective, its parts, and the gradient in the shape of the parameters.
    """
    (value, evaluated), gradients = jax.value_and_grad(_objective(member, carry, batch), has_aux=True)(carry.params)
    return Differentiated(value, evaluated, gradients)


def _objective(member: Member, carry: Carry, batch: Batch) -> Callable[[Params], tuple[Array, Evaluated]]:
    """Return the objective on one batch, its random draws fixed, as a function of the parameters."""
    learner = member.learner
    factors = _factors(learner, carry)
    still = frozen(factors) if isinstance(learner.rates, LayerRates) else None  # other rates freeze nothing
    context = Context(True, jax.random.fold_in(role(member.key, "layers"), carry.step), batch.mask, frozen=still)
    *given, second = batch.x, batch.y, batch.weight, batch.second
    return lambda params: learner.objective(params, carry.state, *given, second=second, context=context)


def _factors(learner: Learner, carry: Carry) -> dict[str, Any]:
    """Return the share of the rate at which each layer moves, of those that have one of their own."""
    layers = learner.objective.network.names()
    factors = learner.rates.factors(carry.params, carry.rates_state, layers=layers)
    return with_followers(factors, layers, carry.params, carry.state)


def gradient_point(update: UpdateRule, carry: Carry, factors: Mapping[str, Any]) -> Params:
    """Return where a rule takes the gradient: at the parameters, if it has no other place.

    Args:
        update: The rule.
        carry: Parameters and the rule's state.
        factors: The share of the rate at which each layer moves, by layer.

    Returns:
        The point, in the structure of the parameters.
    """
    point = getattr(update, "gradient_point", None)
    return carry.params if point is None else shifted(point(carry.params, carry.rule_state), carry.params, factors)


def augmented(member: Member, carry: Carry, batch: Batch) -> Batch:
    """Return a step's examples changed and mixed, each by a draw that hangs on the member and the step.

    Mixed examples have two targets, and each counts as much as the example that it came with, times its part of the
    mixture:

        w_i l_i L(f(x'_i), y_i) + w_j (1 - l_i) L(f(x'_i), y_j),    j the partner of i

    Args:
        member: Gives the changes, the mixing and the key.
        carry: Gives the step.
        batch: The examples as they are.

    Returns:
        The batch; as it was if nothing is to be changed.
    """
    key, x = jax.random.fold_in(role(member.key, "augment"), carry.step), batch.x
    for place, change in enumerate(member.learner.augment):
        x = change(x, key=role(key, str(place)))
    if isinstance(member.learner.mix, NoMixing):
        return batch._replace(x=x)
    other = partners(role(key, "partners"), batch.mask)
    x, own = member.learner.mix(x, x[other], key=role(key, "mix"))
    own = own.astype(batch.weight.dtype)
    second = Second(batch.y[other], (1 - own) * batch.weight[other])
    return batch._replace(x=x, weight=own * batch.weight, second=second)


def take_step(
    member: Member, carry: Carry, batch: Batch, *, new_epoch: Any, ends_epoch: Any = False
) -> tuple[Carry, View]:
    """Move one member by one update.

    Args:
        member: Gives the learner, the key and the total number of steps; its own carry is not looked at.
        carry: Where it is.
        batch: The examples of this step.
        new_epoch: Whether the epoch's sums start again at this step.
        ends_epoch: Whether the step is the last of its epoch.

    Returns:
        The next carry, and the step as observers see it.
    """
    learner = member.learner
    batch = augmented(member, carry, batch)
    factors = _factors(learner, carry)
    # A mixed example hangs on the rows of two targets.
    rows = rows_touched(learner, batch.y) if batch.second is None else {}
    point = taken(gradient_point(learner.update, carry, factors), rows)
    value, evaluated, gradients = differentiate(member, carry._replace(params=point), batch)
    rate = learner.update.rate * learner.schedule(carry.step, member.total) * carry.rate_share
    # A rule is a few closures around traced numbers, so making it anew with this step's rate costs nothing.
    rule: Any = replaced(learner.update, rate=rate).build()
    gradient, extra = felt(gradients, factors), {}
    if isinstance(rule, optax.GradientTransformationExtraArgs):
        height = _objective(member, carry, batch)
        extra = {"value": value, "grad": gradient, "value_fn": lambda p: height(p)[0]}
    own = taken(carry.params, rows)
    updates: Any
    updates, rule_state = rule.update(learner.clip(gradient), carry.rule_state, own, **extra)
    params = kept(learner.projection(moved(carry.params, rows, scaled(updates, factors))), carry.params, factors)
    state = remembered(evaluated.state, carry.state, factors)
    going = jnp.where(new_epoch, 0.0, 1.0).astype(carry.loss_sum.dtype)
    weight = batch.total
    after = Carry(
        params=params,
        state=state,
        rule_state=rule_state,
        step=carry.step + 1,
        loss_sum=going * carry.loss_sum + evaluated.data * weight,
        weight_sum=going * carry.weight_sum + weight,
        rate_share=carry.rate_share,
        share_since=carry.share_since,
        rates_state=learner.rates.following(carry.rates_state, carry.params, updates),
        kept=learner.averaging.following(
            carry.kept, params, state, step=carry.step, total=member.total, ends_epoch=ends_epoch
        ),
    )
    whole = spread(gradients, rows, carry.params)
    return after, View(carry.step, jnp.asarray(rate), evaluated, carry.params, whole, params)
