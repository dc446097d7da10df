"""DropConnect: train a random part of the weights at a time."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class DropConnect:
    """Map each example x to x w + b, with a random share of w set to 0 while training.

        y = x (w m) / (1 - p) + b,    each m_ij 0 with probability p, else 1

    Dropout drops units; this drops weights, so a unit goes on with a part of its inputs. One m is drawn a step, for
    the whole batch: one for each example, as in the paper, would need n copies of w. In the inverted form the mean of
    y is x w + b already in training, so inference uses w as it is (the paper samples a normal approximation instead).
    Here p is the share that is *dropped*. Biases are never dropped.

    Shapes: x (n, ...) of d numbers an example -> (n, units); params = {"w": (d, units), "b": (units,)};
    state = {}.

    Args:
        units: Number of outputs an example; at least 1.
        drop: Share p of the weights to drop, in [0, 1).
        weights: Draws w from fan_in = d and fan_out = units.
        bias: What every entry of b starts at.

    Raises:
        InputError: If a number is outside its range (when the spec is made).

    Example:
        >>> params, state = DropConnect(10).init(jax.random.key(0), (3072,))
        >>> params["w"].shape
        (3072, 10)

    Source: Wan, Zeiler, Zhang, LeCun and Fergus, "Regularization of neural networks using DropConnect", 2013.
    """

    units: int
    drop: Scalar = tunable(0.5, low=0.0, high=1.0, open_high=True)
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the width."""
        if self.units < 1:
            raise InputError(f"DropConnect.units must be at least 1; got {self.units}.")

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
            raise InputError(f"DropConnect needs at least 1 feature an example; got input_shape={input_shape}.")
        w = self.weights(key, (d, self.units), fan_in=d, fan_out=self.units)
        return {"w": w, "b": jnp.full(self.units, jnp.asarray(self.bias, w.dtype))}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n units"], State]:
        """Return (y, state): y with weights dropped in training, x w + b otherwise.

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Examples (n, ...).
            context: Its key draws what is dropped, anew at each step; its product multiplies inputs and weights.

        Returns:
            The outputs (n, units) and the state as it was.

        Raises:
            InputError: If `context` asks for noise but holds no key, or an example of `x` has not the d numbers that
                `init` was told of.
        """
        w = params["w"]
        got = math.prod(x.shape[1:])
        if got != w.shape[0]:
            raise InputError(
                f"DropConnect was initialised for {w.shape[0]} features an example; got {got} (input of shape "
                f"{x.shape}). Call init with input_shape={x.shape[1:]}."
            )
        if context.noisy:
            if context.key is None:
                raise InputError(
                    "DropConnect needs a random key while training; got none. "
                    "Give the context one: Context(training=True, key=jax.random.key(0), weight=...)."
                )
            w = jnp.asarray(w)
            keep = 1 - jnp.asarray(self.drop, w.dtype)
            kept = jax.random.bernoulli(context.key, keep, w.shape)
            w = jnp.where(kept, w / keep, jnp.zeros((), w.dtype))
        return context.product(x.reshape(-1, w.shape[0]), w) + params["b"][None, :], state
