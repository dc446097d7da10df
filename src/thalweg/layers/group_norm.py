"""Group normalisation: over groups of features of each example."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class GroupNorm:
    """Give each group of features of an example mean 0 and deviation 1, then scale and shift each feature.

        mean, var = over all entries of the example whose feature lies in the group
        y         = gamma (x - mean) / sqrt(var + epsilon) + beta

    The last axis holds the features (of an image its channels); neighbours form a group, and all places of an
    example count into its statistics. With one group and no further axes it is `LayerNorm`. As there, no example has
    a say in another's outputs. The variance is the biased one.

    Shapes: x (n, ..., d) -> (n, ..., d); params = {"gamma": (d,), "beta": (d,)}, or {} without `affine`; state = {}.

    Args:
        groups: How many; at least 1, and a divisor of d.
        epsilon: Added to the variance; in squared units of x, positive.
        affine: Whether gamma (from 1) and beta (from 0) are learned.

    Raises:
        InputError: If a number is outside its range (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> context = Context(training=True, key=None, weight=jnp.ones(1))
        >>> x = jnp.array([[1.0, 3.0, 10.0, 30.0]])
        >>> GroupNorm(2, affine=False).apply({}, {}, x, context=context)[0].round(3).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]

    Source: Wu and He, "Group normalization", 2018, equations 1 to 3 and 7.
    """

    groups: int = 8
    epsilon: Scalar = tunable(1e-5, low=0.0, open_low=True)
    affine: bool = True

    def __post_init__(self):
        """Check the number of groups."""
        if self.groups < 1:
            raise InputError(f"GroupNorm.groups must be at least 1; got {self.groups}.")

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return gamma 1 and beta 0 for examples of `input_shape`.

        Args:
            key: Not used: nothing is drawn.
            input_shape: Shape of one example; the last axis is the features.

        Returns:
            (params, state).

        Raises:
            InputError: If `groups` does not divide the features, or a group would hold a single number.
        """
        del key
        d = input_shape[-1] if input_shape else 0
        possible = [k for k in range(1, d + 1) if d % k == 0 and math.prod(input_shape) // k >= 2]
        if self.groups not in possible:
            choice = f"Choose {', '.join(map(str, possible))}" if possible else "Leave it out"
            raise InputError(
                f"GroupNorm.groups must divide the features of the last axis into groups of at least 2 numbers; got "
                f"groups={self.groups} for input_shape={input_shape}. {choice}, or put a layer "
                "of another width before it."
            )
        features = input_shape[-1:]
        return ({"gamma": jnp.ones(features), "beta": jnp.zeros(features)} if self.affine else {}), {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (y, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Examples (n, ..., d).
            context: Its weight leaves rows of padding out of the gradients of gamma and beta.

        Returns:
            The outputs in the shape of `x`, and the state as it was.
        """
        x = jnp.asarray(x)
        # Padding may hold anything, and 0 times NaN in the gradient of gamma is NaN.
        weight = context.weight.reshape(-1, *[1] * (x.ndim - 1))
        x = jnp.where(weight > 0, x, jnp.zeros((), x.dtype))
        grouped = x.reshape(x.shape[0], -1, self.groups, x.shape[-1] // self.groups)  # (n, places, groups, d / groups)
        centred = grouped - jnp.mean(grouped, axis=(1, 3), keepdims=True)
        variance = jnp.mean(jnp.square(centred), axis=(1, 3), keepdims=True)
        y = (centred / jnp.sqrt(variance + jnp.asarray(self.epsilon, x.dtype))).reshape(x.shape)
        if self.affine:
            shape = (1,) * (x.ndim - 1) + (-1,)
            y = params["gamma"].reshape(shape) * y + params["beta"].reshape(shape)
        return y, state
