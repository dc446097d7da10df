"""What goes wrong, in words for the person who can mend it."""

import difflib
from collections.abc import Iterable


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
        InputError: If `name` is not among `choices`: "unknown <what> '<name>'; did you mean ...? There are: ...".

    Example:
        >>> choose("adam", ["adam", "sgd"], what="update rule")
        'adam'
    """
    known = list(choices)
    if name in known:
        return name
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    shown = ", ".join(known[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "")
    raise InputError(f"unknown {what} {name!r}.{hint} There are: {shown or 'none'}.")
