"""Plain values out of a file that somebody else may have written, held against the types they should have."""

import math
import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.errors import InputError, shown

_WORDS = {int: "a whole number", float: "a finite number", str: "text", bool: "true or false"}
_LARGEST = 2**63


def typed(plain: Any, hint: Any, where: str) -> Any:
    """Return a plain value as the type it should have, for types made of tuples, dicts, numbers and text.

    Args:
        plain: From JSON. Null stands for NaN where a number is wanted: JSON has no other word for it.
        hint: The type: int, float, str, bool, a tuple, a dict by text, a named tuple, a union, a literal, or Any.
        where: File and entry, for the message.

    Returns:
        The value; lists become tuples and tables named tuples.

    Raises:
        InputError: If it has another type, naming the entry.

    Example:
        >>> typed([[1, None]], tuple[tuple[int, float], ...], "a file")
        ((1, nan),)
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return plain
    if origin in (typing.Union, types.UnionType):
        if plain is None and types.NoneType in arguments:
            return None
        (hint,) = (option for option in arguments if option is not types.NoneType)
        return typed(plain, hint, where)
    if origin is typing.Literal:
        return _required(plain, isinstance(plain, str) and plain in arguments, where, f"one of {arguments}")
    if origin is tuple:
        return _tuple(plain, arguments, where)
    if origin is not None and issubclass(origin, Mapping):
        _required(plain, isinstance(plain, dict), where, "a table")
        return {name: typed(value, arguments[1], f"{where}.{name}") for name, value in plain.items()}
    if hasattr(hint, "_fields"):
        return named(plain, hint, where)
    return _number(plain, where) if hint is float else _required(plain, _is(plain, hint), where, _WORDS[hint])


def named(plain: Any, cls: Any, where: str, **given: Any) -> Any:
    """Return a table as a named tuple.

    Args:
        plain: From JSON; entries that the class has not are left alone.
        cls: The named tuple's class.
        where: File and entry, for the message.
        **given: Values of fields that the table need not have.

    Returns:
        The named tuple; what is missing has its default.

    Raises:
        InputError: If it is no table, an entry without a default is missing, or one has another type.
    """
    _required(plain, isinstance(plain, dict), where, "a table")
    hints, values = typing.get_type_hints(cls), dict(given)
    for name in cls._fields:
        if name in plain and name not in given:
            values[name] = typed(plain[name], hints[name], f"{where}: {name}")
    missing = [name for name in cls._fields if name not in values and name not in cls._field_defaults]
    if missing:
        raise InputError(f"{where} has no entry {missing[0]!r}. Restore the file, or make the run again.")
    return cls(**values)


def writable(value: Any) -> Any:
    """Return a value as JSON takes it: the other way round than `typed`.

    Args:
        value: Of tuples, named tuples, dicts, numbers, of NumPy too, and text.

    Returns:
        Lists, dicts, numbers and text; named tuples become tables, and numbers that are not finite null.

    Example:
        >>> writable({"a": (1, float("nan"))})
        {'a': [1, None]}
    """
    if hasattr(value, "_asdict"):
        return {name: writable(item) for name, item in value._asdict().items()}
    if isinstance(value, dict):
        return {name: writable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [writable(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _tuple(plain: Any, arguments: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    _required(plain, isinstance(plain, list), where, "a list")
    if arguments[-1] is Ellipsis:
        arguments = arguments[:1] * len(plain)
    _required(plain, len(plain) == len(arguments), where, f"a list of {len(arguments)}")
    return tuple(typed(item, hint, f"{where}.{k}") for k, (item, hint) in enumerate(zip(plain, arguments, strict=True)))


def _number(plain: Any, where: str) -> float:
    if plain is None:
        return math.nan
    fits = _is(plain, int) or (isinstance(plain, float) and math.isfinite(plain))
    return float(_required(plain, fits, where, _WORDS[float]))


def _is(plain: Any, hint: type) -> bool:
    if hint is int:
        return isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) < _LARGEST
    return isinstance(plain, hint)


def _required(plain: Any, fits: bool, where: str, wanted: str) -> Any:
    if not fits:
        raise InputError(f"{where} must be {wanted}; got {shown(plain)}. Restore the file, or make the run again.")
    return plain
