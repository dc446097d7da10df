"""Layer normalisation: over the features of each example."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class LayerNorm:
    """Give the features of each example mean beta and standard deviation gamma.

        mean = mean of x over the last axis,    var = mean of (x - mean)^2 over it
        y    = gamma (x - mean) / sqrt(var + epsilon) + beta

    Each example (and each place of a sequence or an image) is normalised by itself: no running averages, no
    difference between training and inference, and no say of the rest of the batch, unlike `BatchNorm`. The variance
    is the biased one, divided by d.

    Shapes: x (n, ..., d) -> (n, ..., d); params = {"gamma": (d,), "beta": (d,)}, or {} without `affine`; state = {}.

    Args:
        epsilon: Added to the variance; in squared units of x, positive.
        affine: Whether gamma (from 1) and beta (from 0) are learned.

    Raises:
        InputError: If `epsilon` is outside its range (when the spec is made).

    Example:
        >>> from thalweg.types import Context
        >>> context = Context(training=True, key=None, weight=jnp.ones(1))
        >>> y, _ = LayerNorm(affine=False).apply({}, {}, jnp.array([[1.0, 3.0]]), context=context)
        >>> y.round(3).tolist()
        [[-1.0, 1.0]]

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016, equation 3.
    """

    epsilon: Scalar = tunable(1e-5, low=0.0, open_low=True)
    affine: bool = True

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return gamma 1 and beta 0 for examples of `input_shape`.

        Args:
            key: Not used: nothing is drawn.
            input_shape: Shape of one example; the last axis is the features.

        Returns:
            (params, state).

        Raises:
            InputError: If an example has fewer than 2 features: one alone would always be its own mean.
        """
        del key
        if not input_shape or input_shape[-1] < 2:
            raise InputError(
                f"LayerNorm takes examples of at least 2 features on the last axis; got input_shape={input_shape}. "
                "Leave it out, or put a wider layer before it."
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
        centred = x - jnp.mean(x, axis=-1, keepdims=True)
        variance = jnp.mean(jnp.square(centred), axis=-1, keepdims=True)
        y = centred / jnp.sqrt(variance + jnp.asarray(self.epsilon, x.dtype))
        if self.affine:
            shape = (1,) * (x.ndim - 1) + (-1,)
            y = params["gamma"].reshape(shape) * y + params["beta"].reshape(shape)
        return y, state
