"""The simple recurrent layer."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.steps import drawn, of_inputs, real_steps, sequence_shape, walk
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Initializer, Params, Shape, State


@spec
class SimpleRecurrent:
    """Remember a sequence in one state, mixed anew with every step's input.

        h_t = tanh(x_t W + h_{t-1} U + b),    h_0 = 0

    The same weights serve every step. Gradients pass through a product with U and a slope of tanh per step, so that
    they vanish or explode over many: clip them, or use `GRU` or `LSTM`.

    A sequence may be shorter than the array: the steps after the last one that holds a number other than 0 are padding.
    There the state stands still, and with `every_step` the outputs are 0, so that a recurrent layer on top knows the
    same padding.

    Shapes: x (n, steps, d) -> (n, units), the last real step's output, or (n, steps, units) with `every_step`;
    params = {"w_input": (d, units), "w_recurrent": (units, units), "b": (units,)}; state = {}.

    Args:
        units: Numbers in the state; at least 1.
        every_step: Whether every step's output is passed on, for another recurrent layer, or the last real one's alone.
        weights: Draws W from fan_in = d and fan_out = units.
        recurrent: Draws U; orthogonal matrices keep the length of what is remembered.

    Raises:
        InputError: If `units` is less than 1 (when the spec is made).

    Example:
        >>> import jax
        >>> from thalweg.types import Context
        >>> layer, x = SimpleRecurrent(4), jnp.ones((2, 7, 3))
        >>> params, state = layer.init(jax.random.key(0), (7, 3))
        >>> layer.apply(params, state, x, context=Context(True, None, jnp.ones(2)))[0].shape
        (2, 4)

    Source: Elman, "Finding structure in time", 1990; vanishing: Bengio, Simard and Frasconi, 1994.
    """

    units: int
    every_step: bool = False
    weights: Initializer = part(GlorotNormal(), family="initializer")
    recurrent: Initializer = part(Orthogonal(), family="initializer")

    def __post_init__(self):
        """Check the width."""
        if self.units < 1:
            raise InputError(f"SimpleRecurrent.units must be at least 1; got {self.units}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for sequences of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: (steps, features), each at least 1; the number of steps does not matter to the parameters.

        Returns:
            (params, state).

        Raises:
            InputError: If an example of that shape is no sequence.
        """
        _, d = sequence_shape("SimpleRecurrent", input_shape)
        params = drawn(key, self.weights, self.recurrent, features=d, units=self.units, gates=1)
        return params, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n steps d"], *, context: Context
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (outputs, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Sequences (n, steps, d), padded with zeros at their ends.
            context: Its product multiplies inputs and weights. Training and inference are alike.

        Returns:
            The outputs, (n, units) or (n, steps, units), and the state as it was.

        Raises:
            InputError: If `x` has not the d features a step that `init` was told of.
        """
        x = jnp.asarray(x)
        given = of_inputs("SimpleRecurrent", params, x, context)

        def cell(before, now):
            return (jnp.tanh(now + context.product(before[0], params["w_recurrent"])),)

        before = (jnp.zeros((x.shape[0], self.units), given.dtype),)
        return walk(cell, before, given, real_steps(x), every_step=self.every_step), state
