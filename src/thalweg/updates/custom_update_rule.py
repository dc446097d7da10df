"""Any Optax transformation as an update rule."""

from collections.abc import Callable
from typing import Any

import optax

from thalweg.errors import InputError, shown
from thalweg.functions import called, require_function
from thalweg.spec import spec, tunable
from thalweg.types import Scalar


@spec
class CustomUpdateRule:
    """Step as an Optax transformation says that a function of the user's makes.

        x <- x + updates,    updates = function(rate).update(g, state, x)

    Schedules, clips, limits and rates by layer act on it as on any rule. The rate is traced: another one compiles
    nothing anew. A saved run holds the function's name and a digest of it; who loads the run hands the
    function in.

    Args:
        function: Takes the rate, a traced number, and returns an `optax.GradientTransformation`, whose updates already
            point downhill, as those of `optax.adam(rate)` do. Written with `def`; of Optax's own functions those that
            take the rate alone serve as they are (`optax.adabelief`).
        rate: Step size; positive. Its unit is the rule's.

    Raises:
        InputError: If `function` has no name and source of its own, or `rate` is not positive (when the spec is made).

    Example:
        >>> import jax.numpy as jnp
        >>> def halved(rate):
        ...     return optax.chain(optax.scale(0.5), optax.sgd(rate))
        >>> rule = CustomUpdateRule(halved, 0.5).build()
        >>> rule.update(jnp.array([2.0]), rule.init(jnp.array([1.0])))[0].tolist()
        [-0.5]

    Source: the user's own.
    """

    function: Callable[..., Any]
    rate: Scalar = tunable(0.001, low=0.0, open_low=True)

    def __post_init__(self):
        """Check that files can speak of the function."""
        require_function("CustomUpdateRule.function", self.function)

    def build(self) -> optax.GradientTransformation:
        """Return the rule; its numbers may be traced.

        Returns:
            What the function makes.

        Raises:
            InputError: If it fails, or makes something else.
        """
        rule = called(self, self.function, self.rate)
        if not isinstance(rule, optax.GradientTransformation):
            raise InputError(
                f"the function {self.function.__name__!r} of CustomUpdateRule must return an "
                f"optax.GradientTransformation; got {shown(rule)}."
            )
        return rule
