"""A slow start before any other schedule."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.numerics import whole
from thalweg.schedules.constant import Constant
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Scalar, Schedule


@spec
class Warmup:
    """Raise the rate in a straight line over the first steps, then follow another schedule.

        w = floor(share total)
        factor = (step + 1) / (w + 1)               for step < w
        factor = then(step - w, total - w)          from step w on

    The first step already moves, at 1 / (w + 1) of the rate. The schedule that follows spans what is left of
    the run. A share of 0 is no warm-up; changing the share changes no structure.

    Args:
        share: Share of the run to warm up for, in [0, 1).
        then: The schedule that follows.

    Raises:
        InputError: If `share` is outside its range (when the spec is made).

    Example:
        >>> [round(float(Warmup(0.3)(step, 10)), 2) for step in range(5)]
        [0.25, 0.5, 0.75, 1.0, 1.0]

    Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2, "Gradual warmup".
    """

    share: Scalar = tunable(0.05, low=0.0, high=1.0, open_high=True)
    then: Schedule = part(Constant(), family="schedule")

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in [0, 1] and above 0 at step 0, in the default float type.
        """
        dtype = jnp.result_type(float)
        step, total = jnp.asarray(step, dtype), jnp.asarray(total, dtype)
        warm = whole(jnp.asarray(self.share, dtype) * total)
        warm = jnp.minimum(warm, total - 1)  # leaves the schedule that follows at least one step
        ramp = jnp.minimum((step + 1) / (warm + 1), 1)
        # While it warms up the schedule that follows stands at its own start.
        return ramp * self.then(jnp.maximum(step - warm, 0), total - warm)
