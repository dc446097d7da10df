"""Machines one above the other, each trained on the hidden probabilities of the one below: a deep belief network."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError, RunFailed, shown
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.machine import BINARY, SPREAD, Machine, hidden_probabilities
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.step import begin_training, take_step
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.units import VisibleUnits
from thalweg.pretrain.passes import pass_over, steps_of
from thalweg.spec import replaced, traced
from thalweg.types import Array, Scalar

USUAL = BoltzmannTraining(ContrastiveDivergence(), rate=0.1, epochs=10)


class BeliefNetwork(NamedTuple):
    """Trained machines; the hidden units of each are the visible ones of the next."""

    machines: tuple[Machine, ...]


def train_belief_network(
    rows: Any,
    hidden: Sequence[int],
    training: BoltzmannTraining = USUAL,
    *,
    units: VisibleUnits = BINARY,
    first_share: float = 1.0,
    seed: int = 0,
) -> BeliefNetwork:
    """Train a deep belief network layer by layer, without labels.

        x_0 = rows,    machine k learns x_(k-1),    x_k = p(h | x_(k-1)) = sigmoid(c_k + x_(k-1) W_k)

    All of it is one compiled program; another number in `training` compiles nothing. To watch a machine as it learns,
    train each by `train_machine` on the `up_pass` of those below.

    Args:
        rows: (n, visible) data.
        hidden: Hidden units of each machine, from the lowest; at least one machine of at least one unit.
        training: How each machine is trained. Numbers between 0 and 1 are drawn from only with `binarise`; without
            it they stand for themselves.
        units: What the lowest machine's visible units are; the others' are 0 or 1.
        first_share: Share of the rate that the lowest machine is trained at, positive; 0.1 or less for real units.
        seed: Of the first weights, the order of the rows and the chains; 0 to 4294967295.

    Returns:
        The network.

    Raises:
        InputError: If rows are not for such units, there is no hidden unit, or a share is not positive.
        RunFailed: If a machine's parameter ends as no finite number.

    Example:
        >>> rows = np.eye(4).repeat(25, axis=0)
        >>> network = train_belief_network(rows, (3, 2), replaced(USUAL, epochs=2))
        >>> [machine.weights.shape for machine in network.machines]
        [(4, 3), (3, 2)]

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, sections 4 and 5.
    """
    if len(hidden) == 0 or min(hidden) < 1:
        raise InputError(f"a deep belief network needs 1 machine or more, each of 1 hidden unit; got {shown(hidden)}.")
    if not first_share > 0:
        raise InputError(f"first_share must be positive; got {first_share:g}.")
    x = jnp.asarray(checked_rows(units, rows), jnp.result_type(float))
    share = jnp.asarray(first_share, x.dtype)
    key = role(root(seed), "belief network")
    machines = _compiled(
        x, jnp.ones(len(x), x.dtype), traced(training), traced(units), share, key, widths=tuple(map(int, hidden))
    )
    for place, machine in enumerate(machines, 1):
        if not all(np.isfinite(part).all() for part in machine[:3]):
            raise RunFailed(
                f"machine {place} of the deep belief network went astray: a parameter is no finite number any more. "
                f"Train at a rate below {float(training.rate):g}, or with less momentum."
            )
    return BeliefNetwork(machines)


def up_pass(network: BeliefNetwork, v: Float[Array, "n visible"]) -> tuple[Float[Array, "n hidden"], ...]:
    """Return how likely each hidden unit is on, layer by layer, each given the probabilities below.

        x_k = sigmoid(c_k + x_(k-1) W_k)

    Args:
        network: The machines.
        v: Visible states of the lowest, or probabilities of them.

    Returns:
        An array a machine, from the lowest.

    Example:
        >>> machine = Machine(jnp.array([[2.0]]), jnp.array([0.0]), jnp.array([-2.0]))
        >>> [x.tolist() for x in up_pass(BeliefNetwork((machine, machine)), jnp.array([[1.0]]))]
        [[[0.5]], [[0.2689414322376251]]]
    """
    found = []
    for machine in network.machines:
        v = hidden_probabilities(machine, v)
        found.append(v)
    return tuple(found)


def greedy_machines(
    x: Array,
    weight: Array,
    training: BoltzmannTraining,
    units: VisibleUnits,
    first_share: Scalar,
    key: Any,
    *,
    widths: tuple[int, ...],
) -> tuple[Machine, ...]:
    """Train machines one above the other; inside another program this becomes part of it.

    Args:
        x: (n, visible) rows that suit the units.
        weight: (n,) how much each counts.
        training: How; its numbers may be traced.
        units: The lowest machine's visible units.
        first_share: Share of the rate that the lowest machine is trained at.
        key: A JAX key.
        widths: Hidden units of each.

    Returns:
        The machines, from the lowest.
    """
    machines = []
    for place, width in enumerate(widths):
        own = role(key, f"machine {place + 1}")
        if place == 0:
            rate = jnp.asarray(training.rate, x.dtype) * jnp.asarray(first_share, x.dtype)
            how = replaced(training, rate=rate, binarise=training.binarise and units.finite)
        else:
            how = training
        machine = _started(x, weight, width, units if place == 0 else BINARY, role(own, "weights"))
        machines.append(_trained(machine, x, weight, how, own))
        x = hidden_probabilities(machines[-1], x)
    return tuple(machines)


_compiled = jit(greedy_machines, static=("widths",))


def _started(x: Array, weight: Array, width: int, units: VisibleUnits, key: Any) -> Machine:
    weights = jnp.asarray(SPREAD, x.dtype) * jax.random.normal(key, (x.shape[1], width), x.dtype)
    total, summed = weight.sum(), weight @ x
    # As `VisibleUnits.bias` has it, which is for whole rows on the host.
    bias = jnp.log((summed + 1) / (total + 1 - summed)) if units.finite else summed / total
    return Machine(weights, bias, jnp.zeros(width, x.dtype), units)


def _trained(machine: Machine, x: Array, weight: Array, training: BoltzmannTraining, key: Any) -> Machine:
    total = jnp.asarray(training.epochs, x.dtype) * steps_of(len(x), training.batch)

    def step(memory, places, real, own):
        counts = weight[places] * real.astype(x.dtype)
        whole = counts.sum()
        after = take_step(memory, x[places], counts / jnp.where(whole > 0, whole, 1), own, training, total)
        return jax.tree.map(lambda new, old: jnp.where(whole > 0, new, old), after, memory)

    memory = begin_training(machine, training, role(key, "chains"))
    return pass_over(
        step, memory, rows=len(x), batch=training.batch, epochs=training.epochs, key=role(key, "passes")
    ).machine
