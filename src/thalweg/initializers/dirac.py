"""Weights that hand the inputs on."""

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.spec import part, spec
from thalweg.types import Array, Initializer, Shape


@spec
class Dirac:
    """Let the first units hand one input on each, and draw the others.

        w[c, i, o] = 1 if o = i and c is the middle of the window, else 0    (o < inputs)
        w[c, i, o] ~ another initialiser                                     (all other o)

    A convolution then begins as one that gives its image back, with some filters more where it has more filters than
    channels, so that the signal and the gradient pass through layers of any depth; the middle of F places is the one
    at F // 2, from 0. Weights of a matrix have no places: a dense layer gives its inputs back. Of more inputs than
    units the first ones are handed on. The filters of a convolution with groups see only a share of the channels; there
    as many are handed on as one group sees, by the first filters.

    Args:
        others: Draws the weights of the other units; an `Auto` draws as `HeNormal` here.

    Example:
        >>> import jax
        >>> w = Dirac()(jax.random.key(0), (3, 2, 4), fan_in=6, fan_out=12)
        >>> w[1, :, :2].tolist(), float(abs(w[0, :, :2]).max())
        ([[1.0, 0.0], [0.0, 1.0]], 0.0)

    Source: Zagoruyko and Komodakis, "DiracNets: training very deep neural networks without skip-connections", 2017;
    first filters alone: Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, section 3.2.
    """

    others: Initializer = part(LecunNormal(), family="initializer")

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the array.

        Args:
            key: Random key of the other units.
            shape: Shape of the array; its last axis is the units, the one before it the inputs at a place.
            fan_in: Inputs of each unit; at least 1.
            fan_out: Outputs that each input feeds.

        Returns:
            The weights, in the default float type.
        """
        drawn = self.others(key, shape, fan_in=fan_in, fan_out=fan_out)
        *places, inputs, units = shape
        handed = min(inputs, units)
        middle = tuple(size // 2 for size in places)
        delta = jnp.zeros((*shape[:-1], handed), drawn.dtype)
        delta = delta.at[middle].set(jnp.eye(inputs, handed, dtype=drawn.dtype))
        return jnp.concatenate([delta, drawn[..., handed:]], axis=-1)
