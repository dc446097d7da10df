"""The loss of a network that is to give a known distribution."""

from typing import ClassVar

import jax
import jax.numpy as jnp
import jax.scipy.special
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.spec import spec
from thalweg.types import Array


@spec
class KLDivergence:
    """Charge each example how far the predicted distribution is from the true one.

        p_c = e^(s_c) / sum_j e^(s_j)
        L   = sum_c t_c log(t_c / p_c),    dL/ds = p - t

    It is the softmax cross-entropy of the shares t less their own entropy, so that its least value is 0; the gradient
    is the same. Of one-hot shares the entropy is 0, and the two are one. Shares of each class come from Python alone:
    a table has one class an example.

    Example:
        >>> loss = KLDivergence()(jnp.zeros((1, 2)), jnp.array([[1.0, 0.0]]))
        >>> round(loss.item(), 4)  # ln 2
        0.6931

    Source: Kullback and Leibler, "On information and sufficiency", 1951; Goodfellow et al., "Deep Learning", section
    3.13.
    """

    head: ClassVar[str] = "softmax"
    targets: ClassVar[str] = "shares"

    def __call__(self, outputs: Float[Array, "n c"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, c); only their differences matter.
            targets: Shares t (n, c), at least 0, each row adding up to 1. Values are unknown while a program is traced,
                so another row gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is not one share of each class.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"KLDivergence needs one share of each class, shape {outputs.shape}; got targets of shape "
                f"{targets.shape}."
            )
        outputs = jnp.asarray(outputs)
        shares = jnp.asarray(targets, outputs.dtype)
        own = jnp.sum(jax.scipy.special.xlogy(shares, shares), axis=1)
        loss = SoftmaxCrossEntropy()(outputs, shares) + own
        # Rounding may leave it a little below 0 where both are alike. That is made up for; the slope stays p - t.
        return loss + jax.lax.stop_gradient(jax.nn.relu(-loss))

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the probability of each class.

        Args:
            outputs: Scores (n, c).

        Returns:
            Probabilities (n, c); rows add up to 1.
        """
        return jax.nn.softmax(outputs, axis=1)
