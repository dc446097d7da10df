"""What is said where: people's lines, results, JSON, and nothing that a terminal would obey."""

import io
import sys

import pytest

from thalweg.cli.voice import Voice, columns, deliver, on_one_line
from thalweg.errors import InputError


class Broken(io.StringIO):
    """A stream whose reader has gone, or whose disk is full."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        raise self.error


def test_lines_and_results_go_to_standard_output(capsys):
    Voice().say("on the way")
    Voice().result("done")
    Voice().aside("beside")
    Voice().end({"a": 1})
    assert tuple(capsys.readouterr()) == ("on the way\ndone\n", "beside\n")


def test_for_json_only_the_object_is_on_standard_output(capsys):
    voice = Voice(json=True)
    voice.say("on the way")
    voice.result("done")
    voice.end({"a": None})
    assert tuple(capsys.readouterr()) == ('{"a": null}\n', "on the way\ndone\n")


def test_the_quiet_say_the_result_alone(capsys):
    Voice(quiet=True).say("on the way")
    Voice(quiet=True).result("done")
    Voice(quiet=True, json=True).result("done")
    assert tuple(capsys.readouterr()) == ("done\n", "")


def test_a_terminal_is_told_nothing_it_would_obey(capsys):
    Voice().say("a\x1b[2Jb\rc\nd\u202ee\x07")
    assert capsys.readouterr().out == "a[2Jbc de\n"
    assert on_one_line("a\tb\n") == "a b"


def test_json_with_nan_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="not JSON compliant"):
        Voice(json=True).end({"a": float("nan")})


def test_columns_stand_apart_whatever_their_letters():
    assert columns([("a", "b"), ("漢字", "c\x1b"), ("", "d")]) == ["a     b", "漢字  c", "      d"]


def test_a_terminal_that_lacks_a_letter_shows_a_question_mark():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    deliver(stream, "R² é\ud800\n")
    assert stream.buffer.getvalue() == b"R? ??\n"


def test_nobodys_leaving_stops_the_work(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Broken(BrokenPipeError()))
    Voice().say("on the way")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (BrokenPipeError(), "the output was not read to its end"),
        (OSError(28, "No space left on device"), "cannot write the output: No space left on device"),
    ],
)
def test_a_result_that_cannot_be_written_is_an_error(monkeypatch, error, message):
    monkeypatch.setattr(sys, "stdout", Broken(error))
    with pytest.raises(InputError, match=message):
        Voice().result("done")
