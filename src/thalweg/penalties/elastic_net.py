"""Both penalties on the weights at once."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.numerics import absolute
from thalweg.spec import spec, tunable
from thalweg.trees import weights_of
from thalweg.types import Array, Params, Scalar


@spec
class ElasticNet:
    """Charge the sizes of all weights and their squares.

        R = sizes sum |w| + squares sum w^2

    The first part selects, the second keeps what is selected small and shares it among inputs that say the same. The
    squares are whole, without the factor 0.5 that `L2` has by default: the notes write it so. The slope of abs(w) at 0
    is 0. Biases, scales and shifts are not charged.

    Args:
        sizes: Strength of the first part; at least 0.
        squares: Strength of the second; at least 0.

    Raises:
        InputError: If a strength is outside its range.

    Example:
        >>> float(ElasticNet(0.5, 0.25)({"dense_1": {"w": jnp.array([[3.0, -1.0]])}}))
        4.5

    Source: CS231n notes, "Neural Networks Part 2", "Regularization"; Zou and Hastie, 2005.
    """

    sizes: Scalar = tunable(1e-4, low=0.0)
    squares: Scalar = tunable(1e-4, low=0.0)

    def __call__(self, params: Params) -> Float[Array, ""]:
        """Return the penalty of a parameter tree.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The penalty, a scalar at least 0.
        """
        weights = list(weights_of(params).values())
        if not weights:
            return jnp.zeros(())
        return sum((self._charge(w) for w in weights[1:]), self._charge(weights[0]))

    def _charge(self, w: Array) -> Float[Array, ""]:
        w = jnp.asarray(w)
        sizes, squares = jnp.asarray(self.sizes, w.dtype), jnp.asarray(self.squares, w.dtype)
        return sizes * jnp.sum(absolute(w)) + squares * jnp.sum(jnp.square(w))
