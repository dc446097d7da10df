"""The colour that an image's figure stands on, told by its edge."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.types import Array


def ground(image: Float[Array, "height width channels"]) -> Float[Array, " channels"]:
    """Return the median of the pixels along the four edges, of each channel.

    The median of a drawn digit's edge is its paper, where a mean would be tinted by a stroke that touches the edge. Of
    a photograph it is a colour that much of the edge is near to.

    Args:
        image: (height, width, channels).

    Returns:
        (channels,).

    Example:
        >>> ground(jnp.zeros((5, 5, 1)).at[2:, 2].set(9.0)).tolist()
        [0.0]
    """
    edges = (image[0], image[-1], image[1:-1, 0], image[1:-1, -1])
    return jnp.median(jnp.concatenate(edges), axis=0)
