"""The loss of a support vector machine for each of several yes/no answers."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class AttributeHinge:
    """Charge each attribute's score what it lacks to a margin on its own side.

        L = sum_j max(0, margin - t_j s_j),    t_j = 1 for yes, -1 for no
        dL/ds_j = -t_j where attribute j is charged, else 0

    Summed over the attributes, not averaged. At scores of 0 the loss is k margin. Yes is predicted where a score is
    above 0. The slope at the kink is 0. Of one attribute and a margin of 1 it is `Hinge`.

    The outputs are scores, not the logs of odds: `predict` gives the scores of both answers, -s and s.

    Args:
        margin: How far on its side of 0 a score has to be, in score units; positive.

    Raises:
        InputError: If `margin` is not positive.

    Example:
        >>> AttributeHinge()(jnp.array([[0.5, 0.5, -3.0]]), jnp.array([[1, 0, 0]])).tolist()
        [2.0]

    Source: CS231n notes, "Neural Networks Part 2", "Attribute classification"; Cortes and Vapnik, "Support-vector
    networks", 1995.
    """

    margin: Scalar = tunable(1.0, low=0.0, open_low=True)

    head: ClassVar[str] = "signs"

    def __call__(self, outputs: Float[Array, "n k"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, k).
            targets: Answers y (n, k), each 0 or 1. Values are unknown while a program is traced, so another
                one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; score units.

        Raises:
            InputError: If `targets` is not one answer an output.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                "AttributeHinge needs one answer, 0 or 1, an attribute, shape (n, k); "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        scores, targets = jnp.asarray(outputs), jnp.asarray(targets)
        lacking = jax.nn.relu(jnp.asarray(self.margin, scores.dtype) - jnp.where(targets == 1, scores, -scores))
        return jnp.sum(jnp.where((targets == 0) | (targets == 1), lacking, jnp.nan), axis=1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k 2"]:
        """Return the score of each answer; the larger is the prediction.

        Args:
            outputs: Scores s (n, k).

        Returns:
            (n, k, 2): -s for no and s for yes.
        """
        outputs = jnp.asarray(outputs)
        return jnp.stack([-outputs, outputs], axis=2)
