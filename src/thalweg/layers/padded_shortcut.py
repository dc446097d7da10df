"""A shortcut to smaller images of more channels that learns nothing."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class PaddedShortcut:
    """Keep every S-th place of an image, and put channels of zeros behind its own.

        y[p, q, c] = x[p S, q S, c]    for the channels there are, and 0 for those added

    The way around a residual branch that halves the image and doubles the channels, without weights: what is kept is
    kept as it is.

    Shapes: x (n, height, width, channels) -> (n, ceil(height / S), ceil(width / S), `channels`); params = {};
    state = {}.

    Args:
        channels: How many come out; at least as many as go in.
        stride: S, at least 1.

    Raises:
        InputError: If a number is below 1 (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> x = jnp.arange(9.0).reshape(1, 3, 3, 1)
        >>> PaddedShortcut(2, stride=2).apply({}, {}, x, context=Context(False, None, jnp.ones(1)))[0][0].tolist()
        [[[0.0, 0.0], [2.0, 0.0]], [[6.0, 0.0], [8.0, 0.0]]]

    Source: He et al., "Deep residual learning for image recognition", 2016, section 3.3, option A.
    """

    channels: int
    stride: int = 1

    def __post_init__(self):
        """Check the sizes."""
        for field in ("channels", "stride"):
            if getattr(self, field) < 1:
                raise InputError(f"PaddedShortcut.{field} must be at least 1; got {getattr(self, field)}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return ({}, {}): there is nothing to learn or remember.

        Args:
            key: Not used.
            input_shape: (height, width, channels).

        Returns:
            (params, state), both empty.

        Raises:
            InputError: If that is no image, or has more channels than are to come out.
        """
        del key
        if len(input_shape) != 3:
            raise InputError(
                f"PaddedShortcut needs images (height, width, channels); got input_shape={input_shape}. Leave it out: "
                "a shortcut without layers is the input itself."
            )
        if input_shape[-1] > self.channels:
            raise InputError(
                f"PaddedShortcut.channels must be at least the {input_shape[-1]} channels that go in; got "
                f"{self.channels}. Use a convolution of kernel 1 for fewer."
            )
        return {}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n height width channels"], *, context: Context
    ) -> tuple[Float[Array, "n rows columns more"], State]:
        """Return (outputs, state).

        Args:
            params: {}.
            state: {}.
            x: Images (n, height, width, channels).
            context: Not used.

        Returns:
            The outputs, and the state as it was.
        """
        del params, context
        kept = jnp.asarray(x)[:, :: self.stride, :: self.stride]
        return jnp.pad(kept, ((0, 0), (0, 0), (0, 0), (0, self.channels - x.shape[-1]))), state
