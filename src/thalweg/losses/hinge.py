"""The loss of a support vector machine for two classes."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class Hinge:
    """Charge each example what its score lacks to a margin of 1 on its own side.

        L = max(0, 1 - t f),    t = 1 for class 1, -1 for class 0

    One output serves two classes: class 1 is predicted where it is above 0. At an output of 0 the loss is 1. The
    slope at the kink is 0.

    The output is a score, not the log of the odds: `predict` gives the scores of both classes, -f and f.

    Example:
        >>> Hinge()(jnp.array([[0.5], [0.5]]), jnp.array([1, 0])).tolist()
        [0.5, 1.5]

    Source: Cortes and Vapnik, "Support-vector networks", 1995; CS231n notes, "Neural Networks Part 2", "Attribute
    classification".
    """

    head: ClassVar[str] = "sign"

    def __call__(self, outputs: Float[Array, "n k"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores f (n, 1).
            targets: Classes y (n,), each 0 or 1. Values are unknown while a program is traced, so another
                one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0.

        Raises:
            InputError: If `outputs` is not one column, or `targets` is not one class an example.
        """
        if outputs.shape[1] != 1 or targets.shape != outputs.shape[:1]:
            raise InputError(
                f"Hinge needs outputs of shape (n, 1) and one class, 0 or 1, an example; "
                f"got outputs of shape {outputs.shape} and targets of shape {targets.shape}."
            )
        score, targets = jnp.asarray(outputs)[:, 0], jnp.asarray(targets)
        loss = jax.nn.relu(1 - jnp.where(targets == 1, score, -score))
        return jnp.where((targets == 0) | (targets == 1), loss, jnp.nan)

    def predict(self, outputs: Float[Array, "n 1"]) -> Float[Array, "n 2"]:
        """Return the score of each of the two classes; the larger is the prediction.

        Args:
            outputs: Scores f (n, 1).

        Returns:
            (n, 2): -f for class 0 and f for class 1.
        """
        return jnp.concatenate([-outputs, outputs], axis=1)
