"""The loss of a support vector machine for several classes."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Integer

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class MulticlassHinge:
    """Charge each wrong class by which its score comes within a margin of the right one's.

        L = sum_{j != y} max(0, s_j - s_y + margin)
        dL/ds_j = 1 where class j is charged, else 0;    dL/ds_y = minus the number of charged classes

    Summed over the wrong classes, not averaged (some notes divide by C, some let j = y in, which adds the margin).
    Where all scores are equal the loss is margin (C - 1). Once every wrong class is a margin behind, nothing is
    charged, and doubling all weights keeps it so; the scores have no scale of their own. The slope at the kink is 0.

    The outputs are scores, not the logs of probabilities: `predict` gives them as they are.

    Args:
        margin: How far the right score has to lead, in score units; positive.

    Raises:
        InputError: If `margin` is not positive.

    Example:
        >>> loss = MulticlassHinge()(jnp.array([[3.25, 5.25, -1.75]]), jnp.array([0]))
        >>> loss.tolist()
        [3.0]

    Source: CS231n notes, "Linear Classification", "Multiclass Support Vector Machine loss"; Weston and Watkins, 1999.
    """

    margin: Scalar = tunable(1.0, low=0.0, open_low=True)

    head: ClassVar[str] = "margin"

    def __call__(self, outputs: Float[Array, "n c"], targets: Integer[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Scores s (n, c); only their differences matter.
            targets: Classes y (n,), each in 0 .. c - 1. Values are unknown while a program is traced, so a
                class outside gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; score units.

        Raises:
            InputError: If `targets` is not one class an example.
        """
        if targets.shape != outputs.shape[:1]:
            raise InputError(
                f"MulticlassHinge needs one class number an example, shape {outputs.shape[:1]}; "
                f"got targets of shape {targets.shape} for outputs of shape {outputs.shape}."
            )
        outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
        # Compared with every class, not looked up: the gradient of a look-up is a scatter, which is slower.
        hit = targets[:, None] == jnp.arange(outputs.shape[1], dtype=targets.dtype)[None, :]  # (n, c)
        right = jnp.sum(jnp.where(hit, outputs, 0), axis=1, keepdims=True)
        behind = jax.nn.relu(outputs - right + jnp.asarray(self.margin, outputs.dtype))
        charged = jnp.where(hit, 0, behind)
        return jnp.where(jnp.any(hit, axis=1), jnp.sum(charged, axis=1), jnp.nan)

    def predict(self, outputs: Float[Array, "n c"]) -> Float[Array, "n c"]:
        """Return the scores themselves; the largest is the prediction.

        Args:
            outputs: Scores (n, c).

        Returns:
            The same scores.
        """
        return jnp.asarray(outputs)
