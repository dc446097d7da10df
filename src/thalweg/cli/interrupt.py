"""Ctrl-C: while training, the first one lets the work under way finish and saves it; any other stops at once."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from thalweg.cli.ending import INTERRUPTED

SAID = "interrupted."
_HEARD = b"\nCtrl-C: finishing what is under way; once more stops at once.\n"


class Interrupt:
    """Whether Ctrl-C was pressed.

    Python's own way, an exception wherever the program happens to be, is not usable here: in the middle of a compile
    it can leave JAX unable even to end the process, and in a callback of JAX's it is lost. So the signal leaves a
    note, which training reads between two pieces of work; where no training is under way, the process ends.
    """

    def __init__(self, json: bool = False) -> None:
        """Begin unheard.

        Args:
            json: Whether a program waits for a JSON object.
        """
        self.json = json
        self.heard = False
        self.training = False
        self.minded = False  # whether a controller looks for it between two chunks of steps

    def begin(self) -> None:
        """Say that training is under way, and that Ctrl-C shall wait for it.

        Raises:
            KeyboardInterrupt: If Ctrl-C was pressed since it was said first, and no step was made yet. Later a
                controller minds it, and what is under way behind training is let finish.
        """
        self.training = True
        if self.heard and not self.minded:
            raise KeyboardInterrupt

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answer Ctrl-C within; outside the main thread nobody may, and it stays as it is.

        Yields:
            Nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._answer)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _answer(self, number: int, frame: Any) -> None:
        # Written past Python's streams: the signal may have come while one of them was writing.
        if self.training and not self.heard:
            self.heard = True
            _write(2, _HEARD)
            return
        _write(2, f"thalweg: error: {SAID}\n".encode())
        if self.json:
            _write(1, f"{json.dumps({'error': SAID, 'exit': INTERRUPTED})}\n".encode())
        os._exit(INTERRUPTED)  # every file is written whole or not at all, so none can be torn


def _write(descriptor: int, text: bytes) -> None:
    try:
        os.write(descriptor, text)
    except OSError:
        return  # nobody is there to be told
