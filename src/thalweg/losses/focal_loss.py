"""The cross-entropy that attends to the hard examples."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class FocalLoss:
    """Charge the cross-entropy, the less the surer the network already is of the right class.

        p_c = e^(s_c) / sum_j e^(s_j)
        L   = -(1 - p_y)^gamma log p_y

    With gamma = 0 it is `SoftmaxCrossEntropy`. With gamma = 2 an example whose class is given 0.9 counts a hundredth
    of what it would, so that many easy examples do not drown a few hard ones. Equal scores cost
    (1 - 1/C)^gamma ln C. The probabilities come out less sure than their true frequencies.

    The paper's form has a sigmoid for each class, and weights alpha of the classes; here the classes exclude each
    other, and weights are given with the rows or by class weights.

    Args:
        gamma: How much less easy examples count; at least 0.

    Raises:
        InputError: If `gamma` is negative.

    Example:
        >>> loss = FocalLoss(2.0)(jnp.log(jnp.array([[0.9, 0.1]])), jnp.array([0]))
        >>> round(loss.item(), 6)  # 0.01 ln(1 / 0.9)
        0.001054

    Source: Lin, Goyal, Girshick, He and Dollár, "Focal loss for dense object detection", 2017, equation 4.
    """

    gamma: Scalar = tunable(2.0, low=0.0)

    head: ClassVar[str] = "softmax"

    def __call__(self, outputs: Float[Array, "n c"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, c), of two classes at least; only their differences matter.
            targets: Classes y (n,), each in 0 .. c - 1. Values are unknown while a program is traced, so a
                class outside gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is not one class an example.
        """
        if targets.shape != outputs.shape[:1]:
            raise InputError(
                f"FocalLoss needs one class number an example, shape {outputs.shape[:1]}; "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        hit = targets[:, None] == jnp.arange(outputs.shape[1], dtype=targets.dtype)[None, :]  # (n, c)
        # By its lead m over all other classes together p_y is sigmoid(m). From p_y itself the logs of p_y and 1 - p_y
        # would be infinite where it rounds to 0 or 1, and their slopes differences of large numbers.
        others = jnp.where(hit, -jnp.inf, outputs)
        lead = jnp.sum(jnp.where(hit, outputs, 0), axis=1) - jax.nn.logsumexp(others, axis=1)
        focus = jnp.exp(-jnp.asarray(self.gamma, outputs.dtype) * jax.nn.softplus(lead))
        return jnp.where(jnp.any(hit, axis=1), focus * jax.nn.softplus(-lead), jnp.nan)

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the probability of each class.

        Args:
            outputs: Scores (n, c).

        Returns:
            Probabilities (n, c); rows add up to 1.
        """
        return jax.nn.softmax(outputs, axis=1)
