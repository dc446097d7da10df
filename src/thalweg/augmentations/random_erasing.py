"""Images with a rectangle taken out."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.span import span
from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar

_WIDEST = 10 / 3  # width over height of a rectangle, and height over width


@spec
class RandomErasing:
    """Set a rectangle of a share of the images to 0.

        area = a height width,    a uniform in [smallest, largest]
        width over height uniform in its logarithm from 3/10 to 10/3

    The rectangle lies anywhere in the image, and is cut off at its sides where it is longer. A network learns so not to
    hang on one part of what it sees. 0 is the mean colour after a preprocessing that subtracts means.

    Args:
        share: Probability that an image loses a rectangle, in [0, 1].
        smallest: Least share of the area, in [0, 1].
        largest: Largest share of the area, in [0, 1]; not below `smallest`.

    Raises:
        InputError: If a number is outside its range, or `largest` is below `smallest`.

    Example:
        >>> erased = RandomErasing(1.0, 0.25, 0.25)(jnp.ones((1, 20, 20, 1)), key=jax.random.key(0))
        >>> 280 < float(erased.sum()) < 320
        True

    Source: Zhong et al., "Random erasing data augmentation", 2020, algorithm 1.
    """

    share: Scalar = tunable(0.5, low=0.0, high=1.0)
    smallest: Scalar = tunable(0.02, low=0.0, high=1.0)
    largest: Scalar = tunable(0.33, low=0.0, high=1.0)

    def __post_init__(self):
        """Check that the areas are in order."""
        if float(self.largest) < float(self.smallest):
            raise InputError(
                f"RandomErasing.largest must be at least RandomErasing.smallest, {self.smallest}; got {self.largest}."
            )

    def __call__(self, x: Float[Array, "n height width channels"], *, key: Array) -> Float[Array, "n h w c"]:
        """Return the images, some of them with a hole.

        Args:
            x: Images (n, height, width, channels).
            key: Random key of this step.

        Returns:
            Images of the same shape.
        """
        x = jnp.asarray(x)
        n, high, wide, _ = x.shape
        share, low, top = (jnp.asarray(one, x.dtype) for one in (self.share, self.smallest, self.largest))
        chance, size, form, down, right = jax.random.uniform(key, (5, n), x.dtype)
        area = (low + (top - low) * size) * high * wide
        ratio = jnp.exp((2 * form - 1) * math.log(_WIDEST))
        rows = span(jnp.sqrt(area / ratio), down, high)
        columns = span(jnp.sqrt(area * ratio), right, wide)
        hole = (chance < share)[:, None, None] & rows[:, :, None] & columns[:, None, :]
        return jnp.where(hole[..., None], jnp.zeros((), x.dtype), x)
