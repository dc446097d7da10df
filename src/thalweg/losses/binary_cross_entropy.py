"""The loss of a two-class network with one output."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class BinaryCrossEntropy:
    """Charge each example minus the log of the probability that its class, 0 or 1, is given.

        p = sigmoid(s)
        L = -y log p - (1 - y) log(1 - p) = log(1 + e^(-s)) for y = 1, log(1 + e^s) for y = 0
        dL/ds = p - y
        y <- (1 - label_smoothing) y + label_smoothing / 2

    In nats: an untrained network with s = 0 costs ln 2, smoothed or not. It equals the softmax loss of the scores
    (0, s). Not averaged and not penalised: the objective takes the mean and adds the penalties.

    Args:
        label_smoothing: Share of each target that is dealt out evenly between both classes; in [0, 1).

    Raises:
        InputError: If `label_smoothing` is outside [0, 1).

    Example:
        >>> losses = BinaryCrossEntropy()(jnp.array([[0.0], [1e4]]), jnp.array([1, 0]))
        >>> [round(loss, 4) for loss in losses.tolist()]
        [0.6931, 10000.0]

    Source: CS231n notes, "Neural Networks Part 2", "Attribute classification"; label smoothing: Szegedy, Vanhoucke,
    Ioffe, Shlens and Wojna, "Rethinking the inception architecture for computer vision", 2016, section 7.
    """

    label_smoothing: Scalar = tunable(0.0, low=0.0, high=1.0, open_high=True)

    head: ClassVar[str] = "sigmoid"

    def __call__(self, outputs: Float[Array, "n k"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Raw outputs s (n, 1), the log of the odds of class 1.
            targets: Classes y (n,), each 0 or 1. Values are unknown while a program is traced, so another
                one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `outputs` is not one column, or `targets` is not one class an example.
        """
        if outputs.shape[1] != 1 or targets.shape != outputs.shape[:1]:
            raise InputError(
                f"BinaryCrossEntropy needs outputs of shape (n, 1) and one class, 0 or 1, an example; "
                f"got outputs of shape {outputs.shape} and targets of shape {targets.shape}."
            )
        score, targets = jnp.asarray(outputs)[:, 0], jnp.asarray(targets)
        # Minus the log of a probability that has rounded to 0 would be infinite; from the score it is exact.
        wrong = jnp.where(targets == 1, -score, score)
        loss = jax.nn.softplus(wrong) - 0.5 * jnp.asarray(self.label_smoothing, score.dtype) * wrong
        return jnp.where((targets == 0) | (targets == 1), loss, jnp.nan)

    def predict(self, outputs: Float[Array, "n 1"]) -> Float[Array, "n 2"]:
        """Return the probability of each of the two classes.

        Args:
            outputs: Raw outputs (n, 1).

        Returns:
            Probabilities (n, 2) of class 0 and class 1; rows add up to 1.
        """
        # Each from its own side: 1 - sigmoid(s) would lose all digits where sigmoid(s) is near 1.
        return jnp.concatenate([jax.nn.sigmoid(-outputs), jax.nn.sigmoid(outputs)], axis=1)
