"""A limit on each entry of the gradient."""

import jax
import jax.numpy as jnp

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


@spec
class ClipValue:
    """Cut every entry of the gradient off at a limit.

        g_i <- max(-limit, min(limit, g_i))

    Unlike `ClipNorm` it turns the gradient, towards the entries that were small.

    Args:
        limit: Largest size of an entry that passes as it is, in gradient units; positive.

    Raises:
        InputError: If `limit` is not positive.

    Example:
        >>> ClipValue(1.0)({"w": jnp.array([3.0, -0.5])})["w"].tolist()
        [1.0, -0.5]

    Source: Goodfellow et al., "Deep Learning", section 10.11.1.
    """

    limit: Scalar = tunable(1.0, low=0.0, open_low=True)

    def __call__(self, gradients: Params) -> Params:
        """Return the gradients, cut off.

        Args:
            gradients: Arrays by name, nested by layer.

        Returns:
            Gradients whose entries are at most `limit` in size.
        """

        def cut(leaf):
            leaf = jnp.asarray(leaf)
            limit = jnp.asarray(self.limit, leaf.dtype)
            return jnp.clip(leaf, -limit, limit)

        return jax.tree.map(cut, gradients)
