"""A file of the user's own functions on the command line."""

import pytest

from thalweg.cli.plugin import Plugins

MINE = """
import jax.numpy as jnp
from math import floor


def ripple(x):
    return x + jnp.sin(x) ** 2


def _hidden(x):
    return x
"""
SET = ("--set", "network.layers.1=custom_layer", "--set", "network.layers.1.function=ripple")


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "my functions.py"
    path.write_text(MINE)
    return path


def test_the_functions_written_in_it_are_read_and_no_others(mine):
    assert [function.__name__ for function in Plugins(plugin=(mine,)).read()] == ["ripple"]


def test_every_verb_that_computes_takes_it(thalweg, flowers, mine, tmp_path):
    run, own, iris = tmp_path / "run", ("--plugin", mine), flowers / "iris.csv"
    words = ("fit", iris, "--target", "species", "--id", "plant", "--epochs", 2, "--no-checks", "--out", run, *SET)
    said = thalweg(*words, *own)
    assert said.exit == 0 and f"-o out.csv --plugin '{mine}'\n" in said.out and f"--test --plugin '{mine}' " in said.out
    for verb in (("predict", run, flowers / "new.csv"), ("evaluate", run, "--test"), ("reproduce", run)):
        refused = thalweg(*verb)
        assert refused.exit == 2 and "Hand it in: parts=[ripple] in Python, --plugin FILE in a command" in refused.err
        assert thalweg(*verb, *own).exit == 0
    assert "was brought to its end before" in thalweg("resume", run, *own).out
    assert thalweg("report", run).exit == 0  # tells of the run and computes nothing
    assert thalweg("summary", run).exit == 0


def test_check_takes_it(thalweg, flowers, mine):
    assert thalweg("check", flowers / "iris.csv", "--target", "species", "--plugin", mine, *SET).exit == 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mine.txt", MINE, "mine.txt is not the name of a Python file. Give one that ends in .py."),
        ("gone.py", None, "gone.py: there is no such file. Check the name."),
        ("broken.py", "\ndef f(:\n", "broken.py failed in line 2: SyntaxError: "),
        (
            "fails.py",
            "x = 1\n\n1 / 0\n",
            "fails.py failed in line 3: ZeroDivisionError: division by zero. Mend the file.",
        ),
        ("empty.py", "x = 1\nfrom math import floor\n", "empty.py holds no function. Write one with def, and no under"),
    ],
)
def test_a_file_that_cannot_serve_is_a_sentence(thalweg, tmp_path, monkeypatch, name, text, said):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_text(text)
    ended = thalweg("fit", "iris", "--plugin", name)
    assert ended.exit == 2 and f"--plugin {said}" in ended.err and len(ended.err.splitlines()) == 1
    assert not (tmp_path / "runs").exists()
