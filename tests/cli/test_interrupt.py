"""Ctrl-C: ends at once where nothing is trained, waits for training, ends at once when pressed again."""

import json
import os
import signal
import threading

import pytest

from thalweg.cli.interrupt import Interrupt
from thalweg.cli.training import PauseAfterCtrlC
from thalweg.cli.voice import Voice
from thalweg.train.controllers import Continue, Pause, Progress
from thalweg.train.history import History

_PROGRESS = Progress(History(), None, 0.0, 0, 1, False, 0.0, 0.0, 0.0, "accuracy")


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _no_real_end(monkeypatch):
    def end(code):
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)


def _press():
    signal.raise_signal(signal.SIGINT)


def test_where_nothing_is_trained_the_process_ends(capfd):
    with Interrupt().listening(), pytest.raises(Ended, match="130"):
        _press()
    assert tuple(capfd.readouterr()) == ("", "thalweg: error: interrupted.\n")


def test_a_program_gets_its_object(capfd):
    with Interrupt(json=True).listening(), pytest.raises(Ended):
        _press()
    assert json.loads(capfd.readouterr().out) == {"error": "interrupted.", "exit": 130}


def test_training_is_let_finish_then_paused(capfd):
    interrupt = Interrupt()
    with interrupt.listening():
        interrupt.begin()
        assert PauseAfterCtrlC(interrupt).decide(_PROGRESS) == Continue()
        _press()
        interrupt.begin()  # a finding may be told in between, which must lose nothing
        assert PauseAfterCtrlC(interrupt).decide(_PROGRESS) == Pause("Ctrl-C")
        with pytest.raises(Ended, match="130"):
            _press()
    assert "once more stops at once" in capfd.readouterr().err


def test_before_the_first_step_nothing_is_worth_keeping(capfd):
    interrupt = Interrupt()
    with interrupt.listening():
        interrupt.begin()
        _press()
        with pytest.raises(KeyboardInterrupt):
            interrupt.begin()
    assert "once more stops at once" in capfd.readouterr().err


def test_the_signal_is_python_s_own_again_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with Interrupt().listening():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_outside_the_main_thread_nothing_is_changed():
    seen = []

    def inside():
        with Interrupt().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


def test_nobody_to_be_told_is_no_failure(monkeypatch):
    def gone(descriptor, text):
        raise BrokenPipeError

    monkeypatch.setattr(os, "write", gone)
    with Interrupt().listening(), pytest.raises(Ended):
        _press()


def test_lines_are_said_while_training_begins(capsys):
    from thalweg.cli.training import attended

    interrupt = Interrupt()
    attended(lambda say, controllers, stop: say("a line"), Voice(), interrupt)
    assert interrupt.training
    assert capsys.readouterr().out == "a line\n"
