"""Noise on the inputs while training."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class GaussianNoise:
    """Add normal noise to every entry while training, and nothing at inference.

        y = x + std z,    z ~ N(0, 1), anew for each example and step

    On the inputs of a linear model with squared error this is, on average, an L2 penalty of std^2 on its weights.
    Put it first for noise on inputs, behind a layer for noise on what that layer says.

    Shapes: x (n, ...) -> (n, ...); params = {}; state = {}.

    Args:
        std: Standard deviation of the noise, in units of x; at least 0.

    Raises:
        InputError: If `std` is outside its range (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> context = Context(training=False, key=None, weight=jnp.ones(1))
        >>> GaussianNoise(0.1).apply({}, {}, jnp.array([[1.0, 2.0]]), context=context)[0].tolist()
        [[1.0, 2.0]]

    Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995; Goodfellow et al., "Deep
    Learning", section 7.5.
    """

    std: Scalar = tunable(0.1, low=0.0)

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
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (y, state): y with noise in training, x itself otherwise.

        Args:
            params: {}.
            state: {}.
            x: Examples (n, ...).
            context: Its key draws the noise, anew at each step.

        Returns:
            The outputs in the shape of `x`, and the state as it was.

        Raises:
            InputError: If `context` asks for noise but holds no key.
        """
        del params
        if not context.noisy:
            return x, state
        if context.key is None:
            raise InputError(
                "GaussianNoise needs a random key while training; got none. "
                "Give the context one: Context(training=True, key=jax.random.key(0), weight=...)."
            )
        x = jnp.asarray(x)
        # Entries are drawn in row order from one counter, so rows added as padding move no other row's draw.
        return x + jnp.asarray(self.std, x.dtype) * jax.random.normal(context.key, x.shape, x.dtype), state
