"""A user's own functions as fields of specs: which may be one, and how files speak of them.

A file holds a function's name and a digest, never the function: reading a file runs nothing. Whoever reads it hands the
function in, and it is taken only if its digest is the one that the file was written with. The digest is of the
function's own source, of the numbers and texts that it was made with, and of what decorates it in its file; it is taken
when a process first meets the function, so that a file edited meanwhile changes nothing.

What it leaves out: the functions and values that a function uses from around it in its file, a derivative of its own
that it was given among them.
"""

import functools
import hashlib
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from thalweg.errors import InputError, choose, shown

Function = Callable[..., Any]
Functions = Mapping[str, tuple[Function, ...]]  # by name; several where files of the user's have one name each
NONE: Functions = MappingProxyType({})
_HAND_IN = "Hand it in: parts=[{name}] in Python, --plugin FILE in a command."


def require_function(where: str, function: Any) -> None:
    """Refuse what cannot be told by its name and its source.

    Args:
        where: The field, for messages: "CustomLoss.function".
        function: What was given.

    Raises:
        InputError: If it is no function written with `def` in a file or a notebook, or was made with a value that no
            file would remember: a default, or something of a function around it, that is no number or text; or with
            an object around it, such as a partial.
    """
    if function is not absent:
        _digest(where, function)


def by_name(functions: Any, where: str = "parts") -> Functions:
    """Return functions by name.

    Args:
        functions: A list of them. Which of them can serve is judged when one is asked for: a file of functions may hold
            others, too.
        where: What they were given as, for messages.

    Returns:
        The table that `serialise.from_plain` looks functions up in.

    Raises:
        InputError: If it is no list, or something in it is no function with a name.
    """
    if not isinstance(functions, list | tuple):
        raise InputError(f"{where} must be a list of functions; got {shown(functions)}. Leave it out for none.")
    found: dict[str, tuple[Function, ...]] = {}
    for function in functions:
        name = getattr(function, "__name__", None)
        if not callable(function) or not isinstance(name, str):
            raise InputError(f"{where} must hold functions, each with a name; got {shown(function)}. Leave it out.")
        known = found.get(name, ())
        if function not in known:
            found[name] = (*known, function)
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


def require_given(plain: Any, given: Functions, where: str) -> None:
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
        if is_described(value):
            found(value, given, where)
        elif isinstance(value, Mapping | list | tuple):
            waiting += value.values() if isinstance(value, Mapping) else value


def described(function: Function) -> dict[str, str]:
    """Return what a file says of a function.

    Args:
        function: As `require_function` allows.

    Returns:
        {"function": its name, "source": its digest}.

    Raises:
        InputError: If it is not one that `require_function` allows.
    """
    return {"function": function.__name__, "source": _digest("a function", function)}


def is_described(value: Any) -> bool:
    """Say whether a plain value is what `described` gives."""
    return isinstance(value, Mapping) and set(value) == _KEYS


