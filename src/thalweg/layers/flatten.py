"""From any shape to one axis of features."""

import math

from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class Flatten:
    """Lay the numbers of each example in one row.

    Shapes: x (n, ...) of d numbers an example -> (n, d), the last axis running fastest; params = {};
    state = {}.

    Example:
        >>> import jax.numpy as jnp
        >>> from thalweg.types import Context
        >>> context = Context(training=False, key=None, weight=jnp.ones(2))
        >>> Flatten().apply({}, {}, jnp.ones((2, 32, 32, 3)), context=context)[0].shape
        (2, 3072)

    Source: CS231n notes, "Linear Classification", "Parameterized mapping from images to label scores".
    """

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return ({}, {}): there is nothing to learn or remember.

        Args:
            key: Not used.
            input_shape: Not used; any shape will do.

        Returns:
            (params, state), both empty.
        """
        del key, input_shape
        return {}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n d"], State]:
        """Return (x as (n, d), state).

        Args:
            params: {}.
            state: {}.
            x: Examples (n, ...).
            context: Not used.

        Returns:
            The rows (n, d), and the state as it was.
        """
        del params, context
        return x.reshape(x.shape[0], math.prod(x.shape[1:])), state
