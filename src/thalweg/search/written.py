"""A space as people write it, in TOML or in Python, and back."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from thalweg.errors import InputError, choose, shown
from thalweg.search.condition import read_condition
from thalweg.search.dimension import Dimension
from thalweg.search.paths import paths_of
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.ends import EXAMPLES, named
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.kinds import Over
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.space import Space
from thalweg.serialise import DEPTH, parse_setting

_WHOLE = re.compile("[+-]?[0-9]{1,40}")
_WANTED = (
    'a range, such as "log 1e-4 .. 1e-1", "uniform 0 .. 0.5", "integer 16 .. 256" or "log integer 16 .. 256", or a '
    'list of options, such as ["adam", "momentum"]'
)


def read_space(table: Any) -> Space:
    """Read a space.

    Args:
        table: Range by path, as TOML and Python hold it. A range is text ("log 1e-4 .. 1e-1"), a list of options, or
            in Python `Uniform`, `LogUniform`, `Integer` or `Choice`; with conditions it is a table of the two,
            {"over": range, "when": "update.kind = momentum"}, where `when` may be a list of conditions that must all
            hold. Tables in tables make a path with dots; a key with commas names several paths that get one value.

    Returns:
        The space.

    Raises:
        InputError: If something in it cannot be read, or makes no space.

    Example:
        >>> space = read_space({"update": {"rate": "log 1e-4 .. 1e-1", "kind": ["adam", "momentum"]}})
        >>> [(dimension.name, str(dimension.over)) for dimension in space.dimensions]
        [('update.kind', '["adam", "momentum"]'), ('update.rate', 'log 1e-4 .. 1e-1')]
    """
    if not isinstance(table, Mapping):
        raise InputError(f"space: wanted a table of ranges by path; got {shown(table)}.")
    return Space(tuple(_dimension(name, value) for name, value in _flat(table, "", 0)))


def read_setting(text: str) -> Dimension:
    """Read one dimension as it is typed in a command.

    Args:
        text: Path, "=" and range: "update.rate=log 1e-4 .. 1e-1"; lists and tables are TOML:
            'update.kind=["adam", "momentum"]'.

    Returns:
        The dimension.

    Raises:
        InputError: If it cannot be read.

    Example:
        >>> str(read_setting("update.rate=log 1e-4 .. 1e-1").over)
        'log 1e-4 .. 1e-1'
    """
    if "=" not in text:
        raise InputError(f"wanted path=range, such as update.rate=log 1e-4 .. 1e-1; got {shown(text)}.")
    return _dimension(*parse_setting(text))


def read_range(value: Any) -> Over:
    """Read a range.

    Args:
        value: Text, a list of options, or a range already.

    Returns:
        The range.

    Raises:
        InputError: If it is none of these, or its ends or options make no range.

    Example:
        >>> read_range("integer 16 .. 256"), read_range([0.5, 0.9])
        (Integer(low=16, high=256, log=False), Choice(options=(0.5, 0.9)))
    """
    if isinstance(value, Over):
        return value
    if isinstance(value, list | tuple):
        return Choice(tuple(value))
    if not isinstance(value, str) or ".." not in value:
        raise InputError(f"wanted {_WANTED}; got {shown(value)}. A value that stays belongs in the experiment.")
    before, _, last = value.partition("..")
    *words, first = before.split() or [""]
    kind = " ".join(words)
    if not kind:
        raise InputError(
            f"wanted {', '.join(EXAMPLES)} before the two ends, as in {EXAMPLES['log']}; got {shown(value)}."
        )
    choose(kind, EXAMPLES, what="range")
    low, high = _number(first, kind), _number(last.strip(), kind)
    if kind == "log":
        return LogUniform(low, high)
    return Uniform(low, high) if kind == "uniform" else Integer(low, high, log=kind == "log integer")


def write_space(space: Space) -> dict[str, Any]:
    """Return a space as plain values, of which `read_space` makes it again.

    Args:
        space: The space.

    Returns:
        Range by name: text, a list of options, or a table of the range and its conditions.

    Example:
        >>> write_space(read_space({"update.mu": Uniform(0.5, 0.9), "penalty.strength": [0, 1e-4]}))
        {'update.mu': 'uniform 0.5 .. 0.9', 'penalty.strength': [0, 0.0001]}
    """
    return {dimension.name: _written(dimension) for dimension in space.dimensions}


def _written(dimension: Dimension) -> Any:
    over = dimension.over
    plain = list(over.options) if isinstance(over, Choice) else str(over)
    conditions = [str(condition) for condition in dimension.when]
    if not conditions:
        return plain
    return {"over": plain, "when": conditions[0] if len(conditions) == 1 else conditions}


def _flat(table: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEPTH:
        raise InputError(f"space: tables are nested more than {DEPTH} deep. Write them flatter.")
    for key, value in table.items():
        # A key with commas stands for several paths, each of them below the tables around it.
        name = ", ".join(f"{before}{path}" for path in paths_of(str(key)))
        if not isinstance(value, Mapping) or "over" in value or "when" in value:
            yield name, value
        elif "," in name:
            raise InputError(f"space: {name}: wanted {_WANTED}; got {shown(value)}.")
        elif not value:
            raise InputError(f"space: {name}: the table is empty. Put ranges into it, or leave it out.")
        else:
            yield from _flat(value, f"{name}.", depth + 1)


def _dimension(name: str, value: Any) -> Dimension:
    try:
        conditions: Any = ()
        if isinstance(value, Mapping):
            if set(value) != {"over", "when"}:
                raise InputError(
                    'a table of a range has "over", the range, and "when", its condition, and nothing else; got '
                    f"{', '.join(map(str, value)) or 'an empty one'}."
                )
            value, conditions = value["over"], value["when"]
            conditions = conditions if isinstance(conditions, list | tuple) else [conditions]
            if not conditions:
                raise InputError("its conditions are an empty list. Name one, or give the range alone.")
        return Dimension(paths_of(name), read_range(value), tuple(map(read_condition, conditions)))
    except InputError as error:
        raise InputError(f"space: {name}: {error}") from None


def _number(word: str, kind: str) -> Any:
    if _WHOLE.fullmatch(word):
        return int(word)
    try:
        return float(word)
    except ValueError:
        raise InputError(
            f"the ends of {named(kind)} must be numbers; got {shown(word)}. Write it as {EXAMPLES[kind]}."
        ) from None
