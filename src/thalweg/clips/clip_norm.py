"""A limit on the length of the whole gradient."""

import jax
import jax.numpy as jnp

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


@spec
class ClipNorm:
    """Shorten the gradient to a limit where it is longer, and keep its direction.

        g <- g min(1, limit / |g|),    |g| the Euclidean norm over all parameters together

    A step off a cliff of the loss is no longer than one elsewhere. The monitors show the gradient as it was before.

    Args:
        limit: Longest gradient that passes as it is, in gradient units; positive.

    Raises:
        InputError: If `limit` is not positive.

    Example:
        >>> ClipNorm(2.5)({"w": jnp.array([3.0, 4.0])})["w"].tolist()
        [1.5, 2.0]

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
    """

    limit: Scalar = tunable(1.0, low=0.0, open_low=True)

    def __call__(self, gradients: Params) -> Params:
        """Return the gradients, shortened.

        Args:
            gradients: Arrays by name, nested by layer.

        Returns:
            Gradients of at most `limit` together.
        """
        leaves = [jnp.asarray(leaf) for leaf in jax.tree.leaves(gradients)]
        if not leaves:
            return gradients
        # Measured in units of the largest entry: the squares of entries beyond 1e19 overflow float32.
        largest = jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)) for leaf in leaves]))
        unit = jnp.where(largest > 0, largest, 1)
        length = unit * jnp.sqrt(sum(jnp.sum(jnp.square(leaf / unit)) for leaf in leaves))
        limit = jnp.asarray(self.limit, length.dtype)
        share = jnp.where(length > limit, limit / length, 1)
        return jax.tree.map(lambda leaf: leaf * share, gradients)
