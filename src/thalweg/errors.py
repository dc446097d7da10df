"""What goes wrong, in words for the person who can mend it."""

import difflib
import reprlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class InputError(ValueError):
    """Something the user gave cannot be used; the message says what was wanted, what was got and what to do."""


class RunFailed(RuntimeError):
    """A run that began well could not be brought to its end; the message says what was saved."""


def choose(name: str, choices: Iterable[str], *, what: str) -> str:
    """Return `name` if it is one of `choices`.

    Args:
        name: What was asked for.
        choices: Every name there is, in the order to list them.
        what: Noun for one of them, such as "update rule".

    Returns:
        `name` itself.

    Raises:
        InputError: If `name` is not among `choices`: "unknown <what> '<name>'. Did you mean ...? There are: ...".

    Example:
        >>> choose("adam", ["adam", "sgd"], what="update rule")
        'adam'
    """
    known = list(choices)
    if name in known:
        return name
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    listed = ", ".join(known[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "")
    raise InputError(f"unknown {what} {shown(name)}.{hint} There are: {listed or 'none'}.")


@contextmanager
def said_of(option: str) -> Iterator[None]:
    """Say by which option something came that cannot be used.

    Args:
        option: As the user gave it, put before the message of an InputError.

    Yields:
        Nothing.

    Raises:
        InputError: If what is done within raises one.

    Example:
        >>> with said_of("--network"):
        ...     choose("adan", ["adam"], what="network")
        Traceback (most recent call last):
        thalweg.errors.InputError: --network: unknown network 'adan'. Did you mean 'adam'? There are: adam.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{option}: {error}") from None


def shown(value: Any) -> str:
    """Return a value as an error message shows it: its repr, cut short whatever its size and depth.

    Args:
        value: Anything, however large or deeply nested.

    Returns:
        At most a few hundred characters.

    Example:
        >>> shown("adam")
        "'adam'"
        >>> shown(tuple(range(1000)))
        '(0, 1, 2, 3, 4, 5, 6, 7, ...)'
    """
    short = reprlib.Repr()
    short.maxtuple = short.maxlist = short.maxdict = 8
    short.maxlevel = 3
    short.maxstring = short.maxlong = short.maxother = 80
    try:
        text = short.repr(value)
    except ValueError:  # Python refuses to write out a whole number of more than 4,300 digits
        text = f"a {type(value).__name__} with a number too long to write"
    return text if len(text) <= 300 else f"{text[:200]}..."
