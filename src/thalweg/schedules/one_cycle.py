"""One rise and one long fall."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class OneCycle:
    """Raise the rate along half a cosine to its peak, then let it fall along another to nearly nothing.

        p = step / total
        factor = low + (1 - low) (1 - cos(pi p / peak)) / 2                       for p < peak
        factor = end + (1 - end) (1 + cos(pi (p - peak) / (1 - peak))) / 2        from there on

    The base rate is the peak's, which may be several times what a constant rate could be. The paper also moves the
    momentum the other way; this does not.

    Args:
        peak: Share of the run at which the rate is highest, in (0, 1).
        low: Factor at the first step, in (0, 1].
        end: Factor where the run ends, in [0, 1].

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> [round(float(OneCycle(0.5, low=0.1)(step, 10)), 3) for step in (0, 5, 10)]
        [0.1, 1.0, 0.0]

    Source: Smith and Topin, "Super-convergence", 2018; the cosine's form: Howard and Gugger, "fastai", 2020.
    """

    peak: Scalar = tunable(0.3, low=0.0, high=1.0, open_low=True, open_high=True)
    low: Scalar = tunable(0.04, low=0.0, high=1.0, open_low=True)
    end: Scalar = tunable(0.0, low=0.0, high=1.0)

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in [0, 1], in the default float type.
        """
        dtype = jnp.result_type(float)
        passed = jnp.minimum(jnp.asarray(step, dtype) / jnp.asarray(total, dtype), 1)
        peak, low, end = (jnp.asarray(number, dtype) for number in (self.peak, self.low, self.end))
        rise = low + (1 - low) * (1 - jnp.cos(jnp.pi * passed / peak)) / 2
        fall = end + (1 - end) * (1 + jnp.cos(jnp.pi * (passed - peak) / (1 - peak))) / 2
        return jnp.where(passed < peak, rise, fall)
