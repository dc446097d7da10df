"""A restricted Boltzmann machine: its parameters, energy, free energy and conditional distributions.

The equations hold for any visible units; with those of 0 and 1, E(v, h) = -b'v - c'h - v'W h. Hidden units are always 0
or 1.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.units import BernoulliUnits, VisibleUnits
from thalweg.types import Array

SPREAD = 0.01  # standard deviation of the first weights
BINARY = BernoulliUnits()


class Machine(NamedTuple):
    """The parameters, and what the visible units are."""

    weights: Float[Array, "visible hidden"]
    visible_bias: Float[Array, " visible"]
    hidden_bias: Float[Array, " hidden"]
    units: VisibleUnits = BINARY


def start_machine(
    rows: Any, hidden: int, *, units: VisibleUnits = BINARY, from_rows: bool = True, seed: int = 0
) -> Machine:
    """Return a machine to start training from.

        W ~ N(0, 0.01^2),    c = 0,    b = log(p / (1 - p)) of the rows (0 and 1) or their mean (real numbers)

    Args:
        rows: (n, visible) the training rows.
        hidden: Hidden units, at least 1.
        units: What the visible units are.
        from_rows: Whether b is found from the rows; it is 0 otherwise, and the hidden units first learn how often each
            visible unit is on.
        seed: Of the weights, 0 to 4294967295.

    Returns:
        The machine, in the default float type.

    Raises:
        InputError: If there is no hidden unit, or the rows are not for such units.

    Example:
        >>> machine = start_machine([[0.0, 1.0], [1.0, 1.0]], 3)
        >>> machine.weights.shape, np.asarray(machine.visible_bias, float).round(4).tolist()  # of 2 in 4, of 3 in 4
        ((2, 3), [0.0, 1.0986])

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 8.
    """
    if hidden < 1:
        raise InputError(f"a machine needs 1 hidden unit or more; got {hidden}.")
    x = checked_rows(units, rows)
    dtype = jnp.result_type(float)
    key = role(root(seed), "boltzmann machine")
    weights = jnp.asarray(SPREAD, dtype) * jax.random.normal(key, (x.shape[1], hidden), dtype)
    bias = units.bias(x) if from_rows else np.zeros(x.shape[1])
    return Machine(weights, jnp.asarray(bias, dtype), jnp.zeros(hidden, dtype), units)


def energy(machine: Machine, v: Float[Array, "n visible"], h: Float[Array, "n hidden"]) -> Float[Array, " n"]:
    """Return the energy of each pair of states.

        E(v, h) = -b'v - c'h - v'W h             units of 0 and 1
        E(v, h) = 1/2 |v - b|^2 - c'h - v'W h    real units

    Args:
        machine: The machine.
        v: Visible states.
        h: Hidden states, 0 or 1.

    Returns:
        The energies, nats.

    Example:
        >>> machine = Machine(jnp.array([[2.0]]), jnp.array([3.0]), jnp.array([5.0]))
        >>> energy(machine, jnp.array([[1.0], [1.0]]), jnp.array([[0.0], [1.0]])).tolist()
        [-3.0, -10.0]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, equations 1 and 17.
    """
    own = machine.units.own_energy(v, machine.visible_bias)
    return own - h @ machine.hidden_bias - ((v @ machine.weights) * h).sum(axis=-1)


def free_energy(machine: Machine, v: Float[Array, "n visible"]) -> Float[Array, " n"]:
    """Return the free energy of each row, so that p(v) = exp(-F(v)) / Z.

        F(v) = -log sum_h exp(-E(v, h)) = U(v, b) - sum_j log(1 + exp(c_j + v'W_j))

    Args:
        machine: The machine.
        v: Visible states.

    Returns:
        The free energies, nats. Only their differences tell something: Z is the machine's own.

    Example:
        >>> machine = Machine(jnp.zeros((1, 2)), jnp.array([3.0]), jnp.zeros(2))
        >>> round(free_energy(machine, jnp.array([[1.0]])).item(), 4)  # -3 - 2 log 2
        -4.3863

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 16.1, equation 25.
    """
    totals = _hidden_total(machine, v)
    return machine.units.own_energy(v, machine.visible_bias) - jax.nn.softplus(totals).sum(axis=-1)


def hidden_probabilities(machine: Machine, v: Float[Array, "n visible"]) -> Float[Array, "n hidden"]:
    """Return the probability that each hidden unit is 1; they can be the data of a next machine.

        p(h_j = 1 | v) = sigmoid(c_j + v'W_j)

    Args:
        machine: The machine.
        v: Visible states, or probabilities of them.

    Returns:
        The probabilities.

    Example:
        >>> machine = Machine(jnp.array([[2.0]]), jnp.array([3.0]), jnp.array([-2.0]))
        >>> hidden_probabilities(machine, jnp.array([[1.0]])).tolist()
        [[0.5]]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, equation 7.
    """
    return jax.nn.sigmoid(_hidden_total(machine, v))


def visible_mean(machine: Machine, h: Float[Array, "n hidden"]) -> Float[Array, "n visible"]:
    """Return the mean of each visible unit; for units of 0 and 1 it is the probability of a 1.

        p(v_i = 1 | h) = sigmoid(b_i + W_i h)    or    E[v_i | h] = b_i + W_i h

    Args:
        machine: The machine.
        h: Hidden states, or probabilities of them.

    Returns:
        The means.

    Example:
        >>> machine = Machine(jnp.array([[2.0]]), jnp.array([-2.0]), jnp.array([0.0]))
        >>> visible_mean(machine, jnp.array([[1.0]])).tolist()
        [[0.5]]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, equation 8.
    """
    return machine.units.mean(visible_total(machine, h))


def sample_hidden(machine: Machine, v: Float[Array, "n visible"], key: Any) -> Float[Array, "n hidden"]:
    """Draw hidden states given visible ones.

    Args:
        machine: The machine.
        v: Visible states.
        key: A JAX key.

    Returns:
        States of 0 and 1.
    """
    p = hidden_probabilities(machine, v)
    return jax.random.bernoulli(key, p).astype(p.dtype)


def sample_visible(machine: Machine, h: Float[Array, "n hidden"], key: Any) -> Float[Array, "n visible"]:
    """Draw visible states given hidden ones.

    Args:
        machine: The machine.
        h: Hidden states.
        key: A JAX key.

    Returns:
        The states.
    """
    return machine.units.sample(key, visible_total(machine, h))


def visible_total(machine: Machine, h: Float[Array, "n hidden"]) -> Float[Array, "n visible"]:
    """Return what each visible unit gets, b + W h.

    Args:
        machine: The machine.
        h: Hidden states, or probabilities of them.

    Returns:
        The totals.
    """
    return h @ machine.weights.T + machine.visible_bias[None]


def _hidden_total(machine: Machine, v: Float[Array, "n visible"]) -> Float[Array, "n hidden"]:
    return v @ machine.weights + machine.hidden_bias[None]
