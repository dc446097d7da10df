"""A limit on the length of each unit's weight vector."""

import jax.numpy as jnp

from thalweg.spec import spec, tunable
from thalweg.trees import is_weight, map_named, units_first
from thalweg.types import Params, Scalar


@spec
class MaxNorm:
    """Bring each unit's weights back to a length of at most a limit, after every step.

        w_j <- w_j min(1, limit / |w_j|),    w_j the weights into unit j

    Weights cannot run away, however large the rate; a penalty only pulls at them. The last axis of a weight array
    holds the units, the first one where it is called w_rows. Biases, scales and shifts are left alone.

    Args:
        limit: Longest weight vector of a unit; positive; 3 or 4 are usual.

    Raises:
        InputError: If `limit` is not positive.

    Example:
        >>> MaxNorm(2.5)({"dense_1": {"w": jnp.array([[3.0, 0.25], [4.0, 0.5]])}})["dense_1"]["w"].tolist()
        [[1.5, 0.25], [2.0, 0.5]]

    Source: CS231n notes, "Neural Networks Part 2", "Max norm constraints"; Srebro, Rennie and Jaakkola, 2005.
    """

    limit: Scalar = tunable(3.0, low=0.0, open_low=True)

    def __call__(self, params: Params) -> Params:
        """Return the parameters with weights shortened.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The parameters; no unit's weight vector is longer than `limit`.
        """

        def shortened(path, w):
            if not is_weight(path):
                return w
            w = jnp.asarray(w)
            limit = jnp.asarray(self.limit, w.dtype)
            axes = tuple(range(1, w.ndim) if units_first(path) else range(w.ndim - 1))
            # In units of the largest weight: the squares of weights beyond 1e19 overflow float32.
            largest = jnp.max(jnp.abs(w), axis=axes, keepdims=True)
            unit = jnp.where(largest > 0, largest, 1)
            length = unit * jnp.sqrt(jnp.sum(jnp.square(w / unit), axis=axes, keepdims=True))
            return w * jnp.where(length > limit, limit / length, 1)

        return map_named(shortened, params)
