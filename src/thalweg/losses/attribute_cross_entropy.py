"""The loss of several yes/no answers an example, each with an output of its own."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class AttributeCrossEntropy:
    """Charge each example minus the log of the probability of its answers, as if each were given for itself.

        p_j = sigmoid(s_j)
        L = sum_j -y_j log p_j - (1 - y_j) log(1 - p_j)
        dL/ds_j = p_j - y_j
        y_j <- (1 - label_smoothing) y_j + label_smoothing / 2

    Summed over the attributes, not averaged (some programs divide by k), so that an attribute's gradient does not
    shrink when others join it. In nats: an untrained network with s = 0 costs k ln 2, smoothed or not. Of one attribute
    it is `BinaryCrossEntropy`. The attributes do not exclude each other: nothing makes the p_j add up to 1.

    Args:
        label_smoothing: Share of each answer that is dealt out evenly between yes and no; in [0, 1).

    Raises:
        InputError: If `label_smoothing` is outside [0, 1).

    Example:
        >>> losses = AttributeCrossEntropy()(jnp.array([[0.0, 0.0], [1e4, -1e4]]), jnp.array([[1, 0], [1, 1]]))
        >>> [round(loss, 4) for loss in losses.tolist()]
        [1.3863, 10000.0]

    Source: CS231n notes, "Neural Networks Part 2", "Attribute classification"; label smoothing: Szegedy, Vanhoucke,
    Ioffe, Shlens and Wojna, "Rethinking the inception architecture for computer vision", 2016, section 7.
    """

    label_smoothing: Scalar = tunable(0.0, low=0.0, high=1.0, open_high=True)

    head: ClassVar[str] = "sigmoids"

    def __call__(self, outputs: Float[Array, "n k"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Raw outputs s (n, k), the log of the odds of each yes.
            targets: Answers y (n, k), each 0 or 1. Values are unknown while a program is traced, so another
                one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; nats.

        Raises:
            InputError: If `targets` is not one answer an output.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                "AttributeCrossEntropy needs one answer, 0 or 1, an attribute, shape (n, k); "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        scores, targets = jnp.asarray(outputs), jnp.asarray(targets)
        # Minus the log of a probability that has rounded to 0 would be infinite; from the score it is exact.
        wrong = jnp.where(targets == 1, -scores, scores)
        losses = jax.nn.softplus(wrong) - 0.5 * jnp.asarray(self.label_smoothing, scores.dtype) * wrong
        return jnp.sum(jnp.where((targets == 0) | (targets == 1), losses, jnp.nan), axis=1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k 2"]:
        """Return the probability of each answer.

        Args:
            outputs: Raw outputs (n, k).

        Returns:
            Probabilities (n, k, 2) of no and yes; each pair adds up to 1.
        """
        outputs = jnp.asarray(outputs)
        # Each from its own side: 1 - sigmoid(s) would lose all digits where sigmoid(s) is near 1.
        return jnp.stack([jax.nn.sigmoid(-outputs), jax.nn.sigmoid(outputs)], axis=2)
