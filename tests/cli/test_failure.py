"""Whatever goes wrong is a sentence and an exit code."""

import cyclopts
import pytest

from thalweg.cli.failure import explain, show_debug
from thalweg.errors import InputError, RunFailed


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (InputError("no such file."), "no such file.", 2),
        (RunFailed("adds up wrongly."), "adds up wrongly.", 1),
        (KeyboardInterrupt(), "interrupted.", 130),
        (MemoryError(), "not enough memory", 2),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes."), "not enough memory", 2),
        (PermissionError(13, "Permission denied", "/a/b"), "Permission denied (/a/b)", 2),
        (BrokenPipeError(), "the output was not read to its end", 2),
        (OSError("odd"), "odd. Check the name", 2),
        (KeyError("x"), "unexpected KeyError: 'x' - this is a bug in Thalweg", 1),
        (cyclopts.CycloptsError(msg="What?"), "What? See thalweg --help.", 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_sentence_and_code(error, said, code):
    sentence, exit = explain(error)
    assert said in sentence
    assert exit == code


def test_a_long_message_of_a_bug_is_cut():
    assert len(explain(TypeError("x" * 10_000 + "\nmore"))[0]) < 500


def test_the_traceback_is_for_those_who_ask(monkeypatch, capsys):
    monkeypatch.delenv("THALWEG_DEBUG", raising=False)
    show_debug(KeyError("x"))
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("THALWEG_DEBUG", "1")
    show_debug(KeyError("x"))
    assert "KeyError: 'x'" in capsys.readouterr().err
