"""Types are checked at every call, and dimensions where there are any."""

import functools
import typing
from collections.abc import Callable
from typing import Any

import jaxtyping


def without_a_detour(jaxtyped: Callable[..., Any]) -> Callable[..., Any]:
    """Let functions whose hints name no dimensions be checked by the checker alone.

    What binds dimensions to each other at a call takes ten times longer than the check itself, and half of all
    functions' calls, those of small helpers above all, have none to bind.

    Args:
        jaxtyped: The decorator that an import hook puts on every function and class.

    Returns:
        A decorator that does the same.
    """

    def decorator(*given: Any, typechecker: Any = None, **more: Any) -> Any:
        decorate = jaxtyped(*given, typechecker=typechecker, **more)

        def chosen(made: Any) -> Any:
            plain = callable(typechecker) and not isinstance(made, type) and hasattr(made, "__annotations__")
            checked = typechecker(made) if plain and not _any_dimensions(made) else made
            return decorate(made) if checked is made else _checked(made, checked)

        return decorate if given else chosen

    return decorator


def _checked(function: Callable[..., Any], checked: Callable[..., Any]) -> Callable[..., Any]:
    """Return the checked function, which a test may ask not to check."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return (function if jaxtyping.config.jaxtyping_disable else checked)(*args, **kwargs)

    return call


def _any_dimensions(function: Any) -> bool:
    return any(map(_has_dimensions, function.__annotations__.values()))


def _has_dimensions(hint: Any) -> bool:
    """Say whether a hint has a dimension in it; a hint in quotes may."""
    own = isinstance(hint, str) or getattr(hint, "__module__", "").startswith("jaxtyping")
    return own or any(map(_has_dimensions, typing.get_args(hint)))
