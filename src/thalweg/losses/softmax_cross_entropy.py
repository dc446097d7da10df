"""The loss of a softmax classifier."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class SoftmaxCrossEntropy:
    """Charge each example minus the log of the probability that its class is given.

        p_c = e^(s_c) / sum_j e^(s_j)
        L   = -log p_y = log(sum_j e^(s_j)) - s_y,    dL/ds = p - (1 at y, else 0)

    In nats (natural logarithm): an untrained network that gives every class the same score costs ln C.
    Not averaged and not penalised: the objective takes the mean and adds the penalties.

    Example:
        >>> loss = SoftmaxCrossEntropy()(jnp.array([[3.2, 5.1, -1.7]]), jnp.array([0]))
        >>> round(loss.item(), 4)
        2.0404

    Source: CS231n notes, "Linear Classification", "Softmax classifier".
    """

    head: ClassVar[str] = "softmax"

    def __call__(self, outputs: Float[Array, "n c"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, c); only their differences matter.
            targets: Classes y (n,), each in 0 .. c - 1. Values are unknown while a program is traced, so a
                class outside gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is not one class an example.
        """
        if targets.shape != outputs.shape[:1]:
            raise InputError(
                f"SoftmaxCrossEntropy needs one class number an example, shape {outputs.shape[:1]}; "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        # Scores are measured from the largest: e^s itself overflows float32 from s = 89 on.
        shifted = outputs - jax.lax.stop_gradient(jnp.max(outputs, axis=1, keepdims=True))
        # Compared with every class, not looked up: the gradient of a look-up is a scatter, which is slower
        # for few classes and, on a GPU, adds up in no fixed order.
        hit = targets[:, None] == jnp.arange(outputs.shape[1], dtype=targets.dtype)[None, :]  # (n, c)
        right = jnp.sum(jnp.where(hit, shifted, 0), axis=1)
        loss = jnp.log(jnp.sum(jnp.exp(shifted), axis=1)) - right
        return jnp.where(jnp.any(hit, axis=1), loss, jnp.nan)

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the probability of each class.

        Args:
            outputs: Scores (n, c).

        Returns:
            Probabilities (n, c); rows add up to 1.
        """
        return jax.nn.softmax(outputs, axis=1)
