"""Images warped like a sheet of rubber."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.affine_map import taken_at
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.ground import ground
from thalweg.types import Array

KNOTS = 4  # along each side: a wave of the field is about half an image long, whatever its size


def warp(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Displace the pixels of an image by a smooth field of chance, and fill what comes in with its ground.

        x'[p, q] = x(p + s H u, q + s W v),    u and v smooth over p and q, mean(u^2 + v^2) = 1

    u and v are normal at 4 x 4 places, and between these cubic. Values between pixels are taken linearly from the four
    around them.

    Args:
        image: (height, width, channels), H x W pixels of 0 to 255.
        strength: s, the root mean square of the ways as a share of the side; at least 0.
        key: Settles the field.

    Returns:
        An image of the same shape.

    Example:
        >>> warp(jnp.full((4, 4, 1), 9.0), jnp.asarray(0.1), jax.random.key(0)).ravel().tolist() == [9.0] * 16
        True

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document
    analysis", 2003, section 2, "elastic distortions"; there noise is smoothed by a Gaussian.
    """
    high, wide, _ = image.shape
    drawn = jax.random.normal(key, (KNOTS, KNOTS, 2), image.dtype)
    field = jax.image.resize(drawn, (high, wide, 2), "cubic", antialias=False)
    field = field / jnp.sqrt(jnp.mean(jnp.sum(field**2, axis=2)))
    across, along = (places.astype(image.dtype) for places in jnp.meshgrid(jnp.arange(wide), jnp.arange(high)))
    down, right = along + strength * high * field[..., 0], across + strength * wide * field[..., 1]
    colour = ground(image)[None, None, :]
    return taken_at(image - colour, down=down, right=right) + colour


WARP = Distortion(
    name="warp",
    what="Warped like a sheet of rubber. The strength is the root mean square of how far pixels are moved.",
    unit="of the side",
    strengths=(0.0, 0.02, 0.04, 0.07, 0.1, 0.15),
    change=warp,
)
