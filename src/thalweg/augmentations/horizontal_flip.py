"""Images mirrored left to right."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class HorizontalFlip:
    """Mirror a share of the images left to right.

        x'[p, q] = x[p, W - 1 - q] with probability `share`, else x[p, q]

    For what looks the same in a mirror, as most animals and vehicles do; letters, digits and hands do not.

    Args:
        share: Probability that an image is mirrored, in [0, 1].

    Raises:
        InputError: If `share` is outside its range.

    Example:
        >>> HorizontalFlip(1.0)(jnp.arange(3.0).reshape(1, 1, 3, 1), key=jax.random.key(0)).ravel().tolist()
        [2.0, 1.0, 0.0]

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
    section 4.1.
    """

    share: Scalar = tunable(0.5, low=0.0, high=1.0)

    def __call__(self, x: Float[Array, "n height width channels"], *, key: Array) -> Float[Array, "n h w c"]:
        """Return the images, some of them mirrored.

        Args:
            x: Images (n, height, width, channels).
            key: Random key of this step.

        Returns:
            Images of the same shape.
        """
        x = jnp.asarray(x)
        chosen = jax.random.uniform(key, (len(x), 1, 1, 1), x.dtype) < jnp.asarray(self.share, x.dtype)
        return jnp.where(chosen, x[:, :, ::-1], x)
