"""A user's own functions as fields of specs: which may be one, and how files speak of them.

A file holds a function's name and a digest of its source, never the function: reading a file runs nothing. Whoever
reads it hands the function in, and it is taken only if its source is the one that the file was written with.
"""

import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from thalweg.errors import InputError, choose, shown

Function = Callable[..., Any]
NONE: Mapping[str, Function] = MappingProxyType({})
_HAND_IN = "Hand it in: parts=[{name}] in Python, --plugin FILE in a command."


def require_function(where: str, function: Any) -> None:
    """Refuse what cannot be told by its name and its source.

    Args:
        where: The field, for messages: "CustomLoss.function".
        function: What was given.

    Raises:
        InputError: If it is no function written with `def` in a file or a notebook, or takes values from a function
            around it, which no file would remember.
    """
    _digest(where, function)


def by_name(functions: Iterable[Function], where: str = "parts") -> Mapping[str, Function]:
    """Return functions by name.

    Args:
        functions: Each written with `def`, no two of one name.
        where: What they were given as, for messages.

    Returns:
        The table that `serialise.from_plain` looks functions up in.

    Raises:
        InputError: If one cannot be told by its name and source, or two have one name.
    """
    found: dict[str, Function] = {}
    for function in functions:
        require_function(where, function)
        name = function.__name__
        if name in found and found[name] is not function:
            raise InputError(f"{where}: two functions are called {name!r}. Give one of them another name.")
        found[name] = function
    return MappingProxyType(found)


def inside(plain: Any) -> Iterator[Function]:
    """Find the functions that a person put into a plain value as they are.

    Args:
        plain: Nested tables and lists.

    Returns:
        The functions, in order.
    """
    for value in plain.values() if isinstance(plain, Mapping) else plain if isinstance(plain, list | tuple) else ():
        if callable(value):
            yield value
        else:
            yield from inside(value)


def require_given(plain: Any, given: Mapping[str, Function], where: str) -> None:
    """Refuse a plain value that speaks of a function which was not handed in.

    Args:
        plain: Nested tables and lists, as a file holds them.
        given: The functions handed in, by name.
        where: Name of the file, for messages.

    Raises:
        InputError: If a function is missing, or has another source than the one that the file was written with.
    """
    waiting = [plain]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping) and set(value) == _KEYS:
            found(value, given, where)
        elif isinstance(value, Mapping | list | tuple):
            waiting += value.values() if isinstance(value, Mapping) else value


def described(function: Function) -> dict[str, str]:
    """Return what a file says of a function.

    Args:
        function: As `require_function` allows.

    Returns:
        {"function": its name, "source": a digest of its source}.

    Raises:
        InputError: If it is not one that `require_function` allows.
    """
    return {"function": function.__name__, "source": _digest("a function", function)}


def found(value: Any, functions: Mapping[str, Function] | None, where: str) -> Function:
    """Return the function that a plain value speaks of.

    Args:
        value: A function's name, as a person writes it, or what `described` gave; a function is returned as it is.
        functions: By name, as `by_name` gives them; None for a stand-in that refuses to be called.
        where: The field, for messages.

    Returns:
        The function.

    Raises:
        InputError: If it is among none of those handed in, or its source is another one now.
    """
    if callable(value):
        return value
    named = {"function": value} if isinstance(value, str) else value
    if not isinstance(named, Mapping) or not isinstance(named.get("function"), str) or set(named) - _KEYS:
        raise InputError(f"{where} must be the name of a function; got {shown(value)}.")
    if functions is None:
        return absent
    name = named["function"]
    if name not in functions:
        advice = _HAND_IN.format(name=name if name.isidentifier() else "...")
        try:
            choose(name, functions, what="function")
        except InputError as error:
            raise InputError(f"{where}: {error} {advice}") from None
    if "source" in named and _digest(where, functions[name]) != named["source"]:
        raise InputError(
            f"{where}: the function {name!r} is not the one that this was written with: its source has changed. Hand "
            "in the old one, or make the run again."
        )
    return functions[name]


def called(owner: Any, function: Function, *arguments: Any) -> Any:
    """Call a user's function; what it raises becomes a sentence.

    Args:
        owner: The spec that holds the function, for messages.
        function: The function.
        *arguments: What it is called with.

    Returns:
        What it returns.

    Raises:
        InputError: If it raises anything at all.
    """
    try:
        return function(*arguments)
    except InputError:
        raise
    except Exception as error:
        said = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise InputError(
            f"the function {function.__name__!r} of {type(owner).__name__} failed on "
            f"{', '.join(map(_sketched, arguments))}: {type(error).__name__}: {said[:300]} Mend the function."
        ) from error


def absent(*arguments: Any, **named: Any) -> Any:
    """Stand for a function that was not handed in, where nothing is computed.

    Args:
        *arguments: Not looked at.
        **named: Not looked at.

    Returns:
        Never.

    Raises:
        InputError: Always.
    """
    del arguments, named
    raise InputError(f"a function of the user's is needed here. {_HAND_IN.format(name='...')}")


_KEYS = {"function", "source"}


def _digest(where: str, function: Any) -> str:
    inner = inspect.unwrap(function) if callable(function) else function
    if not inspect.isfunction(inner) or inner.__name__ == "<lambda>":
        raise InputError(
            f"{where} must be a function written with def, so that it has a name and a source; got {shown(function)}. "
            "Write one that calls it."
        )
    if inner.__code__.co_freevars:
        raise InputError(
            f"{where}: the function {inner.__name__!r} takes {', '.join(inner.__code__.co_freevars)} from a function "
            "around it, which no file would remember. Write the values inside it, or as defaults of its arguments."
        )
    try:
        source = textwrap.dedent(inspect.getsource(inner))
    except (OSError, TypeError):
        raise InputError(
            f"{where}: the source of the function {inner.__name__!r} cannot be read. Write it in a file and import it."
        ) from None
    return f"sha256:{hashlib.sha256(source.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _sketched(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"a table of {', '.join(map(str, value)) or 'nothing'}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype}{list(value.shape)}"
    return shown(value)
