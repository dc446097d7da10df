"""Dropout: train a random part of the units at a time."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class Dropout:
    """Set a random share of the entries to 0 while training, and scale up the rest.

        y = x m / (1 - p),    each m 0 with probability p, else 1

    This is the inverted form: the mean of y is x already in training, so inference uses x as it is.
    Here p is the share that is *dropped*; some notes give the share that is kept instead.

    Shapes: x (n, ...) -> (n, ...); params = {}; state = {}.

    Args:
        drop: Share p of the entries to drop, in [0, 1).

    Raises:
        InputError: If `drop` is outside its range (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> context = Context(training=True, key=jax.random.key(0), weight=jnp.ones(4))
        >>> y, _ = Dropout(0.5).apply({}, {}, jnp.ones((4, 8)), context=context)
        >>> sorted(set(y.ravel().tolist()))
        [0.0, 2.0]

    Source: CS231n notes, "Neural Networks Part 2", "Dropout"; Srivastava et al., 2014.
    """

    drop: Scalar = tunable(0.5, low=0.0, high=1.0, open_high=True)

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
        """Return (y, state): y with entries dropped in training, x itself otherwise.

        Args:
            params: {}.
            state: {}.
            x: Examples (n, ...).
            context: Its key draws what is dropped, anew at each step.

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
                "Dropout needs a random key while training; got none. "
                "Give the context one: Context(training=True, key=jax.random.key(0), weight=...)."
            )
        x = jnp.asarray(x)
        keep = 1 - jnp.asarray(self.drop, x.dtype)
        # Entries are drawn in row order from one counter, so rows added as padding move no other row's draw.
        kept = jax.random.bernoulli(context.key, keep, x.shape)
        return jnp.where(kept, x / keep, jnp.zeros((), x.dtype)), state
