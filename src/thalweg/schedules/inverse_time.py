"""A rate that falls like one over the time."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class InverseTime:
    """Let the rate fall fast at first, then ever more slowly.

        factor = 1 / (1 + a t)          (default)
        factor = 1 / max(a t, 1)        (`from_one`: eps0 / (a t) from t = 1 on, capped at the base rate)

    t counts steps from 0, or from 1 in the second form, as the notes have it, so a suits one length of run: with a =
    0.001 the rate has halved after 1,000 steps. The second form is infinite at t = 0 and above the base rate while
    a t < 1; there the base rate is used, for no factor may exceed 1.

    Args:
        decay: a, per step; positive.
        from_one: Whether the second form is used.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> [round(float(InverseTime(0.5)(step, 10)), 3) for step in (0, 2, 8)]
        [1.0, 0.5, 0.2]

    Source: CS231n notes, "Neural Networks Part 3", "Annealing the learning rate", "1/t decay"; Robbins and Monro,
    1951.
    """

    decay: Scalar = tunable(1e-3, low=0.0, open_low=True)
    from_one: bool = False

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in (0, 1], in the default float type.
        """
        del total
        dtype = jnp.result_type(float)
        t, decay = jnp.asarray(step, dtype), jnp.asarray(self.decay, dtype)
        return 1 / jnp.maximum(decay * (t + 1), 1) if self.from_one else 1 / (1 + decay * t)
