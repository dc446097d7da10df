"""Specs as plain values and back, for TOML and JSON files and for `--set path=value`.

A spec is written as a table of its fields with its `kind`. Kinds are looked up in a closed table that the
caller hands in: reading a file can make the library's own parts and nothing else.

What it leaves out: writing text. JSON is the standard library's; TOML is written at the edge that has a TOML
writer, and every plain value here is one that TOML can hold.
"""

import dataclasses
import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from thalweg.errors import InputError, choose, shown
from thalweg.functions import NONE, Functions, described, found, is_described
from thalweg.spec import functions, is_spec, kind_of, parts, tunables

Kinds = Mapping[str, Mapping[str, type]]  # family -> kind -> class
DEPTH = 50  # levels of tables and lists; deeper ones than any network has only serve to exhaust the reader


def to_plain(value: Any) -> Any:
    """Return a spec as nested dicts, lists, numbers, strings and booleans.

    Args:
        value: A spec that holds Python numbers, or anything that a spec's field may hold.

    Returns:
        The plain value. A field that is None is left out, for TOML knows no null.

    Raises:
        InputError: If a function is met that no file could speak of.
        TypeError: If a value of another type is met, such as an array of a traced spec.
    """
    if is_spec(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        plain = {name: to_plain(item) for name, item in fields.items() if item is not None}
        return {"kind": kind_of(type(value)), **plain}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()  # np.float64(1) and its like
    if isinstance(value, bool | int | float | str):
        return value
    if callable(value):
        return described(value)
    raise TypeError(
        f"cannot write {shown(value)} of type {type(value).__name__}: a spec to be written holds plain values."
    )


def from_plain(plain: Any, family: str, kinds: Kinds, *, where: str = "", given: Functions | None = NONE) -> Any:
    """Make the spec that a plain value describes.

    Args:
        plain: What `to_plain` gave, or a bare kind ("adam") for a spec with its defaults.
        family: What the spec must be, such as "update rule".
        kinds: Classes by family and kind.
        where: Path of this value from the top, for messages.
        given: The user's own functions that the value may speak of, by name; None for stand-ins, which refuse calls.

    Returns:
        The spec.

    Raises:
        InputError: If a kind, field or value is not known or not allowed; the message starts with the path.
    """
    level = [plain]
    for _ in range(DEPTH):
        level = [item for value in level if isinstance(value, Mapping | list | tuple) for item in _inside(value)]
    if level:
        raise InputError(f"{_at(where)}tables and lists are nested more than {DEPTH} deep. Write them flatter.")
    return _made(plain, family, kinds, where, given)


def changed(plain: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a plain spec with the field at `path` changed.

    The last name of the path and the value are judged where they are known: by `from_plain`.

    Args:
        plain: What `to_plain` gave.
        path: Field names and positions joined by dots: "network.layers.0.units".
        value: Plain value. A kind's name for a part, or for its "kind", replaces the part by that kind with its
            defaults.

    Returns:
        A new plain spec; `plain` stays as it was.

    Raises:
        InputError: If the path leads nowhere, naming the step that fails and what there is instead.
    """
    return _changed(plain, path, value, path)


def parse_setting(text: str) -> tuple[str, Any]:
    """Split "path=value" and read the value as TOML does; a bare word is text, `null` is None.

    Args:
        text: Such as "update.rate=0.01", "network.layers.0.units=64" or "update=momentum".

    Returns:
        (path, value).

    Raises:
        InputError: If there is no "=", no path before it, no value after it, or a value nested too deep.
    """
    path, equals, word = text.partition("=")
    path, word = path.strip(), word.strip()
    if not equals or not path or not word:
        raise InputError(f"wanted path=value, such as update.rate=0.01; got {shown(text)}.")
    if word == "null":
        return path, None
    if re.fullmatch(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", word):
        return path, float(word)  # .5 and 5. are numbers to people, not to TOML
    try:
        table = tomllib.loads(f"value = {word}")
    except ValueError:  # not TOML, or a number of more than 4,300 digits
        return path, word
    except RecursionError:
        raise InputError(f"the value of {shown(path)} is nested too deep. Write it flatter.") from None
    value = table.pop("value")
    # A line break would begin another key, and a date is text to every field.
    return path, word if table or isinstance(value, datetime.date | datetime.time) else value


def from_json(text: str | bytes, *, where: str) -> Any:
    """Read JSON that somebody else may have written.

    Args:
        text: The content of a file; bytes are UTF-8, with or without a mark at the start.
        where: Name of the file, for messages.

    Returns:
        Plain values.

    Raises:
        InputError: If it is no JSON, holds NaN or an infinity, or is nested too deep to read.
    """
    return _read(lambda: json.loads(_decoded(text), parse_constant=_no_constant), "JSON", where)


def from_toml(text: str | bytes, *, where: str) -> dict[str, Any]:
    """Read TOML that somebody else may have written.

    Args:
        text: The content of a file; bytes are UTF-8, with or without a mark at the start.
        where: Name of the file, for messages.

    Returns:
        Plain values.

    Raises:
        InputError: If it is no TOML, naming the line, or is nested too deep to read.
    """
    return _read(lambda: tomllib.loads(_decoded(text)), "TOML", where)


def _changed(plain: Any, path: str, value: Any, whole: str) -> Any:
    head, dot, rest = path.partition(".")
    if isinstance(plain, Mapping):
        if dot:
            _named(f"{shown(whole)}: ", head, [name for name in plain if name != "kind"], "setting")
            return {**plain, head: _changed(plain[head], rest, value, whole)}
        if head == "kind":
            return {"kind": value}
        return {**plain, head: _replacement(plain.get(head), value)}
    if isinstance(plain, list | tuple):
        position = int(head) if re.fullmatch("[0-9]{1,9}", head) else len(plain)
        if position >= len(plain):
            there = f"a position from 0 to {len(plain) - 1} in a list" if plain else "no position in an empty list"
            raise InputError(f"wanted {there}; got {shown(head)} (in {shown(whole)}).")
        item = _changed(plain[position], rest, value, whole) if dot else _replacement(plain[position], value)
        return [*plain[:position], item, *plain[position + 1 :]]
    raise InputError(
        f"nothing lies below {shown(plain)}; got the further step {shown(path)} (in {shown(whole)}). Shorten the path."
    )


def _read(parse: Any, form: str, where: str) -> Any:
    try:
        return parse()
    except RecursionError:
        raise InputError(f"{where}: tables and lists are nested too deep. Write them flatter.") from None
    except ValueError as error:
        said = str(error).partition("; use sys.")[0]  # advice on changing Python is not for this reader
        raise InputError(f"{where} is not {form}: {said}. Mend that place.") from None


def _decoded(text: str | bytes) -> str:
    return text.decode("utf-8-sig") if isinstance(text, bytes) else text


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _made(plain: Any, family: str, kinds: Kinds, where: str, given: Functions | None) -> Any:
    at = _at(where)
    if isinstance(plain, str):
        plain = {"kind": plain}
    if not isinstance(plain, Mapping):
        raise InputError(f"{at}wanted the {family} (a table with its kind, or a kind's name); got {shown(plain)}.")
    members = kinds[family]
    if "kind" not in plain and len(members) > 1:
        raise InputError(f"{at}this {family} has no kind; add kind = one of {', '.join(members)}.")
    kind = plain.get("kind", next(iter(members)))
    if not isinstance(kind, str):
        raise InputError(f"{at}the kind of this {family} must be text; got {shown(kind)}.")
    cls = members[_named(at, kind, members, family)]
    ranges, inner, written = tunables(cls), parts(cls), functions(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}
    values = {}
    for name, value in plain.items():
        if name == "kind":
            continue
        _named(at, str(name), fields, f"field of {kind}")
        path = f"{where}.{name}" if where else name
        if name in inner:
            values[name] = _parts(value, inner[name], kinds, path, given)
        elif name in written and value is not None:
            values[name] = found(value, given, path)
        else:
            values[name] = value if name in ranges else _frozen(value)
    missing = [name for name, f in fields.items() if name not in values and f.default is dataclasses.MISSING]
    if missing:
        raise InputError(f"{at}{kind} needs {', '.join(missing)}; got {', '.join(sorted(values)) or 'no fields'}.")
    try:
        return cls(**values)
    except InputError as error:
        raise InputError(f"{at}{error}") from None


def _at(where: str) -> str:
    return f"{where}: " if where else ""


def _named(at: str, name: str, names: Iterable[str], what: str) -> str:
    try:
        return choose(name, names, what=what)
    except InputError as error:
        raise InputError(f"{at}{error}") from None


def _parts(value: Any, family: str, kinds: Kinds, where: str, given: Functions | None) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_made(item, family, kinds, f"{where}.{i}", given) for i, item in enumerate(value))
    return _made(value, family, kinds, where, given)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _inside(value: Mapping[Any, Any] | Sequence[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else value


def _replacement(old: Any, new: Any) -> Any:
    # A part is written as a table, so that a later path can lead into the new one; a function's name stays a name.
    return {"kind": new} if isinstance(old, Mapping) and isinstance(new, str) and not is_described(old) else new
