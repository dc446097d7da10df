"""A layer that the user writes."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError, shown
from thalweg.functions import called, require_function, sketched
from thalweg.numerics import is_floats
from thalweg.spec import spec
from thalweg.types import Array, Context, Params, Shape, State


@spec
class CustomLayer:
    """Map examples by a function of the user's, with parameters or without.

        y = function(x)    or    params = initialize(key, input_shape),  y = function(params, x)

    Shapes: x (n, ...) -> (n, ...); params as `initialize` makes them; state = {}.

    Gradients are JAX's, and every check and monitor sees the layer like any other. Parameters called "w", or w with an
    underscore and a word, are weights: penalties, decay and norm limits act on them and on no others. A saved run holds
    the functions' names and digests of them; who loads the run hands the functions in.

    Args:
        function: Takes a batch x (n, ...), after the parameters if there is `initialize`, and returns (n, ...); pure,
            made of what JAX can follow, each example by itself. One whose last argument is called `context` is handed
            the `Context` of the call there: whether it is in training, a random key then, each row's weight, and the
            network's `product` of inputs and weights, in 16 bits where it is asked for.
        initialize: Takes a random key and the shape of one example, and returns a dict of arrays. None for a layer
            with nothing to learn.

    Raises:
        InputError: If a function has no name and source of its own (when the spec is made).

    Example:
        >>> import jax
        >>> def scales(key, input_shape):
        ...     return {"scale": jnp.full(input_shape, 2.0)}
        >>> def scaled(params, x):
        ...     return params["scale"][None] * x
        >>> layer = CustomLayer(scaled, scales)
        >>> params, state = layer.init(jax.random.key(0), (2,))
        >>> context = Context(training=False, key=None, weight=jnp.ones(1))
        >>> layer.apply(params, state, jnp.array([[1.0, 3.0]]), context=context)[0].tolist()
        [[2.0, 6.0]]

    Source: the user's own.
    """

    function: Callable[..., Any]
    initialize: Callable[..., Any] | None = None

    def __post_init__(self):
        """Check that files can speak of the functions."""
        require_function("CustomLayer.function", self.function)
        if self.initialize is not None:
            require_function("CustomLayer.initialize", self.initialize)

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters.

        Args:
            key: Handed to `initialize`.
            input_shape: Of one example.

        Returns:
            (params, {}), floats in the default float type.

        Raises:
            InputError: If `initialize` fails, or returns something else than a dict of arrays of real numbers.
        """
        if self.initialize is None:
            return {}, {}
        params = called(self, self.initialize, key, input_shape)
        if not isinstance(params, Mapping) or not all(map(is_floats, params.values())):
            raise InputError(
                f"the function {self.initialize.__name__!r} of CustomLayer must return a dict of arrays of floats by "
                f"name; got {shown(params)}."
            )
        return {name: jnp.asarray(values, jnp.result_type(float)) for name, values in params.items()}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (function(x), state), or (function(params, x), state).

        Args:
            params: As `init` made them.
            state: {}.
            x: Examples (n, ...).
            context: Handed to a function that asks for it.

        Returns:
            The outputs, in the type of `x`, and the state as it was.

        Raises:
            InputError: If the function fails, or returns something else than n rows of real numbers.
        """
        x = jnp.asarray(x)
        arguments = (x,) if self.initialize is None else (jax.tree.map(jnp.asarray, dict(params)), x)
        asks = list(inspect.signature(self.function).parameters)[len(arguments) :] == ["context"]
        y = called(self, self.function, *arguments, *((context,) if asks else ()))
        if not is_floats(y) or y.shape[:1] != x.shape[:1]:
            raise InputError(
                f"the function {self.function.__name__!r} of CustomLayer must return floats, a row for each of the "
                f"{x.shape[0]} it takes; got {sketched(y)}."
            )
        return jnp.asarray(y, x.dtype), state
