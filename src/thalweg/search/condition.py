"""When a dimension counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.errors import InputError, shown
from thalweg.search.paths import paths_of, same_place
from thalweg.search.ranges.choice import same
from thalweg.search.ranges.toml_text import toml_text
from thalweg.serialise import parse_setting

_ALTERNATIVES = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^|"])+')  # split at every | that no quotes hold


@dataclass(frozen=True)
class Condition:
    """Let a dimension count only where another one took one of some values.

    Args:
        path: Of the other dimension, which must be a choice.
        values: Options of it; a table among the options may be named by its kind. At least one.

    Raises:
        InputError: If there is no path or no value.

    Example:
        >>> heavy = Condition("update.kind", ("momentum", "nesterov"))
        >>> heavy.holds({"update.kind": "momentum"}), heavy.holds({"update.kind": "adam"}), str(heavy)
        (True, False, 'update.kind = momentum | nesterov')
    """

    path: str
    values: tuple[Any, ...]

    def __post_init__(self):
        """Check that both are there."""
        if not isinstance(self.path, str) or not self.path or not isinstance(self.values, tuple) or not self.values:
            raise InputError(
                f'a condition needs a path and the values it may have, as in when = "update.kind = momentum"; got '
                f"{shown(self.path)} and {shown(self.values)}."
            )

    def holds(self, point: Mapping[str, Any]) -> bool:
        """Say whether it holds.

        Args:
            point: What the dimensions before took, by their names. One that is not there did not count itself.

        Returns:
            Whether the other dimension has one of the values.
        """
        return any(self.takes(value) for name, value in point.items() if self.on(name))

    def on(self, name: str) -> bool:
        """Say whether it hangs on the dimension of this name."""
        return any(same_place(path, self.path) for path in paths_of(name))

    def takes(self, option: Any) -> bool:
        """Say whether an option is one of the values."""
        return any(meant(value, option) for value in self.values)

    def __str__(self) -> str:
        """Return the condition as people write it."""
        return f"{self.path} = {' | '.join(map(_word, self.values))}"


def read_condition(text: Any) -> Condition:
    """Read a condition.

    Args:
        text: Such as "update.kind = momentum", or "update.kind = momentum | nesterov" for one value or the other.

    Returns:
        The condition.

    Raises:
        InputError: If it is no path with values.

    Example:
        >>> read_condition("training.batch = 64 | 128").values
        (64, 128)
    """
    path, equals, words = text.partition("=") if isinstance(text, str) else ("", "", "")
    path = path.strip()
    values = _ALTERNATIVES.findall(words)
    if not equals or not path or not values or "|".join(values) != words or "" in map(str.strip, values):
        raise InputError(f'when must be a condition, such as when = "update.kind = momentum"; got {shown(text)}.')
    return Condition(path, tuple(parse_setting(f"{path}={value}")[1] for value in values))


def meant(value: Any, option: Any) -> bool:
    """Say whether a condition's value stands for an option: it is the option itself, or the kind of the table.

    Args:
        value: What the condition says.
        option: One of a choice's.

    Returns:
        Whether it does.
    """
    return same(value, option) or (isinstance(option, Mapping) and "kind" in option and same(value, option["kind"]))


def _word(value: Any) -> str:
    if not isinstance(value, str):
        return toml_text(value)
    # A bare word where it is read back as this text, and not as a number or as two words.
    bare = re.fullmatch(r"[A-Za-z_][\w.-]*", value) and parse_setting(f"value={value}")[1] == value
    return value if bare else toml_text(value)
