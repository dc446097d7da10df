"""The long short-term memory."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.steps import drawn, of_inputs, real_steps, sequence_shape, walk
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class LSTM:
    """Remember a sequence in a cell that gates write to, keep and show.

        i_t, f_t, o_t = sigmoid(x_t W_{i,f,o} + h_{t-1} U_{i,f,o} + b_{i,f,o})
        g_t = tanh(x_t W_g + h_{t-1} U_g + b_g)
        c_t = f_t c_{t-1} + i_t g_t,    h_t = o_t tanh(c_t),    h_0 = c_0 = 0

    Along the cell c a gradient is multiplied by f alone, so that it need not vanish. The output is h.

    A sequence may be shorter than the array: the steps after the last one that holds a number other than 0 are padding.
    There the state stands still, and with `every_step` the outputs are 0, so that a recurrent layer on top knows the
    same padding.

    Shapes: x (n, steps, d) -> (n, units), the last real step's output, or (n, steps, units) with `every_step`;
    params = {"w_input": (d, 4 units), "w_recurrent": (units, 4 units), "b": (4 units,)}, columns in the order
    i, f, g, o; state = {}.

    Args:
        units: Numbers in the state; at least 1.
        every_step: Whether every step's output is passed on, for another recurrent layer, or the last real one's alone.
        weights: Draws each gate's W from fan_in = d and fan_out = units.
        recurrent: Draws each gate's U; orthogonal matrices keep the length of what is remembered.
        forget_bias: What the entries of b_f start at; at 1 a new network remembers. The others start at 0.

    Raises:
        InputError: If `units` is less than 1 (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> layer, x = LSTM(4), jnp.ones((2, 7, 3))
        >>> params, state = layer.init(jax.random.key(0), (7, 3))
        >>> layer.apply(params, state, x, context=Context(True, None, jnp.ones(2)))[0].shape
        (2, 4)

    Source: Hochreiter and Schmidhuber, 1997; forget gate: Gers, Schmidhuber and Cummins, 2000; its bias: Jozefowicz,
    Zaremba and Sutskever, 2015.
    """

    units: int
    every_step: bool = False
    weights: Initializer = part(GlorotNormal(), family="initializer")
    recurrent: Initializer = part(Orthogonal(), family="initializer")
    forget_bias: Scalar = tunable(1.0)

    def __post_init__(self):
        """Check the width."""
        if self.units < 1:
            raise InputError(f"LSTM.units must be at least 1; got {self.units}.")

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
        _, d = sequence_shape("LSTM", input_shape)
        params = drawn(key, self.weights, self.recurrent, features=d, units=self.units, gates=4)
        b = params["b"]
        forget = (jnp.arange(b.size) >= self.units) & (jnp.arange(b.size) < 2 * self.units)
        return {**params, "b": jnp.where(forget, jnp.asarray(self.forget_bias, b.dtype), b)}, {}

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
        given = of_inputs("LSTM", params, x, context)

        def cell(before, now):
            h, c = before
            i, f, g, o = jnp.split(now + context.product(h, params["w_recurrent"]), 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return jax.nn.sigmoid(o) * jnp.tanh(c), c

        zero = jnp.zeros((x.shape[0], self.units), given.dtype)
        return walk(cell, (zero, zero), given, real_steps(x), every_step=self.every_step), state
