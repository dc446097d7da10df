"""The loss of a regression network."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class SquaredError:
    """Charge each example its squared distance from the target, summed over the k outputs.

        L = 0.5 sum_k (t_k - f_k)^2,    dL/df = f - t        (with half)
        L = sum_k (t_k - f_k)^2,        dL/df = 2 (f - t)    (without)

    Summed, not averaged, over the outputs: two targets cost as much as both alone. Not averaged over
    examples and not penalised: the objective takes the mean and adds the penalties.

    Args:
        half: Whether the factor 0.5 is there. Without it a rate acts twice as strongly.

    Raises:
        InputError: If `half` is not true or false (when the spec is made).

    Example:
        >>> SquaredError()(jnp.array([[1.0, 4.0]]), jnp.array([[0.0, 2.0]])).tolist()
        [2.5]

    Source: CS231n notes, "Neural Networks Part 2", "Regression"; with half: Bishop, "Pattern Recognition and
    Machine Learning", equation 5.11.
    """

    half: bool = True

    head: ClassVar[str] = "linear"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Predicted values f (n, k).
            targets: True values t (n, k), in the unit of the outputs.

        Returns:
            Losses (n,), each at least 0; squared units of the targets.

        Raises:
            InputError: If the shapes differ: targets (n,) minus outputs (n, 1) would be an (n, n) table.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"SquaredError needs targets of the outputs' shape {outputs.shape}; got {targets.shape}. "
                "Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        total = jnp.sum(jnp.square(outputs - jnp.asarray(targets, outputs.dtype)), axis=1)
        return 0.5 * total if self.half else total

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)
