"""Examples left by themselves."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class NoMixing:
    """Leave every example as it is.

    Example:
        >>> import jax
        >>> x, own = NoMixing()(jnp.ones((1, 2)), jnp.zeros((1, 2)), key=jax.random.key(0))
        >>> x.tolist(), own.tolist()
        ([[1.0, 1.0]], [1.0])
    """

    def __call__(
        self, x: Float[Array, "n ..."], other: Float[Array, "n ..."], *, key: Array
    ) -> tuple[Float[Array, "n ..."], Float[Array, " n"]]:
        """Return (the examples, 1 each).

        Args:
            x: Examples (n, ...).
            other: Not used.
            key: Not used.

        Returns:
            The examples, and that each one's target counts whole.
        """
        x = jnp.asarray(x)
        return x, jnp.ones(len(x), x.dtype)
