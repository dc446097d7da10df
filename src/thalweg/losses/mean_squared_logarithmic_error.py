"""The loss that counts errors by their ratio."""

import math
from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array

_END = -0.5  # from here down the logarithm goes on as its tangent


@spec
class MeanSquaredLogarithmicError:
    """Charge each example the squared difference of the logs of 1 + target and 1 + output, averaged over k outputs.

        L = (1/k) sum_k (log(1 + t_k) - log(1 + f_k))^2

    For large targets it is the ratio that counts: 100 for 110 costs about what 1,000 for 1,100 does. Below -1/2, where
    the logarithm falls ever more steeply and ends at -1, it goes on as its tangent, for outputs and targets alike: an
    output below -1 has a loss and a slope, too.

    Targets are trained in their own unit, never standardised.

    Example:
        >>> loss = MeanSquaredLogarithmicError()(jnp.array([[0.0]]), jnp.array([[1.0]]))
        >>> round(loss.item(), 4)  # ln 2 squared
        0.4805

    Source: Tofallis, "A better measure of relative prediction accuracy for model selection and model estimation",
    2015 (the logarithm of the ratio).
    """

    head: ClassVar[str] = "linear"
    targets: ClassVar[str] = "raw"
    wanted: ClassVar[str] = "amounts above -1"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Predicted values f (n, k).
            targets: True values t (n, k), in the unit of the outputs, each above -1. Values are unknown while a
                program is traced, so another one gives no error but a loss of NaN.

        Returns:
            Losses (n,), each at least 0; squared logs.

        Raises:
            InputError: If the shapes differ: targets (n,) minus outputs (n, 1) would be an (n, n) table.
        """
        if targets.shape != outputs.shape:
            raise InputError(
                f"MeanSquaredLogarithmicError needs targets of the outputs' shape {outputs.shape}; got "
                f"{targets.shape}. Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        t = jnp.asarray(targets, outputs.dtype)
        return jnp.mean(jnp.square(jnp.where(t > -1, _log(t), jnp.nan) - _log(outputs)), axis=1)

    def allowed(self, targets: np.ndarray) -> np.ndarray:
        """Say of each target whether the loss has a value for it."""
        return targets > -1

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)


def _log(values: Array) -> Array:
    # The logarithm is taken where it is used alone: what it gives at -1 would spoil the gradient of the other branch.
    inside = jnp.maximum(values, _END)
    return jnp.where(values > _END, jnp.log1p(inside), math.log1p(_END) + (values - _END) / (1 + _END))
