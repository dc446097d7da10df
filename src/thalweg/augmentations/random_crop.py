"""Images moved by whole pixels."""

from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@spec
class RandomCrop:
    """Lay pixels around each image, and cut one of the old size out of it at a random place.

        x'[p, q] = padded[p + i, q + j],    i and j uniform in 0 .. 2 padding

    So each image is moved by up to `padding` pixels up, down, left and right.

    Args:
        padding: Pixels at each side, at least 1 and less than the image's height and width.
        fill: What lies around: "zeros", which is the mean colour after a preprocessing that subtracts means, or
            "reflect", the image mirrored at its edge.

    Raises:
        InputError: If `padding` is below 1 (when the spec is made).

    Example:
        >>> moved = RandomCrop(1)(jnp.ones((1, 3, 3, 1)), key=jax.random.key(0))
        >>> moved.shape, float(moved.sum()) in (4.0, 6.0, 9.0)
        ((1, 3, 3, 1), True)

    Source: He et al., "Deep residual learning for image recognition", 2016, section 4.2.
    """

    padding: int = 4
    fill: Literal["zeros", "reflect"] = "zeros"

    def __post_init__(self):
        """Check the padding."""
        if self.padding < 1:
            raise InputError(f"RandomCrop.padding must be at least 1; got {self.padding}.")

    def check(self, input_shape: tuple[int, ...]) -> None:
        """Refuse images that are too small.

        Args:
            input_shape: (height, width, channels).

        Raises:
            InputError: If the padding is as large as a side.
        """
        if self.padding >= min(input_shape[:2]):
            high, wide = input_shape[:2]
            raise InputError(
                f"RandomCrop.padding must be less than the height and width of the images, {high} x {wide}; got "
                f"{self.padding}."
            )

    def __call__(self, x: Float[Array, "n height width channels"], *, key: Array) -> Float[Array, "n h w c"]:
        """Return the images, moved.

        Args:
            x: Images (n, height, width, channels).
            key: Random key of this step.

        Returns:
            Images of the same shape.
        """
        x, p = jnp.asarray(x), self.padding
        around = ((0, 0), (p, p), (p, p), (0, 0))
        padded = jnp.pad(x, around) if self.fill == "zeros" else jnp.pad(x, around, mode="reflect")
        corners = jax.random.randint(key, (len(x), 2), 0, 2 * p + 1)

        def cut(image, corner):
            return lax.dynamic_slice(image, (corner[0], corner[1], 0), x.shape[1:])

        return jax.vmap(cut)(padded, corners)
