"""Look inside members on the probe set: every layer's output and its gradient, in inference mode."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.platform import jit
from thalweg.train.observers import ProbeObserver, ProbeView
from thalweg.train.population import each
from thalweg.train.state import Member
from thalweg.types import Array, Context


def view_of(member: Member, x: Array, y: Array, weight: Array) -> ProbeView:
    """Return one member's inner values on a few rows.

    Args:
        member: Without a population axis.
        x: Inputs (n, ...).
        y: Targets.
        weight: (n,).

    Returns:
        Activations by layer name in the network's order, and the gradient of the weighted mean loss with respect
        to each.
    """
    objective, carry = member.learner.objective, member.carry
    context = Context(False, None, jnp.ones(x.shape[0]))

    def traced(taps):
        return objective.network.trace(carry.params, carry.state, x, context=context, taps=taps)

    def loss(taps):
        inner = traced(taps)
        data = jnp.sum(weight * objective.loss(inner.outputs, y)) / jnp.sum(weight)
        return data, inner.activations

    shapes = jax.eval_shape(lambda: traced(None).activations)
    taps = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)
    gradients, activations = jax.grad(loss, has_aux=True)(taps)
    # JAX sorts what it maps over by name.
    activations, gradients = ({n: of[n] for n in objective.network.names()} for of in (activations, gradients))
    return ProbeView(carry.params, carry.state, activations, gradients)


def _probe(members: Member, x: Array, y: Array, weight: Array, *, observers: tuple[ProbeObserver, ...]) -> Any:
    def one(member):
        view = view_of(member, x, y, weight)
        return tuple(observer.measure_probe(view) for observer in observers)

    return each(one, members)


_compiled_probe = jit(_probe, static=("observers",))


def probe(members: Member, x: Array, y: Array, weight: Array, *, observers: tuple[ProbeObserver, ...]) -> Any:
    """Return what observers measure on the probe set; every leaf (m, ...).

    Args:
        members: A population.
        x: The probe set's inputs (n, ...), shared by all members.
        y: Its targets.
        weight: (n,).
        observers: Hashable; part of the compiled program.

    Returns:
        A record per observer.
    """
    return _compiled_probe(members, x, y, weight, observers=observers)
