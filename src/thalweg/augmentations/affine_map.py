"""One image turned, sheared, stretched, scaled and moved by given amounts."""

import jax
import jax.numpy as jnp
from jax.scipy.ndimage import map_coordinates
from jaxtyping import Float

from thalweg.types import Array


def affine_map(
    image: Float[Array, "height width channels"],
    *,
    turn: Float[Array, ""],
    lean: Float[Array, ""],
    stretch: Float[Array, ""],
    scale: Float[Array, ""],
    right: Float[Array, ""],
    down: Float[Array, ""],
) -> Float[Array, "height width channels"]:
    """Return an image changed around its middle m, beyond whose edge lies 0.

        x'(m + A d + t) = x(m + d),    A = turn(a) shear(b) diag(e^(s + r), e^(s - r)),    t = (right, down)

    d is the way from the middle as (right, down). Values between pixels are taken linearly from the four around them.

    Args:
        image: (height, width, channels).
        turn: a, in radians, clockwise.
        lean: b, the angle by which upright lines lean, in radians.
        stretch: r.
        scale: s.
        right: Pixels.
        down: Pixels.

    Returns:
        An image of the same shape.

    Example:
        >>> image, none = jnp.arange(3.0).reshape(1, 3, 1), jnp.zeros(())
        >>> moved = affine_map(image, turn=none, lean=none, stretch=none, scale=none, right=none + 1, down=none)
        >>> moved.ravel().tolist()
        [0.0, 0.0, 1.0]

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document
    analysis", 2003, section 2.
    """
    high, wide, _ = image.shape
    middle = jnp.asarray([(wide - 1) / 2, (high - 1) / 2], image.dtype)
    across, along = jnp.meshgrid(jnp.arange(wide), jnp.arange(high))
    places = jnp.stack([across, along], axis=-1).astype(image.dtype) - middle[None, None, :]
    # Back from a place of the result to the one in the image that it shows.
    away = places - jnp.stack([right, down])[None, None, :]
    a = jnp.cos(turn) * away[..., 0] + jnp.sin(turn) * away[..., 1]
    b = jnp.cos(turn) * away[..., 1] - jnp.sin(turn) * away[..., 0]
    a = (a - jnp.tan(lean) * b) * jnp.exp(-scale - stretch) + middle[0]
    b = b * jnp.exp(stretch - scale) + middle[1]
    return taken_at(image, down=b, right=a)


def taken_at(
    image: Float[Array, "height width channels"],
    *,
    down: Float[Array, "height width"],
    right: Float[Array, "height width"],
) -> Float[Array, "height width channels"]:
    """Return an image that shows at each pixel what another has at a given place, linear between its pixels.

    Args:
        image: (height, width, channels); beyond its edge lies 0.
        down: (height, width): the place's distance from the upper row, in pixels.
        right: The same from the left column.

    Returns:
        An image of the same shape.

    Example:
        >>> image = jnp.asarray([[[0.0], [10.0]]])
        >>> taken_at(image, down=jnp.zeros((1, 2)), right=jnp.asarray([[0.5, 0.0]])).ravel().tolist()
        [5.0, 0.0]
    """
    return jax.vmap(lambda channel: map_coordinates(channel, [down, right], order=1), in_axes=2, out_axes=2)(image)
