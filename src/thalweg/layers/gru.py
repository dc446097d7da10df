"""The gated recurrent unit."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.steps import drawn, of_inputs, real_steps, sequence_shape, walk
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Initializer, Params, Shape, State


@spec
class GRU:
    """Remember a sequence in one state, of which a gate says how much to write anew.

        z_t = sigmoid(x_t W_z + h_{t-1} U_z + b_z)                  (how much stays)
        r_t = sigmoid(x_t W_r + h_{t-1} U_r + b_r)                  (how much of the past is looked at)
        g_t = tanh(x_t W_g + (r_t h_{t-1}) U_g + b_g)
        h_t = z_t h_{t-1} + (1 - z_t) g_t,    h_0 = 0

    This is the paper's form: the past is reset before its product with U_g. PyTorch, and Keras by default, reset the
    product instead.

    A sequence may be shorter than the array: the steps after the last one that holds a number other than 0 are padding.
    There the state stands still, and with `every_step` the outputs are 0, so that a recurrent layer on top knows the
    same padding.

    Shapes: x (n, steps, d) -> (n, units), the last real step's output, or (n, steps, units) with `every_step`;
    params = {"w_input": (d, 3 units), "w_recurrent": (units, 3 units), "b": (3 units,)}, columns in the order
    z, r, g; state = {}.

    Args:
        units: Numbers in the state; at least 1.
        every_step: Whether every step's output is passed on, for another recurrent layer, or the last real one's alone.
        weights: Draws each gate's W from fan_in = d and fan_out = units.
        recurrent: Draws each gate's U; orthogonal matrices keep the length of what is remembered.

    Raises:
        InputError: If `units` is less than 1 (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> layer, x = GRU(4), jnp.ones((2, 7, 3))
        >>> params, state = layer.init(jax.random.key(0), (7, 3))
        >>> layer.apply(params, state, x, context=Context(True, None, jnp.ones(2)))[0].shape
        (2, 4)

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014, equations 5 to 8.
    """

    units: int
    every_step: bool = False
    weights: Initializer = part(GlorotNormal(), family="initializer")
    recurrent: Initializer = part(Orthogonal(), family="initializer")

    def __post_init__(self):
        """Check the width."""
        if self.units < 1:
            raise InputError(f"GRU.units must be at least 1; got {self.units}.")

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
        _, d = sequence_shape("GRU", input_shape)
        params = drawn(key, self.weights, self.recurrent, features=d, units=self.units, gates=3)
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
        given = of_inputs("GRU", params, x, context)
        units = self.units
        of_gates, of_new = params["w_recurrent"][:, : 2 * units], params["w_recurrent"][:, 2 * units :]

        def cell(before, now):
            (h,) = before
            z, r = jnp.split(jax.nn.sigmoid(now[:, : 2 * units] + context.product(h, of_gates)), 2, axis=1)
            new = jnp.tanh(now[:, 2 * units :] + context.product(r * h, of_new))
            return (z * h + (1 - z) * new,)

        before = (jnp.zeros((x.shape[0], units), given.dtype),)
        return walk(cell, before, given, real_steps(x), every_step=self.every_step), state
