"""The loss of a network that gives the logs of probabilities, class by class along a tree."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class HierarchicalSoftmax:
    """Charge each example minus the log of the probability that its class is given.

        L = -log p_y

    It is the cross-entropy, in nats, of the last layer `HierarchicalDense`, whose outputs are the logs of
    probabilities already. In training that layer gives the target's alone, so that a loss and its gradient cost
    log2 C turns of a tree instead of C scores. A network that takes every turn with probability 1/2 costs ln 2 for
    each turn on the way to the class: on average over 10 classes of a balanced tree 3.4 ln 2 = 2.357.

    Example:
        >>> loss = HierarchicalSoftmax()(jnp.log(jnp.array([[0.5, 0.25, 0.25]])), jnp.array([1]))
        >>> round(loss.item(), 4)
        1.3863

    Source: Morin and Bengio, "Hierarchical probabilistic neural network language model", 2005; CS231n notes, "Neural
    Networks Part 2", "Losses", "Large number of classes".
    """

    head: ClassVar[str] = "log_probability"

    def __call__(self, outputs: Float[Array, "n k"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Logs of the probabilities of all classes (n, c), or of each example's target (n, 1).
            targets: Classes y (n,), each in 0 .. c - 1. Values are unknown while a program is traced, so a
                class outside gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is not one class an example.
        """
        if targets.shape != outputs.shape[:1]:
            raise InputError(
                f"HierarchicalSoftmax needs one class number an example, shape {outputs.shape[:1]}; "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        if outputs.shape[1] == 1:
            return -outputs[:, 0]
        hit = targets[:, None] == jnp.arange(outputs.shape[1], dtype=targets.dtype)[None, :]  # (n, c)
        return jnp.where(jnp.any(hit, axis=1), -jnp.sum(jnp.where(hit, outputs, 0), axis=1), jnp.nan)

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the probability of each class.

        Args:
            outputs: Logs of the probabilities of all classes (n, c).

        Returns:
            Probabilities (n, c); rows add up to 1.
        """
        return jnp.exp(outputs)
