"""Images with noise behind their figure."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.ground import ground
from thalweg.types import Array

NEAR = 255 / 4  # from the ground's colour, in each channel, that still counts as ground


def background_noise(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Add noise to the pixels of an image that look like its ground.

        x' = x + 255 s e where |x - g| <= 255 / 4 in every channel, else x;    e normal, of each pixel and channel

    g is the ground's colour, the median of the edge. What is behind the figure is told by this colour alone: nothing
    else is known of a picture. Of a drawn digit that is the paper, of a photograph what has about the colour of much of
    its edge, and a figure of the ground's own colour gets noise too.

    Args:
        image: (height, width, channels), pixels of 0 to 255.
        strength: s, the standard deviation as a share of the range from black to white; at least 0.
        key: Settles e.

    Returns:
        An image of the same shape.

    Example:
        >>> image = jnp.zeros((3, 3, 1)).at[1, 1].set(255.0)
        >>> noisy = background_noise(image, jnp.asarray(0.5), jax.random.key(0))
        >>> float(noisy[1, 1, 0]), int((noisy != image).sum())
        (255.0, 8)

    Source: Larochelle et al., "An empirical evaluation of deep architectures on problems with many factors of
    variation", 2007; there noise takes the place of the background of digits.
    """
    away = jnp.abs(image - ground(image)[None, None, :])
    behind = jnp.all(away <= NEAR, axis=2, keepdims=True)
    noise = 255 * strength * jax.random.normal(key, image.shape, image.dtype)
    return image + jnp.where(behind, noise, 0)


BACKGROUND_NOISE = Distortion(
    name="background noise",
    what="Normal noise on the pixels that have about the colour of the image's edge. Its deviation is a share of the "
    "range from black to white.",
    unit="of the range",
    strengths=(0.0, 0.1, 0.2, 0.3, 0.45, 0.6),
    change=background_noise,
)
