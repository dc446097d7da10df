"""The squared size of the weights."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.trees import weights_of
from thalweg.types import Array, Params, Scalar


@spec
class L2:
    """Charge the sum of the squared weights.

        R = 0.5 lambda sum w^2,    dR/dw = lambda w      (with half)
        R = lambda sum w^2,        dR/dw = 2 lambda w    (without)

    Over weights only: arrays named "w". Biases and the gamma and beta of a norm go free, for they set levels,
    not how strongly an input acts.

    Args:
        strength: The lambda; at least 0.
        half: Whether the factor 0.5 is there. Notes differ: the same lambda acts twice as strongly without.

    Raises:
        InputError: If `strength` is negative (when the spec is made).

    Example:
        >>> float(L2(0.1)({"dense_1": {"w": jnp.array([[3.0, 4.0]]), "b": jnp.array([9.0])}}))
        1.25

    Source: CS231n notes, "Neural Networks Part 2", "Regularization".
    """

    strength: Scalar = tunable(1e-4, low=0.0)
    half: bool = True

    def __call__(self, params: Params) -> Float[Array, ""]:
        """Return the penalty of a parameter tree.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The penalty, a scalar at least 0.
        """
        squares = [jnp.sum(jnp.square(w)) for w in weights_of(params).values()]
        total = sum(squares[1:], squares[0]) if squares else jnp.zeros(())
        factor = 0.5 if self.half else 1.0
        return factor * jnp.asarray(self.strength, total.dtype) * total
