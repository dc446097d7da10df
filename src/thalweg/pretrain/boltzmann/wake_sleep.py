"""The up-down algorithm: all layers of a deep belief network learn together, still without labels."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.errors import InputError, RunFailed
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.contrastive_divergence import gibbs_steps
from thalweg.pretrain.boltzmann.gradient import statistics
from thalweg.pretrain.boltzmann.phases import sleep_slopes, wake_slopes
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.stack import BeliefNetwork
from thalweg.pretrain.boltzmann.step import drawn, falling
from thalweg.pretrain.boltzmann.untied import UntiedNetwork, states_down, states_up, untie
from thalweg.pretrain.passes import pass_over, steps_of
from thalweg.spec import spec, traced, tunable
from thalweg.types import Array, Scalar


@spec
class WakeSleep:
    """Say how a deep belief network is to be fine-tuned as a generative model.

        wake:  x_0 = v, x_(k+1) ~ q(x_(k+1) | x_k),    G_k <- G_k + rate_t (x_k - E[x_k | x_(k+1)]) x_(k+1)'
        top:   y = x_(L-1) after `steps` of Gibbs,     W <- W + rate_t (x_(L-1) p(h | x_(L-1))' - y p(h | y)')
        sleep: y_(L-1) = y, y_k ~ p(y_k | y_(k+1)),    R_k <- R_k + rate_t y_k (y_(k+1) - q(y_(k+1) | y_k))'
        rate_t = rate (1 - t / (T - 1)),    t = 0 ... T - 1

    The mean is over the batch; biases move in the same way, with a state of 1 in the place of the other layer's. All
    take their step at once. The paper leaves the visible units of the sleep phase at their means; here they are drawn:
    after so many steps of Gibbs that y is the top machine's own, sleep is in the mean the gradient of E_p[log q].

    Args:
        rate: Step size of the first step; positive.
        steps: Of Gibbs sampling in the top machine, at least 1. The paper takes 3, later 6 and 10.
        epochs: Passes over the rows, at least 0; after none the network is as the stack has it.
        batch: Rows a step, at least 1; more than there are count as all.
        binarise: Whether numbers between 0 and 1 are probabilities, of which 0 or 1 is drawn anew at every epoch. Of
            units of 0 and 1 only; otherwise they stand for states themselves.

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> WakeSleep(epochs=5).steps
        3

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, section 5 and appendix B.
    """

    rate: Scalar = tunable(0.1, low=0.0, open_low=True)
    steps: Scalar = tunable(3, low=1, high=1_000_000, whole=True)
    epochs: Scalar = tunable(20, low=0, high=1_000_000, whole=True)
    batch: int = 100
    binarise: bool = False

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"WakeSleep.batch must be at least 1; got {self.batch}.")


USUAL = WakeSleep()


def train_wake_sleep(
    network: BeliefNetwork, rows: Any, training: WakeSleep = USUAL, *, first_share: float = 1.0, seed: int = 0
) -> UntiedNetwork:
    """Fine-tune a stack of machines as one generative model, by the wake-sleep algorithm.

    The equations are those of `WakeSleep`. All epochs are one compiled program; another number in `training` compiles
    nothing. A stack of one machine has no layer below its top: it goes on by contrastive divergence.

    Args:
        network: As `train_belief_network` gives it.
        rows: (n, visible) data.
        training: How.
        first_share: Share of the rate that the lowest layer is trained at, positive; 0.1 or less for real units.
        seed: Of the order of the rows and of all states drawn; 0 to 4294967295.

    Returns:
        The untied network. `recognition` gives its way up, `dream` rows of its own, `likelihood_bound` how likely it
        makes others.

    Raises:
        InputError: If rows are not for the lowest machine, states are to be drawn for real units, or the share is not
            positive.
        RunFailed: If a parameter ends as no finite number.

    Example:
        >>> from thalweg.pretrain.boltzmann.stack import train_belief_network
        >>> rows = np.eye(4).repeat(25, axis=0)
        >>> stack = train_belief_network(rows, (3, 2))
        >>> train_wake_sleep(stack, rows, WakeSleep(epochs=2)).layers[0].generative_weights.shape
        (4, 3)

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, section 5 and appendix B.
    """
    lowest = network.machines[0]
    x = jnp.asarray(checked_rows(lowest.units, rows, len(lowest.visible_bias)), lowest.weights.dtype)
    if training.binarise and not lowest.units.finite:
        raise InputError("real units have no states of 0 and 1 to draw. Train with binarise=False.")
    if not first_share > 0:
        raise InputError(f"first_share must be positive; got {first_share:g}.")
    key = role(root(seed), "wake-sleep")
    share = jnp.asarray(first_share, x.dtype)
    found = _compiled(untie(network), x, jnp.ones(len(x), x.dtype), traced(training), share, key)
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(found)):
        raise RunFailed(
            "wake-sleep went astray: a parameter is no finite number any more. Train at a rate below "
            f"{float(training.rate):g}, or at a smaller first_share."
        )
    return found


def tuned(
    network: UntiedNetwork, x: Array, weight: Array, training: WakeSleep, first_share: Scalar, key: Any
) -> UntiedNetwork:
    """Fine-tune an untied network; inside another program this becomes part of it.

    Args:
        network: To start from.
        x: (n, visible) rows that suit the lowest units.
        weight: (n,) how much each counts.
        training: How; its numbers may be traced.
        first_share: Share of the rate that the lowest layer is trained at.
        key: A JAX key.

    Returns:
        The untied network.
    """
    total = jnp.asarray(training.epochs, x.dtype) * steps_of(len(x), training.batch)

    def step(memory, places, real, own):
        before, taken = memory
        counts = weight[places] * real.astype(x.dtype)
        whole = counts.sum()
        share = counts / jnp.where(whole > 0, whole, 1)  # of rows of no weight nothing moves
        rate = falling(training.rate, 0.0, taken, total)
        return take_wake_sleep_step(before, x[places], share, own, training, rate, first_share), taken + 1

    return pass_over(
        step, (network, jnp.zeros((), jnp.int32)), rows=len(x), batch=training.batch, epochs=training.epochs, key=key
    )[0]


def take_wake_sleep_step(
    network: UntiedNetwork,
    v: Array,
    weight: Array,
    key: Any,
    training: WakeSleep,
    rate: Array,
    first_share: Scalar = 1.0,
) -> UntiedNetwork:
    """Move a network by one batch; the equations are those of `WakeSleep`.

    Args:
        network: As the step before left it.
        v: (n, visible) rows of the batch.
        weight: (n,) of the rows, of sum 1; 0 for padding.
        key: A JAX key.
        training: How; its numbers may be traced, and its rate is not looked at.
        rate: Of this step.
        first_share: Share of the rate for the lowest layer.

    Returns:
        The network after the step.
    """
    top = network.top
    if training.binarise:
        v = drawn(v, role(key, "data"))
    awake = states_up(network, v, role(key, "wake"))
    begun = gibbs_steps(top, awake[-1], training.steps, role(key, "top"))
    asleep = states_down(network, begun, role(key, "sleep"))
    data, own = statistics(top, awake[-1], weight), statistics(top, begun, weight)
    lowest = rate * jnp.asarray(first_share, v.dtype)
    rates = [lowest, *[rate] * len(network.layers)]  # the top machine's is the last, which of one machine is the lowest
    layers = tuple(
        layer._replace(
            recognition_weights=layer.recognition_weights + own_rate * up.weights,
            recognition_bias=layer.recognition_bias + own_rate * up.bias,
            generative_weights=layer.generative_weights + own_rate * down.weights,
            generative_bias=layer.generative_bias + own_rate * down.bias,
        )
        for layer, own_rate, down, up in zip(
            network.layers,
            rates[:-1],
            wake_slopes(network, awake, weight),
            sleep_slopes(network, asleep, weight),
            strict=True,
        )
    )
    moved = top._replace(
        weights=top.weights + rates[-1] * (data.products - own.products),
        visible_bias=top.visible_bias + rates[-1] * (data.visible - own.visible),
        hidden_bias=top.hidden_bias + rates[-1] * (data.hidden - own.hidden),
    )
    return UntiedNetwork(layers, moved)


_compiled = jit(tuned)
