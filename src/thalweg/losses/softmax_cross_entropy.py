"""The loss of a softmax classifier."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar

_ROUNDING = 1e-3  # by which the shares of an example may miss 1


@spec
class SoftmaxCrossEntropy:
    """Charge each example minus the log of the probability that its class is given.

        p_c = e^(s_c) / sum_j e^(s_j)
        L   = -log p_y = log(sum_j e^(s_j)) - s_y,    dL/ds = p - (1 at y, else 0)
        L   = -sum_c t_c log p_c,    dL/ds = p - t    (targets t, a share of each class)
        t  <- (1 - label_smoothing) t + label_smoothing / C

    In nats (natural logarithm): an untrained network that gives every class the same score costs ln C, smoothed or
    not. Not averaged and not penalised: the objective takes the mean and adds the penalties.

    Some notes call the sum of C binary losses "categorical cross-entropy". That is the loss of independent yes-or-no
    questions; of classes, of which one alone is right, it would charge each wrong class a second time.

    Smoothed, the right class is asked for no more than 1 - label_smoothing (C - 1) / C: scores stay small, and the
    network less sure of itself. The smallest loss is then above 0.

    Args:
        label_smoothing: Share of each target that is dealt out evenly among all classes; in [0, 1). 0.1 is usual.

    Raises:
        InputError: If `label_smoothing` is outside [0, 1).

    Example:
        >>> loss = SoftmaxCrossEntropy()(jnp.array([[3.2, 5.1, -1.7]]), jnp.array([0]))
        >>> round(loss.item(), 4)
        2.0404

    Source: CS231n notes, "Linear Classification", "Softmax classifier"; label smoothing: Szegedy, Vanhoucke, Ioffe,
    Shlens and Wojna, "Rethinking the inception architecture for computer vision", 2016, section 7.
    """

    label_smoothing: Scalar = tunable(0.0, low=0.0, high=1.0, open_high=True)

    head: ClassVar[str] = "softmax"

    def __call__(self, outputs: Float[Array, "n c"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, c); only their differences matter.
            targets: Classes y (n,), each in 0 .. c - 1; or shares t (n, c), at least 0, each row adding up to 1, such
                as one-hot rows. Values are unknown while a program is traced, so a class outside, or a row that does
                not add up to 1, gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is neither one class an example nor one share of each class.
        """
        if targets.shape not in (outputs.shape[:1], outputs.shape):
            raise InputError(
                f"SoftmaxCrossEntropy needs one class number an example, shape {outputs.shape[:1]}, or one share of "
                f"each class, shape {outputs.shape}; got targets of shape {targets.shape}."
            )
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        # Scores are measured from the largest: e^s itself overflows float32 from s = 89 on.
        shifted = outputs - jax.lax.stop_gradient(jnp.max(outputs, axis=1, keepdims=True))
        if targets.ndim == 1:
            # Compared with every class, not looked up: the gradient of a look-up is a scatter, which is slower
            # for few classes and, on a GPU, adds up in no fixed order.
            hit = targets[:, None] == jnp.arange(outputs.shape[1], dtype=targets.dtype)[None, :]  # (n, c)
            right, known = jnp.sum(jnp.where(hit, shifted, 0), axis=1), jnp.any(hit, axis=1)
        else:
            shares = jnp.asarray(targets, outputs.dtype)
            right = jnp.sum(shares * shifted, axis=1)
            known = jnp.all(shares >= 0, axis=1) & (jnp.abs(jnp.sum(shares, axis=1) - 1) < _ROUNDING)
        # Written as what smoothing adds, so that without it the bits are those of the plain loss.
        smoothing = jnp.asarray(self.label_smoothing, outputs.dtype)
        loss = jnp.log(jnp.sum(jnp.exp(shifted), axis=1)) - right + smoothing * (right - jnp.mean(shifted, axis=1))
        return jnp.where(known, loss, jnp.nan)

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the probability of each class.

        Args:
            outputs: Scores (n, c).

        Returns:
            Probabilities (n, c); rows add up to 1.
        """
        return jax.nn.softmax(outputs, axis=1)
