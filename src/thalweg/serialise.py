"""Specs as plain values and back, for TOML and JSON files and for `--set path=value`.

A spec is written as a table of its fields with its `kind`. Kinds are looked up in a closed table that the
caller hands in: reading a file can make the library's own parts and nothing else.
"""

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.errors import InputError, choose
from thalweg.spec import is_spec, kind_of, parts, tunables

Kinds = Mapping[str, Mapping[str, type]]  # family -> kind -> class


def to_plain(value: Any) -> Any:
    """Return a spec as nested dicts, lists, numbers, strings and booleans.

    Args:
        value: A spec that holds Python numbers, or anything that a spec's field may hold.

    Returns:
        The plain value. A field that is None is left out, for TOML knows no null.

    Raises:
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
    raise TypeError(f"cannot write {value!r} of type {type(value).__name__}: a spec to be written holds plain values.")


def from_plain(plain: Any, family: str, kinds: Kinds, *, where: str = "") -> Any:
    """Make the spec that a plain value describes.

    Args:
        plain: What `to_plain` gave, or a bare kind ("adam") for a spec with its defaults.
        family: What the spec must be, such as "update rule".
        kinds: Classes by family and kind.
        where: Path of this value from the top, for messages.

    Returns:
        The spec.

    Raises:
        InputError: If a kind, field or value is not known or not allowed; the message starts with the path.
    """
    at = f"{where}: " if where else ""
    if isinstance(plain, str):
        plain = {"kind": plain}
    if not isinstance(plain, Mapping):
        raise InputError(f"{at}wanted a {family} (a table with its kind, or a kind's name); got {plain!r}.")
    members = kinds[family]
    if "kind" not in plain and len(members) > 1:
        raise InputError(f"{at}this {family} has no kind; add kind = one of {', '.join(members)}.")
    cls = members[_named(at, str(plain.get("kind", next(iter(members)))), members, family)]
    ranges, inner = tunables(cls), parts(cls)
    names = [f.name for f in dataclasses.fields(cls)]
    values = {}
    for name, value in plain.items():
        if name == "kind":
            continue
        _named(at, name, names, f"field of {kind_of(cls)}")
        path = f"{where}.{name}" if where else name
        if name in inner:
            values[name] = _parts(value, inner[name], kinds, path)
        elif name in ranges:
            values[name] = value
        else:
            values[name] = _frozen(value)
    missing = [f.name for f in dataclasses.fields(cls) if f.name not in values and f.default is dataclasses.MISSING]
    if missing:
        raise InputError(f"{at}{kind_of(cls)} needs {', '.join(missing)}; got {sorted(values) or 'no fields'}.")
    try:
        return cls(**values)
    except InputError as error:
        raise InputError(f"{at}{error}") from None


def changed(plain: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a plain spec with the field at `path` changed.

    Args:
        plain: What `to_plain` gave, whole: every field is there, so an unknown name is found here.
        path: Field names and positions joined by dots: "network.layers.0.units".
        value: Plain value. A kind's name for a part replaces the part by that kind with its defaults.

    Returns:
        A new plain spec; `plain` stays as it was.

    Raises:
        InputError: If the path leads nowhere, naming the step that fails and what there is instead.
    """
    head, _, rest = path.partition(".")
    if isinstance(plain, Mapping):
        choose(head, [name for name in plain if name != "kind"] if head != "kind" else ["kind"], what="setting")
        return {**plain, head: changed(plain[head], rest, value) if rest else value}
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        if not head.isdigit() or int(head) >= len(plain):
            raise InputError(f"wanted a position from 0 to {len(plain) - 1} in a list; got {head!r} (in {path!r}).")
        position = int(head)
        item = changed(plain[position], rest, value) if rest else value
        return [*plain[:position], item, *plain[position + 1 :]]  # type: ignore[return-value]  # a list inside the tree
    raise InputError(f"nothing lies below {plain!r}; got the further step {path!r}. Shorten the path.")


def parse_setting(text: str) -> tuple[str, Any]:
    """Split "path=value" and read the value as TOML does; a bare word is text.

    Args:
        text: Such as "update.rate=0.01", "network.layers.0.units=64" or "update=momentum".

    Returns:
        (path, value).

    Raises:
        InputError: If there is no "=", or no path before it.
    """
    path, equals, word = text.partition("=")
    path, word = path.strip(), word.strip()
    if not equals or not path or not word:
        raise InputError(f"wanted path=value, such as update.rate=0.01; got {text!r}.")
    try:
        return path, tomllib.loads(f"value = {word}")["value"]
    except tomllib.TOMLDecodeError:
        return path, word


def _named(at: str, name: str, names: Any, what: str) -> str:
    try:
        return choose(name, names, what=what)
    except InputError as error:
        raise InputError(f"{at}{error}") from None


def _parts(value: Any, family: str, kinds: Kinds, where: str) -> Any:
    if isinstance(value, list | tuple):
        return tuple(from_plain(item, family, kinds, where=f"{where}.{i}") for i, item in enumerate(value))
    return from_plain(value, family, kinds, where=where)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
