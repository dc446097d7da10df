"""Training a machine, every epoch one call of one compiled program."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.data.batches import epoch_order
from thalweg.errors import InputError, RunFailed
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.history import BoltzmannHistory, Moment
from thalweg.pretrain.boltzmann.machine import Machine, free_energy
from thalweg.pretrain.boltzmann.measures import pseudo_log_likelihood, reconstruction_error
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.step import Memory, begin_training, drawn, falling, take_step
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.spec import traced
from thalweg.types import Array

WATCHED = 2000  # rows of each part, at most, that are measured after an epoch
USUAL = BoltzmannTraining()


class Trained(NamedTuple):
    """A machine, how it came about, and where its chains are."""

    machine: Machine
    history: BoltzmannHistory
    chains: np.ndarray  # (m, visible), to draw samples from; no rows after contrastive divergence


class _Watched(NamedTuple):
    """Rows that are measured after each epoch, and the unit of each that is flipped."""

    training: Array
    training_flipped: Array
    validation: Array
    validation_flipped: Array


def train_machine(
    machine: Machine,
    rows: Any,
    training: BoltzmannTraining = USUAL,
    *,
    validation: Any = None,
    seed: int = 0,
    told: Callable[[Moment], None] | None = None,
) -> Trained:
    """Train a machine.

    Args:
        machine: To start from, as `start_machine` gives it or as an earlier training left it.
        rows: (n, visible) data.
        training: How.
        validation: (k, visible) rows that are measured and not learned from; None for none.
        seed: Of the order of the rows, of every chain and of the states drawn for numbers between 0 and 1; 0 to
            4294967295.
        told: Called with what was measured after each epoch.

    Returns:
        The machine, what was measured after each epoch on at most 2,000 rows of each part, and the chains.

    Raises:
        InputError: If rows are not for the machine, or states are to be drawn for real units.
        RunFailed: If a parameter is no finite number after an epoch.

    Example:
        >>> from thalweg.pretrain.boltzmann.machine import start_machine
        >>> rows = np.eye(4).repeat(25, axis=0)
        >>> trained = train_machine(start_machine(rows, 4), rows, BoltzmannTraining(epochs=2))
        >>> trained.machine.weights.shape, len(trained.history.reconstruction_error)
        ((4, 4), 2)

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010.
    """
    units, visible = machine.units, len(machine.visible_bias)
    x = checked_rows(units, rows, visible)
    held = np.zeros((0, visible), x.dtype) if validation is None else checked_rows(units, validation, visible)
    if training.binarise and not units.finite:
        raise InputError("real units have no states of 0 and 1 to draw. Train with binarise=False.")
    dtype = machine.weights.dtype
    key = role(root(seed), "boltzmann training")
    numbers, epochs = traced(training), int(training.epochs)
    memory = begin_training(machine, numbers, role(key, "chains"))
    watched = _watched(x, held, training.binarise, dtype, role(key, "watched"), seed)
    data, places, moments = jnp.asarray(x, dtype), np.arange(len(x)), []
    for epoch in range(epochs):
        order = epoch_order(places, seed=seed, ordinal=0, epoch=epoch, batch=training.batch)
        total = jnp.asarray(epochs * len(order.index), dtype)
        given = jnp.asarray(order.index), jnp.asarray(order.weight, dtype)
        memory, found = _epoch(memory, data, *given, watched, jax.random.fold_in(key, epoch), numbers, total)
        moments.append(Moment(epoch + 1, *(float(value) for value in jax.device_get(found[:-1]))))
        if not bool(found[-1]):
            raise RunFailed(
                f"the machine went astray in epoch {epoch + 1}: a parameter is no finite number any more. Train at a "
                f"rate below {float(training.rate):g}, or with less momentum."
            )
        if told is not None:
            told(moments[-1])
    return Trained(memory.machine, BoltzmannHistory.of(moments), np.asarray(memory.chains))


def _watched(x: np.ndarray, held: np.ndarray, binarise: bool, dtype: Any, key: Any, seed: int) -> _Watched:
    random = np.random.default_rng([seed, 1])
    parts = []
    for part, name in ((x, "training"), (held, "validation")):
        some = np.sort(random.choice(len(part), min(WATCHED, len(part)), replace=False))
        v = jnp.asarray(part[some], dtype)
        if binarise:
            v = drawn(v, role(key, name))
        parts += [v, jnp.asarray(random.integers(0, part.shape[1], len(some)), jnp.int32)]
    return _Watched(*parts)


def _epoch_plainly(
    memory: Memory,
    x: Array,
    index: Array,
    weight: Array,
    watched: _Watched,
    key: Any,
    training: BoltzmannTraining,
    total: Array,
) -> tuple[Memory, tuple[Array, ...]]:
    """Return what an epoch leaves, and what is measured after it."""

    def step(memory: Memory, given: tuple[Array, Array, Array]) -> tuple[Memory, None]:
        places, counts, number = given
        return take_step(
            memory, x[places], counts / counts.sum(), jax.random.fold_in(key, number), training, total
        ), None

    memory, _ = jax.lax.scan(step, memory, (index, weight, jnp.arange(len(index), dtype=jnp.int32)))
    finite = jnp.stack([jnp.isfinite(p).all() for p in memory.machine[:3]]).all()
    return memory, (
        *_measured(memory, watched, falling(training.rate, training.last_share, memory.step - 1, total)),
        finite,
    )


_epoch = jit(_epoch_plainly)


def _measured(memory: Memory, watched: _Watched, rate: Array) -> tuple[Array, ...]:
    machine, nothing = memory.machine, jnp.asarray(jnp.nan, rate.dtype)
    parts = (watched.training, watched.training_flipped), (watched.validation, watched.validation_flipped)
    likely = [
        pseudo_log_likelihood(machine, *part).mean() if machine.units.finite and len(part[0]) else nothing
        for part in parts
    ]
    free = [free_energy(machine, v).mean() if len(v) else nothing for v, _ in parts]
    errors = reconstruction_error(machine, watched.training).mean()
    return (errors, likely[0], likely[1], free[0], free[1], memory.active.mean(), rate)
