"""Images turned around their middle, to a side of chance."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.affine_map import affine_map
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.ground import ground
from thalweg.types import Array


def rotation(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Turn an image to the left or to the right, and fill the corners with its ground.

        x'(m + turn(+-s) d) = x(m + d),    m the middle; either sign as likely

    Values between pixels are taken linearly from the four around them.

    Args:
        image: (height, width, channels), pixels of 0 to 255.
        strength: s, in degrees; at least 0.
        key: Settles the sign.

    Returns:
        An image of the same shape.

    Example:
        >>> rotation(jnp.full((4, 4, 1), 9.0), jnp.asarray(30.0), jax.random.key(0)).ravel().tolist() == [9.0] * 16
        True

    Source: Larochelle et al., "An empirical evaluation of deep architectures on problems with many factors of
    variation", 2007, whose digits are turned.
    """
    turn = jax.random.rademacher(key, (), image.dtype) * strength * (math.pi / 180)
    colour, none = ground(image)[None, None, :], jnp.zeros((), image.dtype)
    # Beyond the edge lies 0: that is the ground while it is subtracted.
    turned = affine_map(image - colour, turn=turn, lean=none, stretch=none, scale=none, right=none, down=none)
    return turned + colour


ROTATION = Distortion(
    name="rotation",
    what="Turned to the left or to the right; what comes in has the colour of the image's edge.",
    unit="degrees",
    strengths=(0.0, 10.0, 20.0, 40.0, 60.0, 90.0),
    change=rotation,
)
