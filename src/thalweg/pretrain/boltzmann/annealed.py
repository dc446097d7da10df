"""The partition function by annealed importance sampling, from below and from above.

A machine without weights, whose Z is known, is turned into the one in question by many small steps of an inverse
temperature beta from 0 to 1. Chains follow it, and the products of the ratios on their way give the ratio of both Z.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.types import Array

SHARES = ((0.5, 500), (0.9, 4000), (1.0, 10000))  # Salakhutdinov and Murray's: where to, by how many temperatures
DEVIATIONS = 3.0  # of the interval, to either side


class Estimate(NamedTuple):
    """What chains say of log Z."""

    log_z: float  # nats
    standard_error: float  # of it, nats: the deviation of the ratios over their mean and the root of their number
    low: float  # log of the mean ratio less three standard errors of it; minus infinity if that is not positive
    high: float
    log_ratios: np.ndarray  # (chains,) of Z to that of the machine without weights


def temperatures(count: int = 14_500) -> Float[np.ndarray, " k"]:
    """Return inverse temperatures from 0 to 1, more of them near 1.

        500 of 14,500 evenly up to 0.5, 4,000 up to 0.9, 10,000 up to 1; fewer or more in these shares

    Args:
        count: How many there are besides the 0, at least 3.

    Returns:
        (count + 1,) rising numbers.

    Raises:
        InputError: If there are fewer than 3.

    Example:
        >>> temperatures(29).round(3)[[0, 1, 2, 9, -1]].tolist()
        [0.0, 0.5, 0.55, 0.9, 1.0]

    Source: Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008, section 5.1.
    """
    if count < len(SHARES):
        raise InputError(f"annealing needs 3 temperatures or more; got {count}.")
    whole = sum(share for _, share in SHARES)
    first = max(1, round(count * SHARES[0][1] / whole))
    second = max(1, round(count * SHARES[1][1] / whole))
    parts = [np.zeros(1)]
    for number, (end, _) in zip((first, second, count - first - second), SHARES, strict=True):
        parts.append(np.linspace(parts[-1][-1], end, number + 1)[1:])
    return np.concatenate(parts)


def estimate_log_partition(
    machine: Machine,
    rows: Any,
    *,
    chains: int = 100,
    betas: Sequence[float] | np.ndarray | None = None,
    seed: int = 0,
) -> Estimate:
    """Estimate log Z by annealed importance sampling.

        Z = Z_A mean_m prod_k p*_k(v_(k-1)) / p*_(k-1)(v_(k-1)),    v_k ~ T_k(v_(k-1))
        p*_k(v) = exp(-(1 - beta_k) U(v, b_A) - beta_k U(v, b)) prod_j (1 + exp(beta_k (c_j + v'W_j)))

    T_k draws hidden states at beta_k and then visible ones. The mean ratio is that of Z, so that log Z is in the mean
    a little too small: what it says of the likelihood is too good rather than too bad. Chains that never find a mode
    make that much worse without a sign of it in the standard error; `bound_log_partition` comes from the other side.

    Args:
        machine: The machine.
        rows: (n, visible) data; b_A are the biases that fit them best without weights.
        chains: How many, at least 2.
        betas: Inverse temperatures from 0 to 1, rising; `temperatures()` by default.
        seed: Of the chains, 0 to 4294967295.

    Returns:
        The estimate with its standard error and the interval of three of them.

    Raises:
        InputError: If there are fewer than 2 chains, temperatures do not rise from 0 to 1, or the rows are not for the
            machine.

    Source: Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008, section 4.
    """
    if chains < 2:
        raise InputError(f"annealing needs 2 chains or more, for its standard error; got {chains}.")
    base, steps, key = _made(machine, rows, betas, seed)
    begin = machine.units.sample(role(key, "begin"), jnp.tile(base, (chains, 1)))
    ratios = np.asarray(_annealed(machine, base, steps, begin, role(key, "walk")), np.float64)
    return _summed(ratios, _log_base(machine, base), 1.0)


def bound_log_partition(
    machine: Machine,
    rows: Any,
    samples: Any,
    *,
    betas: Sequence[float] | np.ndarray | None = None,
    seed: int = 0,
) -> Estimate:
    """Estimate log Z by annealing in reverse, from samples of the machine to the machine without weights.

        1 / Z = 1 / Z_A mean_m prod_k p*_(k-1)(v_k) / p*_k(v_k),    k from the last to the first

    With exact samples log Z is in the mean a little too large, so that with `estimate_log_partition` it gives a
    bracket. Samples of long chains are nearly exact; those of short ones that started at data may miss modes of the
    machine, and then the bound may be too low.

    Args:
        machine: The machine.
        rows: (n, visible) data, as for `estimate_log_partition`.
        samples: (m, visible) samples of the machine, at least 2, such as the ends of m long chains.
        betas: Inverse temperatures from 0 to 1, rising; `temperatures()` by default.
        seed: Of the chains, 0 to 4294967295.

    Returns:
        The estimate with its standard error and the interval of three of them.

    Raises:
        InputError: If there are fewer than 2 samples, temperatures do not rise from 0 to 1, or rows or samples are not
            for the machine.

    Source: Burda, Grosse and Salakhutdinov, "Accurate and conservative estimates of MRF log-likelihood using reverse
    annealing", 2015; the bracket: Grosse, Ghahramani and Adams, "Sandwiching the marginal likelihood using
    bidirectional Monte Carlo", 2015.
    """
    begin = checked_rows(machine.units, samples, len(machine.visible_bias))
    if len(begin) < 2:
        raise InputError("annealing in reverse needs 2 samples or more, for its standard error; got 1.")
    base, steps, key = _made(machine, rows, betas, seed)
    given = jnp.asarray(begin, machine.weights.dtype)
    ratios = np.asarray(_annealed(machine, base, steps[::-1], given, role(key, "back")), np.float64)
    return _summed(ratios, _log_base(machine, base), -1.0)


def _made(machine: Machine, rows: Any, betas: Any, seed: int) -> tuple[Array, Array, Any]:
    """Return the biases without weights, the inverse temperatures, and the key."""
    x = checked_rows(machine.units, rows, len(machine.visible_bias))
    steps = np.asarray(temperatures() if betas is None else betas, np.float64)
    if steps.ndim != 1 or len(steps) < 2 or steps[0] != 0 or steps[-1] != 1 or not (np.diff(steps) > 0).all():
        raise InputError("inverse temperatures must rise from 0 to 1, such as temperatures(1000).")
    dtype = machine.weights.dtype
    return jnp.asarray(machine.units.bias(x), dtype), jnp.asarray(steps, dtype), role(root(seed), "annealing")


def _annealed_plainly(machine: Machine, base: Array, betas: Array, v: Array, key: Any) -> Array:
    """Return the log of each chain's product of ratios along inverse temperatures, rising or falling."""
    units = machine.units

    def step(state, given):
        v, log_ratio = state
        before, beta, number = given
        total = v @ machine.weights + machine.hidden_bias[None]
        # The difference of each term, not of sums: these are large beside what one small step changes.
        own = units.own_energy(v, base) - units.own_energy(v, machine.visible_bias)
        hidden = jax.nn.softplus(beta * total) - jax.nn.softplus(before * total)
        log_ratio = log_ratio + (beta - before) * own + hidden.sum(axis=-1)
        up, down = jax.random.split(jax.random.fold_in(key, number))
        h = jax.random.bernoulli(up, jax.nn.sigmoid(beta * total)).astype(v.dtype)
        mixed = (1 - beta) * base + beta * machine.visible_bias
        return (units.sample(down, beta * (h @ machine.weights.T) + mixed[None]), log_ratio), None

    numbers = jnp.arange(len(betas) - 1, dtype=jnp.int32)
    begin = (v, jnp.zeros(len(v), v.dtype))
    (_, log_ratio), _ = jax.lax.scan(step, begin, (betas[:-1], betas[1:], numbers))
    return log_ratio


_annealed = jit(_annealed_plainly)


def _log_base(machine: Machine, base: Array) -> float:
    """Return log Z of the machine without weights: each hidden unit has two states of equal weight."""
    visible = machine.units.log_sum(base[None], base)[0]
    return float(visible) + len(machine.hidden_bias) * float(np.log(2.0))


def _summed(log_ratios: np.ndarray, log_base: float, sign: float) -> Estimate:
    """Return log Z from log ratios: of Z to that without weights (sign 1), or the other way (-1)."""
    top = log_ratios.max()
    ratios = np.exp(log_ratios - top)
    mean = ratios.mean()
    error = ratios.std(ddof=1) / np.sqrt(len(ratios))

    def log_z(ratio: float) -> float:
        with np.errstate(divide="ignore"):
            return float(log_base + sign * (top + np.log(max(ratio, 0.0))))

    low, high = sorted(log_z(mean + side * DEVIATIONS * error) for side in (-1.0, 1.0))
    return Estimate(log_z(mean), float(error / mean), low, high, sign * log_ratios)
