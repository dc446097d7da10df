"""Images lighter or darker, with more or less contrast and colour."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class ColourJitter:
    """Change the brightness, contrast and colour of each image by amounts drawn anew.

        x  <- x + b
        x  <- m + (1 + c) (x - m),    m the mean of the image
        x' =  g + (1 + s) (x - g),    g the mean of a pixel's channels

    b, c and s are uniform from minus to plus their limit. At c = -1 an image is one colour, at s = -1 it is grey. An
    image of one channel has no colour to change.

    Args:
        brightness: Limit of b, in units of the preprocessed pixels: under `pixel_scale` 1 is from black to white; at
            least 0.
        contrast: Limit of c, from 0 to 1.
        colour: Limit of s, from 0 to 1.

    Raises:
        InputError: If a limit is outside its range.

    Example:
        >>> x = jnp.array([0.0, 0.5, 1.0]).reshape(1, 1, 1, 3)
        >>> ColourJitter(0.0, 0.0, 0.0)(x, key=jax.random.key(0)).ravel().tolist()
        [0.0, 0.5, 1.0]

    Source: Howard, "Some improvements on deep convolutional neural network based image classification", 2013, section
    2.2.
    """

    brightness: Scalar = tunable(0.1, low=0.0)
    contrast: Scalar = tunable(0.2, low=0.0, high=1.0)
    colour: Scalar = tunable(0.2, low=0.0, high=1.0)

    def __call__(self, x: Float[Array, "n height width channels"], *, key: Array) -> Float[Array, "n h w c"]:
        """Return the images, changed.

        Args:
            x: Images (n, height, width, channels).
            key: Random key of this step.

        Returns:
            Images of the same shape.
        """
        x = jnp.asarray(x)
        limit = jnp.stack([jnp.asarray(one, x.dtype) for one in (self.brightness, self.contrast, self.colour)])
        drawn = jax.random.uniform(key, (len(x), 3), x.dtype, -1, 1) * limit[None, :]
        brightness, contrast, colour = (drawn[:, k].reshape(-1, 1, 1, 1) for k in range(3))
        x = x + brightness
        mean = jnp.mean(x, axis=(1, 2, 3), keepdims=True)
        x = mean + (1 + contrast) * (x - mean)
        grey = jnp.mean(x, axis=3, keepdims=True)
        return grey + (1 + colour) * (x - grey)
