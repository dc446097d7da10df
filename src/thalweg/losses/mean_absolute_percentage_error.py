"""The loss that counts errors in per cent of the target."""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.numerics import absolute
from thalweg.spec import spec
from thalweg.types import Array


@spec
class MeanAbsolutePercentageError:
    """Charge each example its error as a share of the target, in per cent, averaged over the k outputs.

        L = (100 / k) sum_k |t_k - f_k| / |t_k|

    An error of 10 costs 10 at a target of 100, and 100 at one of 10: small targets rule, and guesses too low are
    cheaper than guesses too high. An output of 0 costs 100. The slope at an error of 0 is 0.

    Targets are trained in their own unit, never standardised: bring them near 1 first, by counting in thousands, say,
    for a fresh network's outputs lie near 0.

    Example:
        >>> MeanAbsolutePercentageError()(jnp.array([[90.0], [0.0]]), jnp.array([[100.0], [-5.0]])).tolist()
        [10.0, 100.0]

    Source: Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006, section 2.2.
    """

    head: ClassVar[str] = "linear"
    targets: ClassVar[str] = "raw"
    wanted: ClassVar[str] = "amounts other than 0"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Predicted values f (n, k).
            targets: True values t (n, k), in the unit of the outputs, none of them 0. Values are unknown while a
                program is traced, so a 0 gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; per cent.

        Raises:
            InputError: If the shapes differ: targets (n,) minus outputs (n, 1) would be an (n, n) table.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"MeanAbsolutePercentageError needs targets of the outputs' shape {outputs.shape}; got "
                f"{targets.shape}. Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        t = jnp.asarray(targets, outputs.dtype)
        share = absolute(outputs - t) / jnp.abs(t)
        return 100 * jnp.mean(jnp.where(t != 0, share, jnp.nan), axis=1)

    def allowed(self, targets: np.ndarray) -> np.ndarray:
        """Say of each target whether the loss has a value for it."""
        return targets != 0

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)
