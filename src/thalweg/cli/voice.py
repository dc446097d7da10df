"""What the command line says, and where: never a control character, never half of JSON."""

import json as json_text
import sys
from dataclasses import dataclass, replace
from typing import Annotated, Any, Protocol, runtime_checkable

from cyclopts import Parameter

from thalweg.errors import InputError
from thalweg.report.text import printable

UNREAD = "the output was not read to its end: the program that read it has gone."


@runtime_checkable
class Sink(Protocol):
    """A stream that text is written to."""

    def write(self, text: str, /) -> Any:
        """Take some text."""
        ...

    def flush(self) -> None:
        """Pass on all that was taken."""
        ...

    def isatty(self) -> bool:
        """Say whether a person sits before it."""
        ...


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Voice:
    """How much is said, and in which form."""

    quiet: Annotated[bool, Parameter(negative="", show_default=False, help="Say the result alone.")] = False
    json: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="End standard output with one JSON object; all else goes to standard error.",
        ),
    ] = False

    @property
    def stream(self) -> Sink:
        """The stream for people; a program that asked for JSON reads the other one."""
        return sys.stderr if self.json else sys.stdout

    def say(self, line: str) -> None:
        """Say something on the way to the result; nobody's leaving stops the work.

        Args:
            line: What a person should read.
        """
        if not self.quiet:
            try:
                _write(self.stream, f"{on_one_line(line)}\n")
            except OSError:  # the reader went away: a training that runs is worth more than its telling
                return

    def aside(self, line: str) -> None:
        """Say something where standard output holds data.

        Args:
            line: What a person should read.
        """
        replace(self, json=True).say(line)

    def result(self, line: str) -> None:
        """Say what the command was given for.

        Args:
            line: What a person should read.

        Raises:
            InputError: If it cannot be written.
        """
        if not (self.quiet and self.json):
            deliver(self.stream, f"{on_one_line(line)}\n")

    def table(self, rows: list[tuple[str, ...]]) -> None:
        """Say a table as the result.

        Args:
            rows: Cells, the heading first.

        Raises:
            InputError: If it cannot be written.
        """
        for line in columns(rows):
            self.result(line)

    def end(self, facts: dict[str, Any]) -> None:
        """Say the whole result to a program, where that was asked for.

        Args:
            facts: The JSON object; finite numbers only.

        Raises:
            InputError: If it cannot be written.
        """
        if self.json:
            deliver(sys.stdout, json_text.dumps(facts, allow_nan=False) + "\n")


ALOUD = Voice()


def on_one_line(text: str) -> str:
    """Return text without control characters and line ends."""
    return " ".join(printable(text).replace("\t", " ").split("\n")).rstrip()


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Return a table as lines, its columns two spaces apart.

    Args:
        rows: Cells; as many in each row.

    Returns:
        A line a row.
    """
    from rich.cells import cell_len

    cells = [[on_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def deliver(stream: Sink, text: str) -> None:
    """Write text that must arrive.

    Args:
        stream: Where to.
        text: What.

    Raises:
        InputError: If the reader has gone, or the disk is full.
    """
    try:
        _write(stream, text)
    except BrokenPipeError:
        raise InputError(UNREAD) from None
    except OSError as error:
        raise InputError(f"cannot write the output: {error.strerror or error}. Send it elsewhere.") from None


def _write(stream: Sink, text: str) -> None:
    # A terminal that cannot show a letter shows a question mark instead of a traceback.
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
