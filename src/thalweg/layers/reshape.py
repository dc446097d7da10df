"""The same numbers in other axes."""

import math

from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class Reshape:
    """Give the numbers of each example other axes, in their order: the last axis runs fastest.

    64 numbers become an image by `Reshape((8, 8, 1))`: rows of pixels, one channel. An image (height, width, channels)
    becomes a sequence of its rows, (height, width channels), by `Reshape((height, -1))`, for a recurrent layer.

    Shapes: x (n, ...) of d numbers an example -> n examples of `shape`; params = {}; state = {}.

    Args:
        shape: Of one example; sizes of at least 1, of which one may be -1: as many as there are numbers left for.

    Raises:
        InputError: If a size is neither at least 1 nor -1, or two are -1 (when the spec is made).

    Example:
        >>> import jax.numpy as jnp
        >>> from thalweg.types import Context
        >>> context = Context(training=False, key=None, weight=jnp.ones(2))
        >>> Reshape((8, -1)).apply({}, {}, jnp.ones((2, 8, 8, 3)), context=context)[0].shape
        (2, 8, 24)

    Source: NumPy, `numpy.reshape`, order "C".
    """

    shape: tuple[int, ...]

    def __post_init__(self):
        """Check the sizes."""
        if not self.shape or min(self.shape) < -1 or 0 in self.shape or self.shape.count(-1) > 1:
            raise InputError(f"Reshape.shape must hold sizes of at least 1, of which one may be -1; got {self.shape}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return ({}, {}): there is nothing to learn or remember.

        Args:
            key: Not used.
            input_shape: Shape of one example.

        Returns:
            (params, state), both empty.

        Raises:
            InputError: If the numbers of an example do not fill the shape.
        """
        del key
        self._filled(input_shape)
        return {}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (x in the other axes, state).

        Args:
            params: {}.
            state: {}.
            x: Examples (n, ...).
            context: Not used.

        Returns:
            The examples, and the state as it was.

        Raises:
            InputError: If the numbers of an example do not fill the shape.
        """
        del params, context
        return x.reshape(x.shape[0], *self._filled(x.shape[1:])), state

    def _filled(self, given: Shape) -> Shape:
        numbers, known = math.prod(given), math.prod(size for size in self.shape if size != -1)
        left = numbers // known
        if left * known != numbers or left < 1 or (left != 1 and -1 not in self.shape):
            raise InputError(
                f"Reshape.shape {self.shape} does not hold the {numbers} numbers of an example; "
                f"got input_shape={given}. Choose sizes whose product is {numbers}."
            )
        return tuple(left if size == -1 else size for size in self.shape)
