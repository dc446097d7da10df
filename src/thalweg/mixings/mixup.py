"""Examples that are weighted means of two."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.mixings.draws import own_parts
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Mixup:
    """Make each example a weighted mean of itself and another one of its batch, and its loss one of both targets'.

        x' = l x + (1 - l) x_other,    L' = l L(f(x'), y) + (1 - l) L(f(x'), y_other)
        l ~ Beta(alpha, alpha) with probability `share`, else 1

    A network learns so to go over evenly from one class to the other, and is less sure of wrong labels. With a small
    `alpha` one of the two outweighs the other by far, with 1 every weight is as likely, with a large one all are near
    1/2. For inputs of any shape: images, rows of a table (whose encoded names are mixed as numbers), sequences.

    The weights are drawn for each example by itself.

    Args:
        alpha: Of the beta distribution, at least 0.001.
        share: Probability that an example is mixed, in [0, 1].

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> import jax
        >>> x, own = Mixup(1.0)(jnp.ones((1, 2)), jnp.zeros((1, 2)), key=jax.random.key(0))
        >>> bool((x == own[0]).all()), 0.0 < float(own[0]) < 1.0
        (True, True)

    Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: Beyond empirical risk minimization", 2018, section 2.
    """

    alpha: Scalar = tunable(0.2, low=1e-3)
    share: Scalar = tunable(1.0, low=0.0, high=1.0)

    def __call__(
        self, x: Float[Array, "n ..."], other: Float[Array, "n ..."], *, key: Array
    ) -> tuple[Float[Array, "n ..."], Float[Array, " n"]]:
        """Return (mixed examples, how much each one's own target counts).

        Args:
            x: Examples (n, ...).
            other: (n, ...), whom each is mixed with.
            key: Random key of this step.

        Returns:
            Examples of the same shape, and l (n,) in [0, 1].
        """
        x, other = jnp.asarray(x), jnp.asarray(other)
        own = own_parts(key, len(x), self.alpha, self.share, x.dtype)
        weight = own.reshape(-1, *[1] * (x.ndim - 1))
        return weight * x + (1 - weight) * other, own
