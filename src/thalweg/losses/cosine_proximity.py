"""The loss of outputs of which only the direction counts."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float, Num

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array

_SHORTEST = 1e-6  # a shorter vector counts by its length


@spec
class CosineProximity:
    """Charge each example 1 minus the cosine of the angle between its outputs and its targets.

        L = 1 - f . t / (|f| |t|)

    From 0, where both point the same way, by 1 at right angles, to 2. Elsewhere it is found as minus the cosine; 1 is
    added, for a loss is at least 0, and changes no gradient. Lengths do not matter, but the slope is the steeper the
    shorter f is. Below a length of 1e-6 a vector counts by its length: outputs that are all 0 have no direction, and
    cost 1; the slope there is -1e6 t / abs(t).

    One output has no direction but its sign, so that it takes two at least, and targets of several values: it serves
    from Python.

    Example:
        >>> CosineProximity()(jnp.array([[1.0, 0.0], [0.0, 1.0]]), jnp.array([[3.0, 0.0], [2.0, 0.0]])).tolist()
        [0.0, 1.0]

    Source: Salton, Wong and Yang, "A vector space model for automatic indexing", 1975.
    """

    head: ClassVar[str] = "linear"
    targets: ClassVar[str] = "vectors"

    def __call__(self, outputs: Float[Array, "n k"], targets: Num[Array, "..."]) -> Float[Array, " n"]:
        """Return the loss of each example.

        Args:
            outputs: Predicted vectors f (n, k), k at least 2.
            targets: True vectors t (n, k).

        Returns:
            Losses (n,), from 0 to 2.

        Raises:
            InputError: If there is one output only, or the targets have another shape.
        """
        if outputs.shape[1] < 2 or targets.shape != outputs.shape:
            raise InputError(
                f"CosineProximity needs two outputs an example at least, and targets of their shape; got outputs of "
                f"shape {outputs.shape} and targets of shape {targets.shape}."
            )
        outputs = jnp.asarray(outputs)
        return 1 - jnp.clip(jnp.sum(_unit(outputs) * _unit(jnp.asarray(targets, outputs.dtype)), axis=1), -1, 1)

    def predict(self, outputs: Float[Array, "n k"]) -> Float[Array, "n k"]:
        """Return the outputs themselves.

        Args:
            outputs: Predicted values (n, k).

        Returns:
            The same values.
        """
        return jnp.asarray(outputs)


def _unit(vectors: Array) -> Array:
    # In units of the largest entry: the squares of entries beyond 1e19 overflow float32.
    largest = jax.lax.stop_gradient(jnp.maximum(jnp.max(jnp.abs(vectors), axis=1, keepdims=True), _SHORTEST))
    scaled = vectors / largest
    squares = jnp.sum(jnp.square(scaled), axis=1, keepdims=True)
    return scaled / jnp.sqrt(jnp.where(squares < 1, 1, squares))  # below 1 for shorter ones alone
