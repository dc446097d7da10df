"""The README's commands and Python, run in the order in which a reader meets them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars
import pytest

from tests.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent
OURS = ("make ", ". .venv/")  # what builds and enters the environment that these tests run in already


def blocks(text, language):
    """The fenced blocks of a text that are marked with a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def scripts(text):
    """The blocks for a shell, but for those that are about the environment itself."""
    return [block for block in blocks(text, "sh") if not block.startswith(OURS)]


def patterns(line):
    """A line without what differs from machine to machine: amounts and units of time, and spaces between columns."""
    return re.sub(r"\s+", " ", re.sub(r"[\d.,]+( (ms|s)\b)?", "#", line)).strip()


def run(words, folder):
    """Run a command as its reader would, and give back how it ended."""
    if not (PROGRAMS / "thalweg").exists():
        pytest.fail("the program thalweg is not installed beside this Python; run: pip install -e .")
    path = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
    return subprocess.run(words, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A folder in which the README was followed from its first command to its last."""
    folder = tmp_path_factory.mktemp("readme")
    for script in scripts(README):
        ended = run(["bash", "-euc", script], folder)
        assert ended.returncode == 0, f"{script}\n{ended.stdout}{ended.stderr}"
    return folder


def test_the_commands_succeed_and_leave_what_the_text_says(reader):
    assert len(scripts(README)) == 4
    left = {path.name for path in (reader / "runs" / "first").iterdir()}
    listed = re.findall(r"`([\w.]+)/?`", "".join(re.findall(r"^\| (`.*?) \|", README, flags=re.MULTILINE)))
    assert left - {".lock"} == set(listed)
    assert polars.read_csv(reader / "predictions.csv").columns == ["prediction", "low", "high"]
    assert len(polars.read_csv(reader / "predictions.csv")) == 2


def test_a_second_opening_is_refused(reader):
    (command,) = re.findall(r"^thalweg evaluate .*$", README, flags=re.MULTILINE)
    again = run(["bash", "-euc", command], reader)
    assert again.returncode == 2
    assert "was opened once before" in again.stderr


def test_the_python_runs_after_the_commands(reader):
    (code,) = blocks(README, "python")
    ended = run([sys.executable, "-c", code], reader)
    assert ended.returncode == 0, ended.stderr
    assert float(re.match(r"Score\(metric='accuracy', value=([\d.]+)", ended.stdout)[1]) > 0.9
    for column in ("p_2", "high"):
        assert f" {column} " in ended.stdout


def test_the_run_shown_is_a_real_one(shared_data, tmp_path):
    (shown,) = blocks(README, "console")
    command, *lines = shown.splitlines()
    shutil.copy(shared_data / "tables" / "titanic" / "train.csv", tmp_path / "titanic.csv")
    ended = run(["bash", "-euc", command.removeprefix("$ ")], tmp_path)
    assert ended.returncode == 0, ended.stderr
    said = iter([patterns(line) for line in ended.stdout.splitlines()])
    for line in lines:
        # What is judged from scores, down to which simple model is best, may differ with the processor.
        if not line.startswith(("[...]", "Accuracy ", "i ")):
            assert patterns(line) in said, line  # the search goes on where it stopped: in this order, too


def test_what_it_points_at_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)$", README, flags=re.MULTILINE):
        assert f"\n{target}:" in makefile
    links = set(re.findall(r"\]\((?!https://)([^)]+)\)", README))
    assert {"docs/images/report.png", "bench/RESULTS.md"} <= links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_blocks_and_scripts_are_told_apart():
    text = "`thalweg a`\n\n```sh\nmake demo\n```\n\n```sh\nthalweg b\ncat c\n```\n\n```\nthalweg d\n```\n"
    assert scripts(text) == ["thalweg b\ncat c\n"]
    assert patterns("  linear  74.7%  fitted in 60 ms") == patterns("  linear   5%  fitted in 1.2 s")
    assert patterns("  linear  74.7%") != patterns("  mean  74.7%")
