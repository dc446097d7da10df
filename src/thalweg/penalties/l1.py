"""The penalty on the sizes of the weights."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.numerics import absolute
from thalweg.spec import spec, tunable
from thalweg.trees import weights_of
from thalweg.types import Array, Params, Scalar


@spec
class L1:
    """Charge the sum of the sizes of all weights.

        R = strength sum |w|,    dR/dw = strength sign(w)

    The size counts, not the weight: without the bars, as one course writes it, large negative weights would be paid
    for. Every weight is pulled towards 0 with the same force however small it is, so those that help little end near
    0 and the others stay: the penalty selects. The slope at 0 is 0, so gradient steps hover around 0 by about rate
    times strength and do not hit it; `penalties.selected` counts what lies beyond. Biases, scales and shifts are not
    charged.

    Args:
        strength: Lambda; at least 0.

    Raises:
        InputError: If `strength` is outside its range.

    Example:
        >>> float(L1(0.5)({"dense_1": {"w": jnp.array([[3.0, -1.0]]), "b": jnp.array([7.0])}}))
        2.0

    Source: CS231n notes, "Neural Networks Part 2", "Regularization"; Tibshirani, 1996.
    """

    strength: Scalar = tunable(1e-4, low=0.0)

    def __call__(self, params: Params) -> Float[Array, ""]:
        """Return the penalty of a parameter tree.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The penalty, a scalar at least 0.
        """
        sizes = [jnp.sum(absolute(w)) for w in weights_of(params).values()]
        total = sum(sizes[1:], sizes[0]) if sizes else jnp.zeros(())
        return jnp.asarray(self.strength, total.dtype) * total
