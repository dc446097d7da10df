"""A run killed at any moment and resumed ends bit-equal to one never interrupted; one process a run."""

import os
import random
import signal
import subprocess
import sys
import time

import jax
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.recipe import resume
from thalweg.runs.lock import locked
from thalweg.runs.model import load_model

KILLS = int(os.environ.get("THALWEG_KILLS", "3"))  # more, to try it hard
TRAIN = """
import sys
import thalweg.train.loop
from thalweg.recipe import fit
thalweg.train.loop.SAVE_SECONDS = 0.0  # a checkpoint after every chunk: most kills fall beside or inside a write
fit("digits", out=sys.argv[1], epochs=60, checks=False, settings=("training.patience=60",))
"""


def _begin(out):
    return subprocess.Popen([sys.executable, "-c", TRAIN, str(out)], stdout=subprocess.DEVNULL)


def _weights(run):
    model = load_model(run / "model.safetensors")
    return [np.asarray(leaf) for leaf in jax.tree.leaves((model.params, model.state))]


def test_killed_at_any_moment_and_resumed_ends_with_the_same_bits(tmp_path):
    whole = tmp_path / "whole"
    begin = time.perf_counter()
    child = _begin(whole)
    assert child.wait() == 0
    length = time.perf_counter() - begin
    expected = _weights(whole)
    draw = random.Random(0)
    for number in range(KILLS):
        run = tmp_path / f"killed-{number}"
        child = _begin(run)
        begin = time.perf_counter()
        while not (run / "experiment.json").exists() and child.poll() is None:
            time.sleep(0.01)
        started = time.perf_counter() - begin
        time.sleep(draw.uniform(0, max(length - started, 0.1)))
        child.send_signal(signal.SIGKILL)
        child.wait()
        resume(run)
        assert all(np.array_equal(a, b) for a, b in zip(expected, _weights(run), strict=True)), number
        assert not list(run.rglob("*.part"))


def test_the_second_process_on_a_run_is_refused(tmp_path):
    with locked(tmp_path), pytest.raises(InputError, match="another process is at work in"):
        with locked(tmp_path):
            pass
