"""Images with a grey square in front, at a place of chance."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.span import span
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.types import Array

GREY = 128.0


def occlusion(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Lay a grey square over an image.

        x' = 128 in a square of s H W pixels that lies inside the image, else x

    Its sides are rounded to whole pixels. Where such a square is longer than one side of the image, it is a rectangle
    of that area along this side.

    Args:
        image: (height, width, channels), H x W pixels of 0 to 255.
        strength: s, the share of the area that is hidden; in [0, 1].
        key: Settles the place.

    Returns:
        An image of the same shape.

    Example:
        >>> hidden = occlusion(jnp.zeros((8, 8, 1)), jnp.asarray(0.25), jax.random.key(0))
        >>> int((hidden == 128).sum())
        16

    Source: DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017, section 3.
    """
    high, wide, _ = image.shape
    area, place = strength * high * wide, jax.random.uniform(key, (2,), image.dtype)
    tall = jnp.minimum(jnp.maximum(jnp.sqrt(area), area / wide), high)
    broad = jnp.where(tall > 0, area / jnp.where(tall > 0, tall, 1), 0)
    rows, columns = span(tall[None], place[:1], high)[0], span(broad[None], place[1:], wide)[0]
    hidden = rows[:, None] & columns[None, :]
    return jnp.where(hidden[..., None], jnp.asarray(GREY, image.dtype), image)


OCCLUSION = Distortion(
    name="occlusion",
    what="A grey square hides a part, at a place of chance.",
    unit="of the area",
    strengths=(0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    change=occlusion,
)
