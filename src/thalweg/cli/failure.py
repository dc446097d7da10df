"""What went wrong as a sentence and an exit code."""

import os
import sys
import traceback

import cyclopts

from thalweg.cli.ending import FAILED, INTERRUPTED, REFUSED
from thalweg.cli.interrupt import SAID
from thalweg.cli.usage import usage_sentence
from thalweg.cli.voice import UNREAD
from thalweg.errors import InputError, RunFailed

_MEMORY = (
    "there is not enough memory for this. Make training.batch or the network smaller (--set), "
    "give fewer rows, or use a machine with more."
)


def explain(error: BaseException) -> tuple[str, int]:
    """Say what went wrong to the person who can mend it.

    Args:
        error: What was raised.

    Returns:
        (sentence, exit code).
    """
    match error:
        case InputError():
            return str(error), REFUSED
        case RunFailed():
            return str(error), FAILED
        case cyclopts.CycloptsError():
            return usage_sentence(error), REFUSED
        case KeyboardInterrupt():
            return SAID, INTERRUPTED
        case MemoryError():
            return _MEMORY, REFUSED
        case BrokenPipeError() | SystemExit():  # the latter is how rich, which writes the help, takes it
            return UNREAD, REFUSED
        case OSError():
            where = "" if error.filename is None else f" ({os.fsdecode(error.filename)})"
            return f"{error.strerror or error}{where}. Check the name, the permissions and the space left.", REFUSED
    if "RESOURCE_EXHAUSTED" in str(error):  # how XLA says that memory is short
        return _MEMORY, REFUSED
    first = next(iter(str(error).splitlines()), "")
    return (
        f"unexpected {type(error).__name__}: {first[:300]} - this is a bug in Thalweg; "
        "please report it with what THALWEG_DEBUG=1 in the environment adds.",
        FAILED,
    )


def show_debug(error: BaseException) -> None:
    """Write the traceback to standard error, for those who asked for it by THALWEG_DEBUG=1."""
    if os.environ.get("THALWEG_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
