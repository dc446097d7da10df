"""One of several values that no line joins."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thalweg.errors import InputError, shown
from thalweg.search.ranges.toml_text import toml_text
from thalweg.serialise import DEPTH, to_plain


@dataclass(frozen=True)
class Choice:
    """Take each of several values equally often.

        value = options[floor(place n)],    n the number of options, place uniform in [0, 1)

    Args:
        options: At least two different ones: texts, numbers, true or false, lists, tables, or specs, which are kept as
            the tables that files hold.

    Raises:
        InputError: If there are fewer than two, two are equal, or one is nothing that a file could hold.

    Example:
        >>> rules = Choice(("adam", "momentum"))
        >>> rules.at(0.7), rules.place("momentum"), str(rules)
        ('momentum', 0.75, '["adam", "momentum"]')

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012.
    """

    options: Sequence[Any]  # a tuple, whatever was given

    def __post_init__(self):
        """Check the options."""
        if not isinstance(self.options, list | tuple):
            raise InputError(
                f'a choice needs a list of options, such as ["adam", "momentum"]; got {shown(self.options)}.'
            )
        options = tuple(_plain(option, 0) for option in self.options)
        if not options:
            raise InputError("a choice has no options. Name two or more, or leave the dimension out.")
        if len(options) == 1:
            raise InputError(
                f"a choice has one option, {shown(options[0])}: nothing is left to search. Name a second one, or leave "
                f"the dimension out and set the value in the experiment."
            )
        for i, option in enumerate(options):
            if any(same(option, other) for other in options[:i]):
                raise InputError(f"a choice has the option {shown(option)} twice. Leave one of them out.")
        object.__setattr__(self, "options", options)

    def at(self, place: float | int) -> Any:
        """Return the option at a place.

        Args:
            place: From 0, the first option, to 1, the last one; what lies outside counts as the end.

        Returns:
            The option.
        """
        count = len(self.options)
        return self.options[min(max(int(place * count), 0), count - 1)]

    def place(self, value: Any) -> float:
        """Return where an option lies: in the middle of the part of [0, 1] that gives it.

        Args:
            value: One of the options.

        Returns:
            The place.

        Raises:
            InputError: If it is none of them.
        """
        for i, option in enumerate(self.options):
            if same(option, value):
                return (i + 0.5) / len(self.options)
        raise InputError(f"{shown(value)} is no option of this choice. There are: {self}.")

    def grid(self, count: int) -> tuple[Any, ...]:
        """Return all options.

        Args:
            count: Of no meaning here: options cannot be thinned out evenly.

        Returns:
            The options in order.
        """
        del count
        return tuple(self.options)

    def window(self, low: float | int, high: float | int) -> "Choice":
        """Return the choice itself: it has no part that could be better than another by its place.

        Args:
            low: Of no meaning here.
            high: Of no meaning here.

        Returns:
            The choice.
        """
        del low, high
        return self

    def __str__(self) -> str:
        """Return the options as TOML writes a list."""
        return toml_text(list(self.options))


def same(one: Any, other: Any) -> bool:
    """Say whether two plain values mean the same in a file: 1 and 1.0 do, 1 and true do not.

    Args:
        one: A plain value.
        other: A plain value.

    Returns:
        Whether they are the same.

    Example:
        >>> same([1], [1.0]), same(1, True)
        (True, False)
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _plain(option: Any, depth: int) -> Any:
    if depth > DEPTH:
        raise InputError(f"an option of a choice is nested more than {DEPTH} deep. Write it flatter.")
    if isinstance(option, Mapping) and all(isinstance(name, str) for name in option):
        return {name: _plain(value, depth + 1) for name, value in option.items()}
    if isinstance(option, list | tuple):
        return [_plain(value, depth + 1) for value in option]
    try:
        plain = to_plain(option)
    except TypeError:
        raise InputError(
            f"an option of a choice must be text, a number, true or false, a list or a table; got {shown(option)}. "
            f"Leave it out."
        ) from None
    if isinstance(plain, float) and not math.isfinite(plain):
        raise InputError(f"an option of a choice must be a finite number; got {plain}. Leave it out.")
    return plain
