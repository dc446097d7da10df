"""The program as a process of its own: what it loads, how it ends, what it leaves."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.sources import ROOT
from thalweg.cli.main import main

PROGRAM = (sys.executable, "-m", "thalweg")
HEAVY = ("jax", "polars", "sklearn", "plotly", "scipy", "pandas", "PIL", "optax")


def _run(*words, **given):
    return subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True, **given)


@pytest.mark.parametrize("words", [["--help"], ["fit", "--help"], ["--version"], ["fti"], ["fit", "x", "--sede", "1"]])
def test_what_is_asked_before_any_work_loads_none_of_the_tools(words):
    code = f"import sys; from thalweg.cli.main import main; main({words!r}); print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in ended.stderr.split()}
    assert "cyclopts" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_installed_program_is_main():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"thalweg": f"{main.__module__}:{main.__name__}"}


def test_exit_codes_reach_the_shell():
    assert _run("--version").returncode == 0
    ended = _run("summary", "missing", "--json")
    assert (ended.returncode, json.loads(ended.stdout)["exit"]) == (2, 2)
    assert ended.stderr.startswith("thalweg: error: ")


@pytest.mark.parametrize("words", [["runs"], ["fit", "--help"]])
def test_an_output_that_nobody_reads_is_one_sentence(words):
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run([*PROGRAM, *words], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert ended.returncode == 2
    assert ended.stderr == "thalweg: error: the output was not read to its end: the program that read it has gone.\n"


def test_an_output_that_is_full_is_one_sentence():
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*PROGRAM, "runs"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 2
    assert ended.stderr == ("thalweg: error: cannot write the output: No space left on device. Send it elsewhere.\n")


def test_a_program_without_any_output_still_works():
    ended = subprocess.run(["sh", "-c", f"exec {sys.executable} -m thalweg runs >&- 2>&-"])
    assert ended.returncode == 0


def test_ctrl_c_saves_says_how_to_go_on_and_is_gone_on_with(tmp_path):
    run = tmp_path / "a b"
    words = ("fit", "iris", "--epochs", "1000000", "--set", "training.patience=1000000", "--no-checks", "--out", run)
    child = subprocess.Popen([*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("epoch 0"):
            break
    child.send_signal(signal.SIGINT)
    out, err = child.communicate()
    assert child.returncode == 130, err
    assert f"paused; all of it is saved. Go on with: thalweg resume '{run}'" in out
    assert "Traceback" not in err
    assert list((run / "checkpoint").glob("*.safetensors"))
    assert not list(run.rglob("*.part"))
