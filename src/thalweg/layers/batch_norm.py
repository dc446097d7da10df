"""Batch normalisation, a feature or a channel at a time."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.layers.standardized import standardized
from thalweg.spec import spec, tunable
from thalweg.types import Array, Context, Params, Scalar, Shape, State


@spec
class BatchNorm:
    """Give each feature mean beta and standard deviation gamma over the batch.

        mean = sum_i w_i x_i / sum_i w_i
        var  = sum_i w_i (x_i - mean)^2 / sum_i w_i
        y    = gamma (x - mean) / sqrt(var + epsilon) + beta

    The last axis holds the features. Of an image (height, width, channels) these are its channels, and the sums run
    over all of its places too, as over the steps of a sequence: one mean a channel.

    w is the weight of the context: rows of padding count for nothing. The gradient flows through mean and var
    (a form that treats them as constants is wrong). The variance is the biased one, divided by n and not
    n - 1, here and in the running average; some libraries average the unbiased one.

    In training an example's output depends on the rest of its batch. At inference the running averages take
    the place of mean and var, so each example is mapped by itself:

        running <- momentum running + (1 - momentum) batch

    (some libraries call 1 - momentum the momentum). They begin at mean 0 and variance 1 and have forgotten
    that after a few times 1 / (1 - momentum) steps. A frozen layer goes by them in training, too, and the
    step keeps them as they are.

    Shapes: x (n, ..., d) -> (n, ..., d); params = {"gamma": (d,), "beta": (d,)}, or {} without `affine`;
    state = {"mean": (d,), "variance": (d,)}.

    Args:
        momentum: Share of the running averages kept each step, in [0, 1).
        epsilon: Added to the variance so that a constant feature does not divide by 0; in squared units of
            x, positive.
        affine: Whether gamma (from 1) and beta (from 0) are learned. With gamma = sqrt(var + epsilon) and
            beta = mean the layer gives x back.

    Raises:
        InputError: If a number is outside its range (when the spec is made).

    Example:
        >>> import jax
        >>> params, state = BatchNorm().init(jax.random.key(0), (4,))
        >>> sorted(params), sorted(state)
        (['beta', 'gamma'], ['mean', 'variance'])

    Source: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1.
    """

    momentum: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-5, low=0.0, open_low=True)
    affine: bool = True

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Return gamma 1, beta 0, mean 0 and variance 1 for examples of `input_shape`.

        Args:
            key: Not used: nothing is drawn.
            input_shape: Shape of one example: (..., d).

        Returns:
            (params, state).

        Raises:
            InputError: If an example of that shape holds no number.
        """
        del key
        if math.prod(input_shape) < 1 or not input_shape:
            raise InputError(f"BatchNorm needs at least 1 feature an example; got input_shape={input_shape}.")
        features = input_shape[-1:]
        params = {"gamma": jnp.ones(features), "beta": jnp.zeros(features)} if self.affine else {}
        return params, {"mean": jnp.zeros(features), "variance": jnp.ones(features)}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n *places d"], *, context: Context
    ) -> tuple[Float[Array, "n *places d"], State]:
        """Return (y, next state).

        Args:
            params: What `init` gave, or what training made of it.
            state: The running averages.
            x: Examples (n, ..., d).
            context: Its weight leaves rows of padding out; in training at least one row must have weight.

        Returns:
            The outputs in the shape of `x`; the running averages, moved by this batch in training, else as they were.
        """
        shape = x.shape
        x = jnp.asarray(x).reshape(-1, shape[-1])  # (n places, d): every place counts as an example does
        epsilon = jnp.asarray(self.epsilon, x.dtype)
        gamma = params["gamma"] if self.affine else jnp.ones(shape[-1], x.dtype)
        beta = params["beta"] if self.affine else jnp.zeros(shape[-1], x.dtype)
        if not context.training:
            return self._by_averages(x, state, gamma, beta, epsilon).reshape(shape), state
        weight = jnp.asarray(context.weight, x.dtype)[:, None]
        # Not `jnp.repeat`, which looks each one up: that goes into every pass over the examples.
        weight = jnp.broadcast_to(weight, (shape[0], math.prod(shape[1:-1]))).reshape(-1)
        # Padding may hold anything, and 0 times NaN is NaN: it is taken out before it meets any sum.
        x = jnp.where(weight[:, None] > 0, x, jnp.zeros((), x.dtype))
        y, mean, variance = standardized(x, weight, gamma, beta, epsilon)
        momentum = jnp.asarray(self.momentum, x.dtype)
        after = {
            "mean": momentum * state["mean"] + (1 - momentum) * mean,
            "variance": momentum * state["variance"] + (1 - momentum) * variance,
        }
        if context.frozen is not None:
            y = jnp.where(context.frozen, self._by_averages(x, state, gamma, beta, epsilon), y)
        return y.reshape(shape), after

    def _by_averages(self, x: Array, state: State, gamma: Array, beta: Array, epsilon: Array) -> Array:
        factor = gamma / jnp.sqrt(state["variance"] + epsilon)
        return (x - state["mean"][None, :]) * factor[None, :] + beta[None, :]
