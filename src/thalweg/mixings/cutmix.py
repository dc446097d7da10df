"""Images with a rectangle of another one."""

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.mixings.draws import own_parts
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Cutmix:
    """Lay a rectangle of another image of the batch over each, and mix the losses of both targets by the area.

        height and width of the rectangle: H sqrt(1 - l), W sqrt(1 - l),    l ~ Beta(alpha, alpha)
        L' = m L(f(x'), y) + (1 - m) L(f(x'), y_other),    m = 1 - covered pixels / (H W)

    The rectangle's centre lies anywhere in the image, and what stands over the edge is cut off: then m is larger than
    l, and it is m that counts. The rectangle is at the same place in both images, so that nothing is scaled.

    Args:
        alpha: Of the beta distribution, at least 0.001; at 1 every l is as likely.
        share: Probability that an image is mixed, in [0, 1].

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> x, own = Cutmix()(jnp.ones((1, 8, 8, 1)), jnp.zeros((1, 8, 8, 1)), key=jax.random.key(0))
        >>> bool(x.mean() == own[0])
        True

    Source: Yun et al., "CutMix: Regularization strategy to train strong classifiers with localizable features", 2019,
    section 3.1.
    """

    alpha: Scalar = tunable(1.0, low=1e-3)
    share: Scalar = tunable(1.0, low=0.0, high=1.0)

    def check(self, input_shape: tuple[int, ...]) -> None:
        """Refuse examples that are no images.

        Args:
            input_shape: Shape of one example.

        Raises:
            InputError: If it is not (height, width, channels).
        """
        if len(input_shape) != 3:
            raise InputError(
                f"Cutmix cuts rectangles out of images (height, width, channels); the data have inputs of shape "
                f"{input_shape} an example. Use --set mix=mixup, which mixes any numbers, or mix=no_mixing."
            )

    def __call__(
        self, x: Float[Array, "n height width channels"], other: Float[Array, "n height width channels"], *, key: Array
    ) -> tuple[Float[Array, "n height width channels"], Float[Array, " n"]]:
        """Return (images with a rectangle of others, how much each one's own target counts).

        Args:
            x: Images (n, height, width, channels).
            other: (n, height, width, channels), of whom each gets a rectangle.
            key: Random key of this step.

        Returns:
            Images of the same shape, and m (n,) in [0, 1].
        """
        x, other = jnp.asarray(x), jnp.asarray(other)
        n, high, wide, _ = x.shape
        drawing, placing = jax.random.split(key)
        side = jnp.sqrt(1 - own_parts(drawing, n, self.alpha, self.share, x.dtype))
        down, right = jax.random.uniform(placing, (2, n), x.dtype)
        rows, columns = _span(side, down, high), _span(side, right, wide)
        covered = rows[:, :, None] & columns[:, None, :]
        area = jnp.sum(covered, axis=(1, 2), dtype=x.dtype)
        return jnp.where(covered[..., None], other, x), 1 - area / (high * wide)


def _span(share: Array, centre: Array, side: int) -> Array:
    """Return (n, side): which pixels along one side lie within half a share of it from a centre, in shares of it."""
    first, end = (jnp.round(side * (centre + sign * share / 2))[:, None] for sign in (-1, 1))
    at = jnp.arange(side).astype(share.dtype)[None, :]
    return (at >= first) & (at < end)
