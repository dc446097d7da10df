"""The loss that grows with the error itself."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.numerics import absolute
from thalweg.spec import spec
from thalweg.types import Array


@spec
class AbsoluteError:
    """Charge each example the size of its error, summed over the k outputs.

        L = sum_k |t_k - f_k|,    dL/df = sign(f - t)

    Its best guess is the median, not the mean, so a few wild targets move it little; `SquaredError` lets them rule.
    The slope at an error of 0 is 0. Also called the L1 loss.

    Example:
        >>> AbsoluteError()(jnp.array([[1.0, 4.0]]), jnp.array([[0.0, 2.0]])).tolist()
        [3.0]

    Source: CS231n notes, "Neural Networks Part 2", "Regression".
    """

    head: ClassVar[str] = "linear"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Predicted values f (n, k).
            targets: True values t (n, k), in the unit of the outputs.

        Returns:
            Losses (n,), each at least 0; unit of the targets.

        Raises:
            InputError: If the shapes differ: targets (n,) minus outputs (n, 1) would be an (n, n) table.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"AbsoluteError needs targets of the outputs' shape {outputs.shape}; got {targets.shape}. "
                "Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        return jnp.sum(absolute(outputs - jnp.asarray(targets, outputs.dtype)), axis=1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)
