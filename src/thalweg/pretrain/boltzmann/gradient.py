"""What a batch says of the parameters: the data's statistics less the machine's own."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Float

from thalweg.pretrain.boltzmann.machine import Machine, hidden_probabilities
from thalweg.types import Array


@runtime_checkable
class Chains(Protocol):
    """How the machine's own statistics are estimated."""

    def start(self, machine: Machine, key: Any) -> Array:
        """Return the chains before the first batch."""
        ...

    def run(self, machine: Machine, batch: Any, weight: Any, chains: Any, key: Any) -> tuple[Array, Array, Array]:
        """Return (states, their weights of sum 1, the chains to keep)."""
        ...


class Gradient(NamedTuple):
    """Where to move the parameters, so that the rows become more likely."""

    weights: Float[Array, "visible hidden"]
    visible_bias: Float[Array, " visible"]
    hidden_bias: Float[Array, " hidden"]


class Statistics(NamedTuple):
    """Means of -dE/dW = v h', -dE/db = v (or v - b, whose b cancels) and -dE/dc = h."""

    products: Float[Array, "visible hidden"]
    visible: Float[Array, " visible"]
    hidden: Float[Array, " hidden"]


def statistics(machine: Machine, v: Float[Array, "n visible"], weight: Float[Array, " n"]) -> Statistics:
    """Return the statistics of some visible states.

        sum_n w_n v_n p(h | v_n)',    sum_n w_n v_n,    sum_n w_n p(h | v_n)

    Hidden units count by their probabilities: the mean is that of samples, with less noise.

    Args:
        machine: The machine.
        v: The states.
        weight: Of the rows, of sum 1; 0 for padding.

    Returns:
        The statistics.

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 3.
    """
    p = hidden_probabilities(machine, v) * weight[:, None]
    return Statistics(v.T @ p, weight @ v, p.sum(axis=0))


def log_likelihood_gradient(
    machine: Machine, batch: Any, weight: Any, chains: Any, kept: Any, key: Any
) -> tuple[Gradient, Array, Statistics]:
    """Return an estimate of the gradient of the mean log-likelihood of a batch.

        d log p(v) / dW = <v h'>_data - <v h'>_model

    Args:
        machine: The machine.
        batch: (n, visible) states.
        weight: (n,) of the rows, of sum 1.
        chains: How the second mean is estimated.
        kept: The chains as the last batch left them.
        key: A JAX key.

    Returns:
        (gradient to go up, chains to keep, the data's statistics).

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, equations 5 and 9.
    """
    data = statistics(machine, batch, weight)
    states, shares, kept = chains.run(machine, batch, weight, kept, key)
    own = statistics(machine, states, shares)
    return Gradient(*(a - b for a, b in zip(data, own, strict=True))), kept, data
