"""The loss that is square for small errors and straight for large ones."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Huber:
    """Charge half the square of a small error, and of a large one its size less a constant.

        L = sum_k h(t_k - f_k),    h(e) = 0.5 e^2               where |e| <= delta
                                        = delta (|e| - 0.5 delta)  elsewhere

    The two forms meet at delta with the same value and the same slope. Around 0 it is `SquaredError`, so it settles
    smoothly; far out its slope is at most delta, so wild targets pull no harder than others.

    Args:
        delta: Where the forms meet, in the unit of the targets as they are trained on (their standard deviation, in a
            regression); positive.

    Raises:
        InputError: If `delta` is not positive.

    Example:
        >>> Huber()(jnp.array([[0.5], [3.0]]), jnp.array([[0.0], [0.0]])).tolist()
        [0.125, 2.5]

    Source: Huber, "Robust estimation of a location parameter", 1964.
    """

    delta: Scalar = tunable(1.0, low=0.0, open_low=True)

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
                f"Huber needs targets of the outputs' shape {outputs.shape}; got {targets.shape}. "
                "Reshape targets of one value an example to (n, 1)."
            )
        outputs = jnp.asarray(outputs)
        error = jnp.abs(outputs - jnp.asarray(targets, outputs.dtype))
        delta = jnp.asarray(self.delta, outputs.dtype)
        # The square is taken of small errors alone: that of a large one may overflow, and spoil the gradient.
        small = jnp.minimum(error, delta)
        return jnp.sum(0.5 * jnp.square(small) + delta * (error - small), axis=1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)
