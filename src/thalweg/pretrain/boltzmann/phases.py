"""What the wake phase says of the generative parameters, and the sleep phase of the recognition ones."""

from typing import NamedTuple

import jax
from jaxtyping import Float

from thalweg.pretrain.boltzmann.untied import UntiedNetwork, generative_total, recognition_total
from thalweg.types import Array


class Slope(NamedTuple):
    """Where to move one layer's weights and biases, of one of its two ways."""

    weights: Float[Array, "lower upper"]
    bias: Float[Array, " units"]  # of the units that the way leads to


def wake_slopes(network: UntiedNetwork, states: tuple[Array, ...], weight: Float[Array, " n"]) -> tuple[Slope, ...]:
    """Return how the way down would more likely give each layer's states from those above.

        d log p(x_k | x_(k+1)) / dG_k = (x_k - m_k) x_(k+1)',    of the biases x_k - m_k,    m_k = E[x_k | x_(k+1)]

    In the mean over the states of the way up it is the gradient of the lower bound of log p(v) by the generative
    parameters.

    Args:
        network: The untied network.
        states: As `states_up` draws them from data.
        weight: Of the rows, of sum 1; 0 for padding.

    Returns:
        A slope a layer, to go up.

    Source: Hinton, Dayan, Frey and Neal, "The wake-sleep algorithm for unsupervised neural networks", 1995; Hinton,
    Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, appendix B.
    """
    slopes = []
    for layer, below, above in zip(network.layers, states[:-1], states[1:], strict=True):
        missed = (below - layer.units.mean(generative_total(layer, above))) * weight[:, None]
        slopes.append(Slope(missed.T @ above, missed.sum(axis=0)))
    return tuple(slopes)


def sleep_slopes(network: UntiedNetwork, states: tuple[Array, ...], weight: Float[Array, " n"]) -> tuple[Slope, ...]:
    """Return how the way up would more likely find the states that the way down came from.

        d log q(x_(k+1) | x_k) / dR_k = x_k (x_(k+1) - q_k)',    of the biases x_(k+1) - q_k

    In the mean over the network's own states it is the gradient of E_p[log q]: the way up comes nearer to p(x | v)
    where the network itself puts its rows, which need not be where the data are.

    Args:
        network: The untied network.
        states: As `states_down` draws them.
        weight: Of the rows, of sum 1; 0 for padding.

    Returns:
        A slope a layer, to go up.

    Source: Hinton, Dayan, Frey and Neal, "The wake-sleep algorithm for unsupervised neural networks", 1995; Hinton,
    Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, appendix B.
    """
    slopes = []
    for layer, below, above in zip(network.layers, states[:-1], states[1:], strict=True):
        missed = (above - jax.nn.sigmoid(recognition_total(layer, below))) * weight[:, None]
        slopes.append(Slope(below.T @ missed, missed.sum(axis=0)))
    return tuple(slopes)
