"""The mean of each channel."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class GlobalAveragePooling:
    """Take the mean of each channel over all places of an image, or all steps of a sequence.

        y[c] = mean_(p, q) x[p, q, c]

    It ends the convolutional part of a network with as many numbers as there are channels, whatever the size of the
    image, where laying out all places would give a dense layer many weights. The padding of a sequence counts as any
    step does.

    Shapes: x (n, ..., channels) -> (n, channels); params = {}; state = {}.

    Example:
        >>> from thalweg.types import Context
        >>> x = jnp.arange(8.0).reshape(1, 2, 2, 2)
        >>> GlobalAveragePooling().apply({}, {}, x, context=Context(False, None, jnp.ones(1)))[0].tolist()
        [[3.0, 4.0]]

    Source: Lin, Chen and Yan, "Network in network", 2014, section 3.2.
    """

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return ({}, {}): there is nothing to learn or remember.

        Args:
            key: Not used.
            input_shape: (..., channels).

        Returns:
            (params, state), both empty.

        Raises:
            InputError: If there are no places beside the channels.
        """
        del key
        if len(input_shape) < 2 or math.prod(input_shape) < 1:
            raise InputError(
                f"GlobalAveragePooling needs images or sequences (..., channels); got input_shape={input_shape}. "
                "Leave it out, or put a Reshape before it."
            )
        return {}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n *places channels"], *, context: Context
    ) -> tuple[Float[Array, "n channels"], State]:
        """Return (means, state).

        Args:
            params: {}.
            state: {}.
            x: Images or sequences (n, ..., channels).
            context: Not used.

        Returns:
            The means (n, channels), and the state as it was.
        """
        del params, context
        return jnp.mean(jnp.asarray(x), axis=tuple(range(1, x.ndim - 1))), state
