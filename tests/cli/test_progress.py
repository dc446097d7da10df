"""How training goes: lines where there is no terminal, a bar where there is one, nothing for the quiet."""

import io
import re
import sys

import numpy as np
import pytest

from thalweg.cli import progress as progress_module
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.progress import Meter, describe
from thalweg.cli.training import attended
from thalweg.cli.voice import Voice
from thalweg.train.controllers import Continue, Progress
from thalweg.train.history import Evaluation, History


class Terminal(io.StringIO):
    """A stream with a person before it."""

    def isatty(self):
        return True


def _evaluation(epoch):
    one = np.ones(1)
    return Evaluation(epoch, int(10 * epoch), one, one, 0.5 * one, one, 0.25 * one, 0 * one, one > 0, 1.0)


def _progress(step, *, evaluated=True, total=100, rate=1234.0, metric="accuracy"):
    history = History(evaluations=(_evaluation(step / 10),))
    return Progress(history, None, step / 10, step, total, evaluated, 3.0, 2.0, rate, metric)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    times = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: times[0])
    return times


def test_a_line_says_epoch_scores_and_speed():
    said = describe(_progress(20))
    assert said == "epoch 2 of 10, accuracy 50.0% training, 25.0% validation, 1,234 examples/s"
    assert describe(_progress(0, rate=0.0)) == "epoch 0, accuracy 50.0% training, 25.0% validation"


def test_the_metric_is_named_and_read_as_it_is_elsewhere():
    said = describe(_progress(20, rate=0.0, metric="rmse"))
    assert said == "epoch 2 of 10, root mean squared error 0.5 training, 0.25 validation"


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "epoch 2 of 10, accuracy 50.0% training, 25.0% validation, at most 9.0 s left"),
        (60, "epoch 2 of 10, accuracy 50.0% training, 25.0% validation"),
        (55, "epoch 2 of 10, validation accuracy 25.0%"),
        (20, "epoch 2 of 10"),
        (5, "epoch 2 of 10"),
    ],
)
def test_where_there_is_little_room_the_least_is_left_out(width, said):
    assert describe(_progress(20), "at most 9.0 s left", width) == said


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_bar_and_text_fit_on_one_line(monkeypatch, clock, columns):
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    with Meter(Voice()) as meter:
        meter.decide(_progress(20))
        meter.bars.refresh()
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in re.split(r"[\r\n]", stream.getvalue())]
    drawn = [line for line in lines if "━" in line]
    assert all(len(line) <= columns for line in drawn)
    assert any("25.0%" in line for line in drawn) or columns == 40
    assert not any("…" in line for line in drawn)


def test_compile_time_stands_on_its_own_line(capsys, clock):
    with Meter(Voice()) as meter:
        assert meter.decide(_progress(0)) == Continue()
    assert capsys.readouterr().out.splitlines()[0] == "compiled in 2.0 s"


def test_lines_come_at_evaluations_and_not_too_often(capsys, clock):
    with Meter(Voice()) as meter:
        for step, moment in ((0, 0.0), (10, 0.5), (15, 5.0), (20, 5.0), (30, 5.1), (40, 5.2)):
            clock[0] = moment
            meter.decide(_progress(step, evaluated=step != 15))
    lines = capsys.readouterr().out.splitlines()[1:]
    assert ["left" in line for line in lines] == [False, True, False]  # the last comes when training has ended
    epochs = [line.split(",")[0] for line in lines]
    assert epochs == ["epoch 0", "epoch 2 of 10", "epoch 4 of 10"]  # the last is never lost


def test_the_time_left_comes_from_the_speed_so_far(capsys, clock):
    with Meter(Voice()) as meter:
        meter.decide(_progress(20))  # as after a resume
        clock[0] = 10.0
        meter.decide(_progress(40))
        clock[0] = 40.0
        meter.decide(_progress(100))
    _, first, second, last = capsys.readouterr().out.splitlines()
    assert "left" not in first
    assert second.endswith(", at most 30.0 s left")  # 20 steps in 10 s, 60 to go
    assert "left" not in last


def test_a_terminal_gets_a_bar(monkeypatch, clock):
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with Meter(Voice()) as meter:
        meter.decide(_progress(0))
        meter.decide(_progress(50, evaluated=False))
        assert meter.bars.tasks[0].completed == 50
        assert meter.bars.tasks[0].total == 100
        meter.bars.refresh()
    assert "epoch 5 of 10, accuracy 50.0% training" in stream.getvalue()
    assert "━" in stream.getvalue()
    assert stream.getvalue().splitlines()[-2].endswith("1,234 examples/s")  # no time is left at the end


def test_what_is_said_after_training_comes_below_its_last_line(capsys, clock):
    def work(say, controllers, stop):
        for step in (0, 10, 20):
            controllers[1].decide(_progress(step))
        say("training has ended")

    attended(work, Voice(), Interrupt())
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["epoch 0", "epoch 2 of 10", "training has ended"]


def test_the_quiet_get_neither(monkeypatch, clock):
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    with Meter(Voice(quiet=True)) as meter:
        meter.decide(_progress(0))
        meter.decide(_progress(50))
    assert stream.getvalue() == ""


def test_for_json_lines_go_to_standard_error(capsys, clock):
    with Meter(Voice(json=True)) as meter:
        meter.decide(_progress(0))
    said = capsys.readouterr()
    assert said.out == ""
    assert "compiled in" in said.err
