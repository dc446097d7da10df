"""A function of every entry, as a layer."""

from typing import ClassVar, Protocol, runtime_checkable

from jaxtyping import Float, Key

from thalweg.activations.relu import ReLU
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Params, Shape, State


@runtime_checkable
class Function(Protocol):
    """What maps every entry of an array by itself."""

    saturating: ClassVar[bool]  # whether it is flat at large inputs of both signs; initial weights depend on it
    # (low, high): the values it stays at for large inputs of either sign, high infinite where it is rectified; None
    # where units can neither die nor saturate
    ends: ClassVar[tuple[float, float] | None]

    def __call__(self, x: Array) -> Array:
        """Return the function of every entry of `x`, in the shape and type of `x`."""
        ...


@spec
class Activation:
    """Apply an activation to every entry.

        y = f(x)

    Shapes: x (n, ...) -> (n, ...); params = {}; state = {}.

    Args:
        function: The activation f, such as `ReLU()` or `Tanh()`.

    Example:
        >>> import jax.numpy as jnp
        >>> from thalweg.types import Context
        >>> context = Context(training=False, key=None, weight=jnp.ones(1))
        >>> Activation().apply({}, {}, jnp.array([[-2.0, 3.0]]), context=context)[0].tolist()
        [[0.0, 3.0]]

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    function: Function = part(ReLU(), family="activation")

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
        """Return (f(x), state).

        Args:
            params: {}.
            state: {}.
            x: Examples (n, ...).
            context: Not used: every entry is mapped by itself, and alike in training and inference.

        Returns:
            The outputs in the shape of `x`, and the state as it was.
        """
        del params, context
        return self.function(x), state
