"""One number for every weight."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar, Shape


@spec
class ConstantWeights:
    """Start every weight at the same number.

        w = value

    Units that start alike get the same gradient and stay alike for ever: a hidden layer needs random weights. With 0,
    rectified units and biases of 0 every weight gradient is 0, and only the output bias moves, to the class priors. A
    network without a hidden layer learns from 0 as well as from anywhere.

    Args:
        value: Of every weight.

    Raises:
        InputError: If `value` is not a finite number.

    Example:
        >>> import jax
        >>> ConstantWeights()(jax.random.key(0), (1, 2), fan_in=1, fan_out=2).tolist()
        [[0.0, 0.0]]

    Source: CS231n notes, "Neural Networks Part 2", "Pitfall: all zero initialization".
    """

    value: Scalar = tunable(0.0)

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; not used here.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del key, fan_in, fan_out
        return jnp.full(shape, jnp.asarray(self.value, jnp.result_type(float)))
