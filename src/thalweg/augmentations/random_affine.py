"""Images turned, moved, scaled, stretched and sheared."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.affine_map import affine_map
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class RandomAffine:
    """Turn, shear, stretch, scale and move each image around its middle, by amounts drawn anew.

        x'(m + A d + t) = x(m + d),    A = turn(a) shear(b) diag(e^(s + r), e^(s - r))

    d is the way from the middle m as (right, down). a, b, r, s and both parts of t are uniform from minus to plus their
    limit. Values between pixels are taken linearly from the four around them; beyond the edge lies 0, which is the mean
    colour after a preprocessing that subtracts means. A limit of 0 leaves that change out.

    Args:
        rotation: Limit of a, in degrees; from 0 to 180.
        translation: Limit of t, as a share of the width and of the height; from 0 to 1.
        scale: Limit of s, by which sides grow or shrink e^s-fold: 0.1 is about ten percent; from 0 to 5.
        stretch: Limit of r, by which width over height grows e^(2 r)-fold; from 0 to 5.
        shear: Limit of b, the angle by which upright lines lean, in degrees; from 0 to below 90.

    Raises:
        InputError: If a limit is outside its range.

    Example:
        >>> same = RandomAffine(0.0)(jnp.arange(4.0).reshape(1, 2, 2, 1), key=jax.random.key(0))
        >>> same.ravel().tolist()
        [0.0, 1.0, 2.0, 3.0]

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document
    analysis", 2003, section 2.
    """

    rotation: Scalar = tunable(10.0, low=0.0, high=180.0)
    translation: Scalar = tunable(0.0, low=0.0, high=1.0)
    scale: Scalar = tunable(0.0, low=0.0, high=5.0)
    stretch: Scalar = tunable(0.0, low=0.0, high=5.0)
    shear: Scalar = tunable(0.0, low=0.0, high=90.0, open_high=True)

    def __call__(self, x: Float[Array, "n height width channels"], *, key: Array) -> Float[Array, "n h w c"]:
        """Return the images, changed.

        Args:
            x: Images (n, height, width, channels).
            key: Random key of this step.

        Returns:
            Images of the same shape.
        """
        x = jnp.asarray(x)
        n, high, wide, _ = x.shape
        limits = (self.rotation, self.shear, self.stretch, self.scale, self.translation, self.translation)
        sides = jnp.asarray([math.pi / 180, math.pi / 180, 1, 1, wide, high], x.dtype)
        limit = jnp.stack([jnp.asarray(one, x.dtype) for one in limits]) * sides
        turn, lean, stretch, scale, right, down = (jax.random.uniform(key, (n, 6), x.dtype, -1, 1) * limit[None, :]).T

        def moved(image, turn, lean, stretch, scale, right, down):
            return affine_map(image, turn=turn, lean=lean, stretch=stretch, scale=scale, right=right, down=down)

        return jax.vmap(moved)(x, turn, lean, stretch, scale, right, down)
