"""Normal weights that keep a linear unit's variance."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class LecunNormal:
    """Draw weights from a normal distribution of variance 1 / fan_in.

        w ~ N(0, 1 / fan_in)

    A sum of fan_in products then has the variance of one input. The notes calibrate by 1/sqrt(n) so; one lecture
    calls this Xavier and one course he_normal, yet the paper of the first has 2 / (fan_in + fan_out)
    (`GlorotNormal`, equal only where both fans are) and that of the second 2 / fan_in (`HeNormal`). It suits `SELU`.

    Example:
        >>> LecunNormal()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: LeCun, Bottou, Orr and Mueller, "Efficient BackProp", 1998, equation 16; CS231n notes, "Neural Networks
    Part 2", "Calibrating the variances with 1/sqrt(n)".
    """

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; at least 1.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del fan_out
        return math.sqrt(1 / fan_in) * jax.random.normal(key, shape, jnp.result_type(float))
