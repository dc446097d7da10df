"""The fully connected layer."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class Dense:
    """Map each example x to x w + b.

        y = x w + b

    Inputs of more than one axis are flattened: an image of shape (32, 32, 3) counts as d = 3072 features.

    Shapes: x (n, ...) of d numbers an example -> (n, units); params = {"w": (d, units), "b": (units,)};
    state = {}.

    Args:
        units: Number of outputs an example; at least 1.
        weights: Draws w from fan_in = d and fan_out = units.
        bias: What every entry of b starts at. 0.01 makes rectified units active at first; the notes call
            its use disputed.

    Raises:
        InputError: If `units` is less than 1 (when the spec is made).

    Example:
        >>> import jax
        >>> params, state = Dense(10).init(jax.random.key(0), (3072,))
        >>> params["w"].shape
        (3072, 10)

    Source: CS231n notes, "Neural Networks Part 1", "Neural Network architectures".
    """

    units: int
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the width."""
        if self.units < 1:
            raise InputError(f"Dense.units must be at least 1; got {self.units}.")

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
            raise InputError(f"Dense needs at least 1 feature an example; got input_shape={input_shape}.")
        w = self.weights(key, (d, self.units), fan_in=d, fan_out=self.units)
        return {"w": w, "b": jnp.full(self.units, jnp.asarray(self.bias, w.dtype))}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n units"], State]:
        """Return (x w + b, state).

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
                f"Dense was initialised for {d} features an example; got {got} (input of shape {x.shape}). "
                f"Call init with input_shape={x.shape[1:]}."
            )
        return context.product(x.reshape(-1, d), params["w"]) + params["b"][None, :], state
