"""A run killed at any moment and resumed ends bit-equal to one never interrupted."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.runs.small import quick, same_bits, without_time_or_probes
from thalweg.recipe import resume

KILLS = int(os.environ.get("THALWEG_KILLS", "4"))
EPOCHS = 60
STEPS = 4 * EPOCHS
PATIENCE = 120.0  # seconds until a child that makes no progress is given up
TRAIN = """
import pathlib, sys
import thalweg.train.loop
from tests.runs.small import quick
thalweg.train.loop.SAVE_SECONDS = 0.0  # a checkpoint after every chunk: most kills fall beside or inside a write
quick(sys.argv[1], pathlib.Path(sys.argv[2]), epochs=int(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def whole(table, tmp_path_factory):
    """The same run, never interrupted."""
    return quick(table, tmp_path_factory.mktemp("whole"), epochs=EPOCHS)


def moments():
    """Steps after which to kill: before the first, at random, at the end; the same ones each time."""
    draw = random.Random(0)
    return [(-1, draw.randrange(STEPS), STEPS)[k % 3] if k < 3 else draw.randint(-1, STEPS) for k in range(KILLS)]


@pytest.mark.parametrize(("number", "step"), list(enumerate(moments())))
def test_killed_at_any_moment_and_resumed_ends_with_the_same_bits(table, whole, tmp_path, number, step):
    run = tmp_path / "people-1"
    child = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(table), str(tmp_path), str(EPOCHS)], stderr=subprocess.PIPE, text=True
    )
    give_up = time.monotonic() + PATIENCE
    while child.poll() is None and not reached(run, step):
        assert time.monotonic() < give_up, f"no step {step} after {PATIENCE} s"
        time.sleep(0.002)
    time.sleep(random.Random(number).uniform(0, 0.2))
    child.send_signal(signal.SIGKILL)
    _, complaint = child.communicate()
    assert child.returncode in (0, -signal.SIGKILL), complaint
    assert not [
        path
        for path in run.rglob("*")
        if path.is_file() and path.stat().st_size == 0 and path.suffix not in ("", ".part")
    ]
    found = resume(run)
    assert same_bits(found.model, whole.model)
    assert (run / "model.safetensors").read_bytes() == (whole.run / "model.safetensors").read_bytes()
    assert found.outcome.scores == whole.outcome.scores
    assert without_time_or_probes(found.outcome.history) == without_time_or_probes(whole.outcome.history)
    assert not list(run.rglob("*.part"))


def reached(run, step):
    """Whether a run has been saved at a step, or begun for -1."""
    if step < 0:
        return (run / "experiment.json").exists()
    return any(int(path.stem) >= step for path in (run / "checkpoint").glob("*.safetensors"))
