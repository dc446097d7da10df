"""What a machine's visible units may be: 0 or 1, or real numbers of variance 1."""

from typing import Any, ClassVar, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.spec import spec
from thalweg.types import Array


@runtime_checkable
class VisibleUnits(Protocol):
    """How visible units are distributed, given the total x = b + W h that a unit gets: bias and hidden units.

    With a unit's own energy U(v, b) the whole energy is E(v, h) = U(v, b) - c'h - v'W h.
    """

    kind: ClassVar[str]  # by which files know them
    finite: ClassVar[bool]  # whether a unit has finitely many states

    def own_energy(self, v: Any, bias: Any) -> Array:
        """Return U(v, b), summed over the units: (n, visible) to (n,)."""
        ...

    def mean(self, total: Any) -> Array:
        """Return the mean of v given its total, in the same shape."""
        ...

    def sample(self, key: Any, total: Any) -> Array:
        """Draw v given its total, in the same shape."""
        ...

    def log_sum(self, total: Any, bias: Any) -> Array:
        """Return the log of the sum, or integral, of exp(-U(v, b) + v'(x - b)) over all v: (n, visible) to (n,)."""
        ...

    def bias(self, rows: np.ndarray) -> np.ndarray:
        """Return the biases (visible,) under which units alone, without any weights, fit the rows best."""
        ...

    def check(self, rows: np.ndarray) -> None:
        """Refuse rows (n, visible) that such units cannot take."""
        ...


@spec
class BernoulliUnits:
    """Let visible units be 0 or 1.

        U(v, b) = -b'v,    p(v_i = 1 | h) = sigmoid(x_i),    x = b + W h

    Data between 0 and 1 are taken for probabilities.

    Example:
        >>> BernoulliUnits().mean(jnp.zeros((1, 2))).tolist()
        [[0.5, 0.5]]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 2.
    """

    kind: ClassVar[str] = "bernoulli"
    finite: ClassVar[bool] = True

    def own_energy(self, v: Float[Array, "n visible"], bias: Float[Array, " visible"]) -> Float[Array, " n"]:
        """Return -b'v of each row."""
        return -(v @ bias)

    def mean(self, total: Float[Array, "n visible"]) -> Float[Array, "n visible"]:
        """Return the probabilities of a 1."""
        return jax.nn.sigmoid(total)

    def sample(self, key: Any, total: Float[Array, "n visible"]) -> Float[Array, "n visible"]:
        """Draw each unit by itself."""
        return jax.random.bernoulli(key, jax.nn.sigmoid(total)).astype(total.dtype)

    def log_sum(self, total: Float[Array, "n visible"], bias: Float[Array, " visible"]) -> Float[Array, " n"]:
        """Return sum_i log(1 + exp(x_i))."""
        del bias
        return jax.nn.softplus(total).sum(axis=-1)

    def bias(self, rows: Float[np.ndarray, "n visible"]) -> Float[np.ndarray, " visible"]:
        """Return the log odds of each column's share of 1s, with one more 0 and one more 1 than there are.

        Without these two a pixel that is never on would get a bias of minus infinity.

        Args:
            rows: From 0 to 1.

        Returns:
            The biases.

        Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 8.
        """
        ones = rows.sum(axis=0, dtype=np.float64) + 1.0
        return np.log(ones / (len(rows) + 2.0 - ones))

    def check(self, rows: Float[np.ndarray, "n visible"]) -> None:
        """Refuse rows with a number outside [0, 1].

        Args:
            rows: Finite numbers.

        Raises:
            InputError: With the first such number and its place.
        """
        outside = (rows < 0) | (rows > 1)
        if outside.any():
            row, column = np.argwhere(outside)[0]
            raise InputError(
                f"visible units of 0 and 1 take data from 0 to 1; row {row}, column {column} holds "
                f"{rows[row, column]:g}. Divide by the largest value, 255 for pixels, or use GaussianUnits()."
            )


@spec
class GaussianUnits:
    """Let visible units be real numbers of variance 1 around their mean.

        U(v, b) = 1/2 |v - b|^2,    p(v | h) = N(x, 1),    x = b + W h

    The variance is not learned: standardise the columns first.

    Example:
        >>> GaussianUnits().mean(jnp.array([[2.0, -1.0]])).tolist()
        [[2.0, -1.0]]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 13.2, with sigma = 1.
    """

    kind: ClassVar[str] = "gaussian"
    finite: ClassVar[bool] = False

    def own_energy(self, v: Float[Array, "n visible"], bias: Float[Array, " visible"]) -> Float[Array, " n"]:
        """Return half the squared distance of each row from b."""
        return 0.5 * jnp.square(v - bias[None]).sum(axis=-1)

    def mean(self, total: Float[Array, "n visible"]) -> Float[Array, "n visible"]:
        """Return the total itself."""
        return jnp.asarray(total)

    def sample(self, key: Any, total: Float[Array, "n visible"]) -> Float[Array, "n visible"]:
        """Draw each unit by itself."""
        return total + jax.random.normal(key, total.shape, total.dtype)

    def log_sum(self, total: Float[Array, "n visible"], bias: Float[Array, " visible"]) -> Float[Array, " n"]:
        """Return D/2 log(2 pi) + (x'x - b'b) / 2 for D units."""
        constant = 0.5 * total.shape[-1] * np.log(2 * np.pi)
        return constant + 0.5 * (jnp.square(total) - jnp.square(bias)[None]).sum(axis=-1)

    def bias(self, rows: Float[np.ndarray, "n visible"]) -> Float[np.ndarray, " visible"]:
        """Return the mean of each column.

        Args:
            rows: Real numbers.

        Returns:
            The biases.
        """
        return rows.mean(axis=0, dtype=np.float64)

    def check(self, rows: Float[np.ndarray, "n visible"]) -> None:
        """Take every row of finite numbers.

        Args:
            rows: Finite numbers.
        """
        del rows
