"""One step of a machine's training, and what goes on from step to step."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from thalweg.pretrain.boltzmann.gradient import Gradient, log_likelihood_gradient
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.types import Array, Scalar

KEPT = 0.9  # share of the mean activity that is kept at a batch


class Memory(NamedTuple):
    """What goes on from batch to batch."""

    machine: Machine
    velocity: Gradient
    active: Array  # (hidden,) decaying mean of the probabilities
    chains: Array
    step: Array


def begin_training(machine: Machine, training: BoltzmannTraining, key: Any) -> Memory:
    """Return what a training begins with.

    Args:
        machine: To start from.
        training: How; its numbers may be traced.
        key: A JAX key, for the chains.

    Returns:
        The memory before the first step.
    """
    still = Gradient(*(jnp.zeros_like(p) for p in machine[:3]))
    dtype = machine.weights.dtype
    active = jnp.full(machine.hidden_bias.shape, jnp.asarray(training.sparsity_target, dtype), dtype)
    return Memory(_moved(machine, still), still, active, training.chains.start(machine, key), jnp.zeros((), jnp.int32))


def take_step(memory: Memory, v: Array, weight: Array, key: Any, training: BoltzmannTraining, total: Array) -> Memory:
    """Move a machine by one batch; the equations are those of `BoltzmannTraining`.

    Args:
        memory: As the step before left it.
        v: (n, visible) rows of the batch.
        weight: (n,) of the rows, of sum 1; 0 for padding.
        key: A JAX key.
        training: How; its numbers may be traced.
        total: Steps of the whole training, a float.

    Returns:
        The memory after the step.
    """
    machine, dtype = memory.machine, v.dtype
    drawing, walking = jax.random.split(key)
    if training.binarise:
        v = drawn(v, drawing)
    up, chains, data = log_likelihood_gradient(machine, v, weight, training.chains, memory.chains, walking)
    cost, target, decay, momentum = (
        jnp.asarray(number, dtype)
        for number in (training.sparsity_cost, training.sparsity_target, training.decay, training.momentum)
    )
    active = KEPT * memory.active + (1 - KEPT) * data.hidden
    excess = cost * (active - target)
    pull = decay * machine.weights + data.visible[:, None] * excess[None]
    up = Gradient(up.weights - pull, up.visible_bias, up.hidden_bias - excess)
    rate = falling(training.rate, training.last_share, memory.step, total)
    velocity = Gradient(*(momentum * old + rate * new for old, new in zip(memory.velocity, up, strict=True)))
    return Memory(_moved(machine, velocity), velocity, active, chains, memory.step + 1)


def falling(rate: Scalar, last_share: Scalar, step: Array, total: Array) -> Array:
    """Return the rate of a step, which falls evenly.

        rate (1 + (last_share - 1) t / (T - 1)),    t = 0 ... T - 1

    Args:
        rate: Of the first step; it may be traced.
        last_share: Share of it that is left at the last one; it may be traced.
        step: t.
        total: T, a float.

    Returns:
        The rate, in the type of `total`.
    """
    gone = step.astype(total.dtype) / jnp.maximum(total - 1, 1)
    first, last = (jnp.asarray(number, total.dtype) for number in (rate, last_share))
    return first * (1 + (last - 1) * gone)


def drawn(v: Array, key: Any) -> Array:
    """Return states of 0 and 1, drawn by their probabilities.

    Args:
        v: Probabilities.
        key: A JAX key.

    Returns:
        States in the shape and type of `v`.
    """
    return jax.random.bernoulli(key, v).astype(v.dtype)


def _moved(machine: Machine, by: Gradient) -> Machine:
    return Machine(
        machine.weights + by.weights,
        machine.visible_bias + by.visible_bias,
        machine.hidden_bias + by.hidden_bias,
        machine.units,
    )
