"""Squeeze-and-excitation: channels scaled by what all of the image says."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Initializer, Params, Shape, State

_BEND, _GATE = ReLU(), Sigmoid()


@spec
class SqueezeExcite:
    """Scale each channel by a number between 0 and 1 that hangs on the means of all channels.

        s = mean of x over all places,    e = sigmoid(relu(s W_s + b_s) W_e + b_e),    y[p, c] = e[c] x[p, c]

    An example's channels that matter little in it are turned down, at all places alike. The way through C / r numbers
    keeps this cheap: there are 2 C^2 / r + C / r + C parameters for C channels.

    At first every e is near 1/2, so that what comes out is half as large as what went in. A normalisation behind it, or
    the shortcut of the residual block whose branch it ends, makes up for that; a plain chain of many does not. The
    initial weights of the layer before are chosen by what follows this one. The padding of a sequence counts as any
    step does.

    Shapes: x (n, ..., C) -> (n, ..., C); params = {"w_squeeze": (C, C / r), "b_squeeze": (C / r,), "w_excite": (C / r,
    C), "b_excite": (C,)}; state = {}.

    Args:
        ratio: r, at least 1; divides the channels.
        squeeze: Draws W_s from fan_in = C and fan_out = C / r; a ReLU follows.
        excite: Draws W_e from fan_in = C / r and fan_out = C; a sigmoid follows.

    Raises:
        InputError: If `ratio` is less than 1 (when the spec is made).

    Example:
        >>> params, _ = SqueezeExcite(16).init(jax.random.key(0), (7, 7, 64))
        >>> params["w_squeeze"].shape, sum(leaf.size for leaf in params.values())  # 512 + 4 + 64
        ((64, 4), 580)

    Source: Hu, Shen and Sun, "Squeeze-and-excitation networks", 2018, equations 2 to 4.
    """

    ratio: int = 16
    squeeze: Initializer = part(HeNormal(), family="initializer")
    excite: Initializer = part(GlorotNormal(), family="initializer")

    def __post_init__(self):
        """Check the ratio."""
        if self.ratio < 1:
            raise InputError(f"SqueezeExcite.ratio must be at least 1; got {self.ratio}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for images or sequences of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: (..., channels).

        Returns:
            (params, state).

        Raises:
            InputError: If there are no places beside the channels, or `ratio` does not divide these.
        """
        if len(input_shape) < 2 or math.prod(input_shape) < 1:
            raise InputError(
                f"SqueezeExcite needs images or sequences (..., channels); got input_shape={input_shape}. Leave it "
                "out, or put a Reshape before it."
            )
        channels = input_shape[-1]
        if channels % self.ratio:
            divisors = [n for n in range(1, channels + 1) if channels % n == 0]
            raise InputError(
                f"SqueezeExcite.ratio must divide the channels, {channels}; got {self.ratio}. Ratios that do: "
                f"{', '.join(map(str, divisors))}."
            )
        narrow = channels // self.ratio
        down, up = jax.random.split(key)
        w_squeeze = self.squeeze(down, (channels, narrow), fan_in=channels, fan_out=narrow)
        w_excite = self.excite(up, (narrow, channels), fan_in=narrow, fan_out=channels)
        return {
            "w_squeeze": w_squeeze,
            "b_squeeze": jnp.zeros(narrow, w_squeeze.dtype),
            "w_excite": w_excite,
            "b_excite": jnp.zeros(channels, w_excite.dtype),
        }, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n *places channels"], *, context: Context
    ) -> tuple[Float[Array, "n *places channels"], State]:
        """Return (y, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Images or sequences (n, ..., channels).
            context: Its product multiplies means and weights. Training and inference are alike.

        Returns:
            The scaled channels in the shape of `x`, and the state as it was.

        Raises:
            InputError: If `x` has not the channels that `init` was told of.
        """
        x = jnp.asarray(x)
        channels = len(params["b_excite"])
        if x.shape[-1] != channels:
            raise InputError(
                f"SqueezeExcite was initialised for {channels} channels; got an input of shape {x.shape}. Call init "
                f"with input_shape={x.shape[1:]}."
            )
        means = jnp.mean(x, axis=tuple(range(1, x.ndim - 1)))  # (n, channels)
        narrow = _BEND(context.product(means, params["w_squeeze"]) + params["b_squeeze"][None])
        gates = _GATE(context.product(narrow, params["w_excite"]) + params["b_excite"][None])
        return x * gates.reshape(len(x), *(1,) * (x.ndim - 2), channels), state
