"""A rate that falls and starts again."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.numerics import whole
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Cyclic:
    """Let the rate fall along half a cosine, several times over.

        p = cycles step / total,    c = floor(p)
        factor = shrink^c (floor + (1 - floor) (1 + cos(pi (p - c))) / 2)

    Each restart lets the network leave the hollow that it has settled in; where a cycle ends it has settled anew, and
    such moments make good members of an ensemble. All cycles have one length. The last step of the run belongs to the
    last cycle.

    Args:
        cycles: How many; at least 1, a whole number. 1 is `Cosine`.
        floor: Factor where a cycle ends, in [0, 1].
        shrink: What each cycle's rates are multiplied by compared with the one before, in (0, 1].

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> [round(float(Cyclic(2)(step, 8)), 3) for step in range(8)]
        [1.0, 0.854, 0.5, 0.146, 1.0, 0.854, 0.5, 0.146]

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5; Huang et al., "Snapshot ensembles", 2017, equation 2.
    """

    cycles: Scalar = tunable(3, low=1, high=10_000, whole=True)
    floor: Scalar = tunable(0.0, low=0.0, high=1.0)
    shrink: Scalar = tunable(1.0, low=0.0, high=1.0, open_low=True)

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in [0, 1], in the default float type.
        """
        dtype = jnp.result_type(float)
        cycles, floor = jnp.asarray(self.cycles, dtype), jnp.asarray(self.floor, dtype)
        passed = cycles * jnp.minimum(jnp.asarray(step, dtype) / jnp.asarray(total, dtype), 1)
        cycle = jnp.minimum(whole(passed), cycles - 1)
        within = jnp.maximum(passed - cycle, 0)
        fall = floor + (1 - floor) * (1 + jnp.cos(jnp.pi * within)) / 2
        return jnp.power(jnp.asarray(self.shrink, dtype), cycle) * fall
