"""An activation that the user writes."""

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.functions import called, require_function, sketched
from thalweg.numerics import is_floats
from thalweg.spec import spec
from thalweg.types import Array


@spec
class CustomActivation:
    """Apply a function of the user's to every entry.

        f(x) = function(x)

    Its derivative is JAX's. A saved run holds the function's name and a digest of it; who loads the run hands
    the function in.

    Args:
        function: Takes an array and returns one of the same shape, entry by entry; pure, and made of what JAX can
            follow (`jax.numpy`). Written with `def`.
        saturating: Whether it is flat at large inputs of both signs; layers before it then draw smaller weights.

    Raises:
        InputError: If `function` has no name and source of its own, or `saturating` is not true or false (when the
            spec is made).

    Example:
        >>> def square(x):
        ...     return x * x
        >>> CustomActivation(square)(jnp.array([-3.0, 0.5])).tolist()
        [9.0, 0.25]

    Source: the user's own.
    """

    function: Callable[..., Any]
    saturating: bool = False

    ends: ClassVar[tuple[float, float] | None] = None  # nothing is known of where its units stay

    def __post_init__(self):
        """Check that files can speak of the function."""
        require_function("CustomActivation.function", self.function)

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return the function of every entry of `x`.

        Args:
            x: Any shape.

        Returns:
            The shape and type of `x`.

        Raises:
            InputError: If the function fails, or returns another shape or something else than real numbers.
        """
        x = jnp.asarray(x)
        y = called(self, self.function, x)
        if not is_floats(y) or y.shape != x.shape:
            raise InputError(
                f"the function {self.function.__name__!r} of CustomActivation must return floats of the shape "
                f"{x.shape} that it takes; got {sketched(y)}. Map every entry by itself."
            )
        return jnp.asarray(y, x.dtype)
