"""The program `thalweg`: parse, do, report how it ended."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from thalweg.cli.app import build
from thalweg.cli.ending import Ending
from thalweg.cli.failure import explain, show_debug
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.voice import Voice, deliver, on_one_line
from thalweg.errors import InputError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The words after the program's name; None for those it was started with.

    Returns:
        The exit code: 0 done, 1 the run or a check failed, 2 something given cannot be used, 130 Ctrl-C.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _open_streams()
    voice = Voice(json="--json" in words)  # until the words are understood
    try:
        verb, voice = _understood(words, voice)
        interrupt = Interrupt(voice.json)
        with interrupt.listening():
            ending = verb({"words": tuple(words), "interrupt": interrupt})
        voice.end({**ending.facts, "exit": ending.exit})
        return ending.exit
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        show_debug(error)
        return _failed(error, voice)
    finally:
        _let_go(sys.stdout)
        _let_go(sys.stderr)


def _understood(words: list[str], voice: Voice) -> tuple[Callable[[dict[str, Any]], Ending], Voice]:
    """Return what is to be done, given what verbs may want besides their words, and how to speak of it."""
    verb, bound, unparsed = build().parse_args(words, exit_on_error=False, print_error=False)
    known = [value for value in bound.arguments.values() if isinstance(value, Voice)]

    def call(extra: dict[str, Any]) -> Ending:
        ended = verb(*bound.args, **bound.kwargs, **{name: extra[name] for name in unparsed})
        return ended if isinstance(ended, Ending) else Ending({})  # help and version have no facts

    return call, next(iter(known), Voice())


def _failed(error: BaseException, voice: Voice) -> int:
    sentence, code = explain(error)
    sentence = on_one_line(sentence)
    try:
        deliver(sys.stderr, f"thalweg: error: {sentence}\n")
        voice.end({"error": sentence, "exit": code})
    except InputError:
        return code  # nobody is there to be told
    return code


def _open_streams() -> None:
    """Give a program that was started without output somewhere to write."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123


def _let_go(stream: Any) -> None:
    """Empty a stream's buffer here, for at the interpreter's end a failure would be one more message."""
    try:
        stream.flush()
    except (OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
