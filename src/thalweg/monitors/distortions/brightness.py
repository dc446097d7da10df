"""Images lighter or darker, as chance has it."""

import jax
from jaxtyping import Float

from thalweg.monitors.distortions.distortion import Distortion
from thalweg.types import Array


def brightness(image: Float[Array, "h w c"], strength: Float[Array, ""], key: Array) -> Float[Array, "h w c"]:
    """Make an image lighter or darker throughout.

        x' = x +- 255 s,    either sign as likely

    What lies outside of 0 to 255 then is cut off by the caller, and with it goes what was told by its contrast.

    Args:
        image: (height, width, channels), pixels of 0 to 255.
        strength: s, as a share of the range from black to white; at least 0.
        key: Settles the sign.

    Returns:
        An image of the same shape.

    Example:
        >>> black = jax.numpy.zeros((1, 1, 1))
        >>> abs(brightness(black, jax.numpy.asarray(0.5), jax.random.key(0))).ravel().tolist()
        [127.5]

    Source: Hendrycks and Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations",
    2019, on ImageNet-C; only lighter there.
    """
    return image + jax.random.rademacher(key, (), image.dtype) * strength * 255


BRIGHTNESS = Distortion(
    name="brightness",
    what="Lighter or darker by a share of the range from black to white.",
    unit="of the range",
    strengths=(0.0, 0.1, 0.2, 0.3, 0.45, 0.6),
    change=brightness,
)
