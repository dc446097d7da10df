"""Images moved in a direction of chance."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.augmentations.affine_map import affine_map
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.ground import ground
from thalweg.types import Array


def shift(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Move an image, and fill what comes in with its ground.

        x'[p + s H sin(a), q + s W cos(a)] = x[p, q],    a uniform from 0 to 360 degrees

    Values between pixels are taken linearly from the four around them, which blurs a little.

    Args:
        image: (height, width, channels), H x W pixels of 0 to 255.
        strength: s, the way as a share of the side; at least 0.
        key: Settles a.

    Returns:
        An image of the same shape.

    Example:
        >>> shift(jnp.full((4, 4, 1), 9.0), jnp.asarray(0.5), jax.random.key(0)).ravel().tolist() == [9.0] * 16
        True

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, section
    III.E, on how much of a shift, and of other changes, LeNet-5 stands.
    """
    high, wide, _ = image.shape
    angle = jax.random.uniform(key, (), image.dtype, 0, 2 * math.pi)
    colour, none = ground(image)[None, None, :], jnp.zeros((), image.dtype)
    right, down = strength * wide * jnp.cos(angle), strength * high * jnp.sin(angle)
    # Beyond the edge lies 0: that is the ground while it is subtracted.
    moved = affine_map(image - colour, turn=none, lean=none, stretch=none, scale=none, right=right, down=down)
    return moved + colour


SHIFT = Distortion(
    name="shift",
    what="Moved in a direction of chance; what comes in has the colour of the image's edge.",
    unit="of the side",
    strengths=(0.0, 0.05, 0.1, 0.15, 0.2, 0.3),
    change=shift,
)
