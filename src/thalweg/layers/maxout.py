"""The layer whose units take the largest of several affine maps."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State

_MOST_PIECES = 1_000


@spec
class Maxout:
    """Give each unit the largest of k affine maps of the inputs.

        y_j = max_k (x w_jk + b_jk)

    A unit learns the form of its own bend: with k = 2, (0, w) is `ReLU` of x w, and (0.01 w, w) is `LeakyReLU`. It
    never saturates and never dies, at the price of k times the parameters of `Dense`. Where maps are equal the
    gradient goes to the first of them.

    Shapes: x (n, ...) of d numbers an example -> (n, units); params = {"w": (d, units k), "b": (units k,)}, the k
    maps of a unit side by side; state = {}.

    Args:
        units: Number of outputs an example; at least 1.
        pieces: The k affine maps of each unit; at least 1.
        weights: Draws w from fan_in = d and fan_out = units.
        bias: What every entry of b starts at.

    Raises:
        InputError: If a number is outside its range (when the spec is made).

    Example:
        >>> import jax
        >>> params, state = Maxout(10).init(jax.random.key(0), (3072,))
        >>> params["w"].shape
        (3072, 20)

    Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, "Maxout networks", 2013; CS231n notes, "Neural
    Networks Part 1", "Commonly used activation functions".
    """

    units: int
    pieces: int = 2
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the widths."""
        if self.units < 1:
            raise InputError(f"Maxout.units must be at least 1; got {self.units}.")
        if not 1 <= self.pieces <= _MOST_PIECES:
            raise InputError(f"Maxout.pieces must be from 1 to {_MOST_PIECES}; got {self.pieces}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for examples of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: Shape of one example; of at least one number.

        Returns:
            (params, state).

        Raises:
            InputError: If an example of that shape holds no number.
        """
        d = math.prod(input_shape)
        if d < 1:
            raise InputError(f"Maxout needs at least 1 feature an example; got input_shape={input_shape}.")
        columns = self.units * self.pieces
        w = self.weights(key, (d, columns), fan_in=d, fan_out=self.units)
        return {"w": w, "b": jnp.full(columns, jnp.asarray(self.bias, w.dtype))}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n units"], State]:
        """Return (the largest of each unit's maps, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Examples (n, ...).
            context: Its product multiplies inputs and weights. Training and inference are alike.

        Returns:
            The outputs (n, units) and the state as it was.

        Raises:
            InputError: If an example of `x` has not the d numbers that `init` was told of.
        """
        d = params["w"].shape[0]
        got = math.prod(x.shape[1:])
        if got != d:
            raise InputError(
                f"Maxout was initialised for {d} features an example; got {got} (input of shape {x.shape}). "
                f"Call init with input_shape={x.shape[1:]}."
            )
        maps = context.product(x.reshape(-1, d), params["w"]) + params["b"][None, :]
        maps = jnp.asarray(maps).reshape(-1, self.units, self.pieces)
        # One piece is chosen: the gradient of a maximum is split between equal maps, which then stay equal. Chosen by a
        # comparison, for the gradient of a look-up is a scatter, which is slower.
        first = jnp.argmax(maps, axis=2, keepdims=True)
        chosen = first == jnp.arange(self.pieces, dtype=first.dtype)[None, None, :]
        return jnp.sum(jnp.where(chosen, maps, jnp.zeros((), maps.dtype)), axis=2), state
