"""The largest entry of each window of an image."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.layers.largest import largest
from thalweg.layers.pooling import check_pooling, pooled_windows, windows_of
from thalweg.layers.windows import Fit, Padding, Size, Windows
from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class MaxPooling:
    """Keep the largest entry of each window, channel by channel.

        y[p, q, c] = max_(k, l) x[p S + k - P, q S + l - P, c]

    There are (N - F + 2P) / S + 1 windows along an axis of N places; windows of 2 side by side halve an image. The
    gradient goes to the largest entry; where several are equal, each gets an equal share of it.

    Shapes: x (n, height, width, channels) -> (n, rows of windows, columns of windows, channels); params = {};
    state = {}.

    Args:
        window: F, places along each axis: one number or (height, width), at least 1.
        stride: S, places from one window to the next: one number or a pair, at least 1; that of the window if not said,
            so that windows lie side by side.
        padding: Places around the image that count for nothing: one number or a pair, at least 0 and less than the
            window; "valid" for none; "same" for (F - 1) / 2.
        fit: What becomes of an image that the windows do not fit: "error", or "floor" to leave out the remainder.

    Raises:
        InputError: If a size is below the least allowed, or the padding as large as the window (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> x = jnp.array([[1.0, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])[None, :, :, None]
        >>> MaxPooling().apply({}, {}, x, context=Context(False, None, jnp.ones(1)))[0][0, :, :, 0].tolist()
        [[6.0, 8.0], [3.0, 4.0]]

    Source: CS231n notes, "Convolutional Networks", "Pooling layer".
    """

    window: Size = 2
    stride: Size | None = None
    padding: Padding = "valid"
    fit: Fit = "error"

    def __post_init__(self):
        """Check the sizes."""
        check_pooling(self)

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return ({}, {}): there is nothing to learn or remember.

        Args:
            key: Not used.
            input_shape: (height, width, channels).

        Returns:
            (params, state), both empty.

        Raises:
            InputError: If that is no image, or the windows do not fit.
        """
        del key
        self.windows(input_shape)
        return {}, {}

    def windows(self, input_shape: Shape) -> Windows:
        """Return the windows over one image.

        Args:
            input_shape: (height, width, channels).

        Returns:
            What they reach, how far they lie apart and what they leave out.

        Raises:
            InputError: If that is no image, or they do not fit.
        """
        return pooled_windows(self, input_shape)

    def apply(
        self, params: Params, state: State, x: Float[Array, "n height width channels"], *, context: Context
    ) -> tuple[Float[Array, "n rows columns channels"], State]:
        """Return (the largest entries, state).

        Args:
            params: {}.
            state: {}.
            x: Images (n, height, width, channels).
            context: Not used.

        Returns:
            The outputs, and the state as it was.

        Raises:
            InputError: If that is no image, or the windows do not fit.
        """
        del params, context
        seen, inside = windows_of(self, x, fill=-jnp.inf)
        return largest(seen, inside), state
