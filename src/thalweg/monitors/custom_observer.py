"""A measure of each step that the user writes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp

from thalweg.errors import InputError, shown
from thalweg.functions import called
from thalweg.train.observers import View


class CustomObserver(NamedTuple):
    """Record what a function of the user's says of each step.

        record = function(view)

    Example:
        >>> def step_number(view):
        ...     return view.step
        >>> CustomObserver(step_number) == CustomObserver(step_number)  # hashable: they share one compiled program
        True

    Source: the user's own.
    """

    function: Callable[..., Any]  # takes a View; returns a number, or a dict of numbers by name; pure

    def measure(self, view: View) -> dict[str, Any]:
        """Return the record of one step.

        Args:
            view: The step.

        Returns:
            {name of the function: number or dict of numbers}, in the default float type.

        Raises:
            InputError: If the function fails, or returns something else than a number or a dict of numbers.
        """
        seen = called(self, self.function, view)
        numbers = seen if isinstance(seen, Mapping) else {"": seen}
        if not numbers or not all(isinstance(name, str) and _is_number(value) for name, value in numbers.items()):
            raise InputError(
                f"the function {self.function.__name__!r} of CustomObserver must return a number, or a dict of numbers "
                f"by name; got {shown(seen)}."
            )
        record = {name: jnp.asarray(value, jnp.result_type(float)) for name, value in numbers.items()}
        return {self.function.__name__: record if isinstance(seen, Mapping) else record[""]}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (hasattr(value, "dtype") and jnp.shape(value) == ())