def found(value: Any, functions: Functions | None, where: str) -> Function:
    """Return the function that a plain value speaks of.

    Args:
        value: A function's name, as a person writes it, or what `described` gave; a function is returned as it is.
        functions: By name, as `by_name` gives them; None for a stand-in that refuses to be called.
        where: The field, for messages.

    Returns:
        The function.

    Raises:
        InputError: If it is among none of those handed in, two of its name are, or it is another one than the value
            was written with.
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
        advice = _HAND_IN.format(name=name if name.isidentifier() and len(name) <= 80 else "...")
        try:
            choose(name, filter(str.isidentifier, functions), what="function")  # a lambda has no name
        except InputError as error:
            raise InputError(f"{where}: {error} {advice}") from None
    first, *others = functions[name]
    if "source" not in named:
        if others:
            raise InputError(f"{where}: two functions are called {name!r}. Give one of them another name.")
        return first
    for function in (first, *others):
        if _digest(where, function) == named["source"]:
            return function
    raise InputError(
        f"{where}: the function {name!r} is not the one that this was written with: its source, or a number it was "
        "made with, is another. Hand in the old one, or make the run again."
    )


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
            f"{', '.join(map(sketched, arguments))}: {type(error).__name__}: {said[:300]} Mend the function."
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
_CACHED = type(functools.lru_cache(len))
_NO_FUNCTION = (
    " must be a function written with def, so that it has a name and a source; got {}. Write one that calls it."
)


def _digest(where: str, function: Any) -> str:
    try:
        return _told(function)
    except TypeError:  # it cannot be hashed, as every function can
        raise InputError(f"{where}{_NO_FUNCTION.format(shown(function))}") from None
    except InputError as error:
        raise InputError(f"{where}{error}") from None


@functools.cache  # a file may change while its function is in use: what counts is the source that was read first
def _told(function: Any) -> str:
    *outer, innermost = _layers(function)
    file = innermost.__code__.co_filename
    # What decorates it from another file is a library's: its source changes with each version, and what it does not.
    own = [layer for layer in outer if layer.__code__.co_filename == file]
    pieces = [piece for layer in (*own, innermost) for piece in (_source(layer), _values(layer, strict=True))]
    pieces += [_values(layer, strict=False) for layer in outer if layer not in own]
    text = chr(0).join(filter(None, pieces))
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _layers(function: Any) -> list[types.FunctionType]:
    """Return the functions written with def among a function and those that it decorates, the outermost first."""
    layers, around, layer, seen = [], [], function, set()
    while callable(layer) and id(layer) not in seen:
        seen.add(id(layer))
        (layers if inspect.isfunction(layer) else around).append(layer)
        layer = getattr(layer, "__wrapped__", None)
    if not layers or layers[-1].__name__ == "<lambda>" or not isinstance(getattr(function, "__name__", None), str):
        raise InputError(_NO_FUNCTION.format(shown(function)))
    strange = next((layer for layer in around if not _holds_nothing(layer)), None)
    if strange is not None:
        raise InputError(
            f": {shown(function)} is made with {type(strange).__name__}, and no file would remember what that holds. "
            "Write a function with def, and the values inside it."
        )
    return layers


def _holds_nothing(layer: Any) -> bool:
    """Say whether an object around a function has no values of its own that change what comes out."""
    return type(layer).__module__.partition(".")[0] in ("jax", "jaxlib") or type(layer) is _CACHED


def _source(function: types.FunctionType) -> str:
    try:  # of the code: of a function that decorates another, Python gives the source of that other
        return textwrap.dedent(inspect.getsource(function.__code__))
    except (OSError, TypeError, SyntaxError, UnicodeDecodeError):
        raise InputError(
            f": the source of the function {function.__name__!r} cannot be read. Write it in a file of UTF-8 text and "
            "import it."
        ) from None


def _values(function: types.FunctionType, *, strict: bool) -> str:
    """Return the values that a function was made with: defaults of arguments, and what it takes from around it."""
    defaults = inspect.signature(function, follow_wrapped=False).parameters.values()
    found = {f"default of {p.name}": p.default for p in defaults if p.default is not inspect.Parameter.empty}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if not _holds(cell, getattr(function, "__wrapped__", None)):
            found[name] = cell.cell_contents
    strange = [name for name, value in found.items() if not _is_plain(value)]
    if strict and strange:
        raise InputError(
            f": the function {function.__name__!r} was made with {', '.join(strange)}, which no file would remember: "
            "it is no number, text or tuple of them. Write the value inside the function."
        )
    return repr({name: value for name, value in found.items() if name not in strange}) if found else ""


def _holds(cell: types.CellType, value: Any) -> bool:
    try:
        return value is not None and cell.cell_contents is value
    except ValueError:  # a name that nothing was given to
        return True


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, float, str)


def sketched(value: Any) -> str:
    """Return what a function took or gave, in a few words: of an array its type and shape.

    Args:
        value: Anything.

    Returns:
        The words.

    Example:
        >>> import numpy as np
        >>> sketched(np.zeros((2, 3))), sketched({"w": 1}), sketched("much")
        ('float64[2, 3]', 'a table of w', "'much'")
    """
    if isinstance(value, Mapping):
        return f"a table of {', '.join(map(str, value)) or 'nothing'}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype}{list(value.shape)}"
    return shown(value)
