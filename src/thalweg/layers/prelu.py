"""The rectified unit whose leak is learned."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class PReLU:
    """Pass what is positive, and a learned share of what is not.

        y = x where x > 0, else a x;    dy/da = x where x <= 0, else 0

    A layer and not an activation, for a is a parameter: one for each feature (the last axis), or one for all. It is
    no weight, so penalties on weights leave it alone; a penalty would pull it towards 0, which is `ReLU`. The slope
    at 0 is a.

    Shapes: x (n, ..., d) -> (n, ..., d); params = {"slope": (d,)}, or () where it is shared; state = {}.

    Args:
        start: What every a begins at; 0.25 as in the paper.
        shared: Whether all features share one a.

    Raises:
        InputError: If `shared` is not true or false, or `start` no finite number.

    Example:
        >>> import jax
        >>> PReLU().init(jax.random.key(0), (3,))[0]["slope"].tolist()
        [0.25, 0.25, 0.25]

    Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015, equations 1 to 3.
    """

    start: Scalar = tunable(0.25)
    shared: bool = False

    saturating: ClassVar[bool] = False  # initial weights of the layer before depend on it

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return the slopes at their start.

        Args:
            key: Not used: nothing is drawn.
            input_shape: Shape of one example; the last axis is the features.

        Returns:
            (params, state).
        """
        del key
        shape = () if self.shared else input_shape[-1:]
        return {"slope": jnp.full(shape, jnp.asarray(self.start, jnp.result_type(float)))}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n ..."], State]:
        """Return (y, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Examples (n, ..., d).
            context: Its weight leaves rows of padding out.

        Returns:
            The outputs in the shape of `x`, and the state as it was.
        """
        x = jnp.asarray(x)
        slope = params["slope"]
        # Padding may hold anything, and 0 times NaN in the gradient of the slope is NaN.
        weight = context.weight.reshape(-1, *[1] * (x.ndim - 1))
        below = jnp.where((x > 0) | (weight == 0), jnp.zeros((), x.dtype), x)
        return jnp.where(x > 0, x, slope.reshape((1,) * (x.ndim - slope.ndim) + slope.shape) * below), state
