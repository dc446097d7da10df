"""Whether this machine can train: each part tried, with what to do about it."""

import importlib.metadata
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp

from thalweg.data.split import split_source
from thalweg.data.toy import load_toy
from thalweg.errors import RunFailed
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.platform import compiler_options, reduction_error
from thalweg.runs.machine import versions
from thalweg.train.population import advance, population, start
from thalweg.train.prepare import prepare
from thalweg.train.state import Batches, learner_of
from thalweg.wording import counted

LEAST_MEMORY = 1.0  # GiB free; the program itself takes about half of it
LEAST_DISK = 0.1  # GiB free
WRONG_SUM = 1e-4  # relative error
SLOW_STEP = 0.05  # seconds for a step that takes well under a millisecond on one core
STEPS = 200

_PACKAGES = ("jax", "jaxlib", "numpy", "optax", "polars", "scikit-learn")


class Examined(NamedTuple):
    """One part of the machine."""

    name: str
    passed: bool
    found: str
    advice: str  # what to do where it did not pass; "" where it did


def examine(folder: Path) -> tuple[Examined, ...]:
    """Try all that training needs; takes a few seconds and leaves nothing behind.

    Args:
        folder: The folder that is to hold the runs; need not exist yet.

    Returns:
        What was tried, in the order of what depends on what.
    """
    return (_versions(), _devices(), _memory(), _sums(), _folder(folder), _training())


def _versions() -> Examined:
    known = versions()
    found = [f"thalweg {known['thalweg']}", f"Python {known['python']}"]
    found += [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    return Examined("versions", True, ", ".join(found), "")


def _devices() -> Examined:
    known = versions()
    devices = named_devices((d.platform, d.device_kind) for d in jax.devices())
    cores = counted(int(known["cores"]), "core")
    return Examined("devices", True, f"{devices}; {cores} to use, {known['machine']}", "")


def named_devices(devices: Iterable[tuple[str, str]]) -> str:
    """Name devices, those that are alike together.

    Args:
        devices: (platform, kind) each, as JAX has them; a processor has no kind but its platform.

    Returns:
        The names, apart by commas.

    Example:
        >>> named_devices([("cpu", "cpu")]), named_devices([("gpu", "NVIDIA H200")] * 2)
        ('cpu', '2 x NVIDIA H200 (gpu)')
    """
    alike = Counter(platform if kind.lower() == platform else f"{kind} ({platform})" for platform, kind in devices)
    return ", ".join(name if count == 1 else f"{count:,} x {name}" for name, count in alike.items())


def _memory() -> Examined:
    free = _free_memory()
    return _judged(
        "memory",
        free >= LEAST_MEMORY,
        f"{free:.1f} GiB free",
        f"At least {LEAST_MEMORY:g} GiB is wanted. Close other programs.",
    )


def _sums() -> Examined:
    backend = jax.default_backend()
    try:
        options = compiler_options(backend)
        error = reduction_error(options)
    except RunFailed as failure:
        return Examined("compiler's sums", False, "wrong", str(failure))
    guard = "with the guard" if options else "no guard needed"
    advice = "Install another jaxlib: this one adds up wrongly on this processor."
    return _judged("compiler's sums", error <= WRONG_SUM, f"relative error {error:.1g}, {guard}", advice)


def _folder(folder: Path) -> Examined:
    name = "folder of runs"
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.NamedTemporaryFile(dir=place) as file:
            file.write(b"thalweg")
            file.flush()
        free = shutil.disk_usage(place).free / 2**30
    except OSError as error:
        reason = error.strerror or str(error)
        advice = f"Make {place} writable, or choose another folder with fit --out."
        return Examined(name, False, f"cannot write in {place}: {reason}", advice)
    return _judged(
        name,
        free >= LEAST_DISK,
        f"{place} can be written, {free:.1f} GiB free",
        f"Free some space: at least {LEAST_DISK:g} GiB is wanted.",
    )


def _training() -> Examined:
    source = load_toy("spiral")
    split, _ = split_source(source)
    experiment = Experiment(network=dense_network(3, hidden=(64,)), loss=SoftmaxCrossEntropy())
    prepared = prepare(source, split, experiment)
    members = population([start(learner_of(experiment), root(0), prepared.x.shape[1:], 2 * STEPS)])
    x, weight = (jnp.asarray(array, jnp.result_type(float)) for array in (prepared.x, prepared.weight))
    batches = Batches(x, jnp.asarray(prepared.y), weight, None, None)
    begin = time.perf_counter()
    moved = jax.block_until_ready(advance(members, batches, clock=0, count=1, every=1, observers=())[0])
    compiled = time.perf_counter() - begin
    begin = time.perf_counter()
    jax.block_until_ready(advance(moved, batches, clock=1, count=STEPS, every=1, observers=()))
    step = (time.perf_counter() - begin) / STEPS
    return _judged(
        "a small training",
        step <= SLOW_STEP,
        f"compiled in {compiled:.1f} s, then {1e6 * step:.0f} microseconds a step",
        "The machine is busy or its cores are held back. Look at what else runs on it.",
    )


def _judged(name: str, passed: bool, found: str, advice: str) -> Examined:
    return Examined(name, passed, found, "" if passed else advice)


def _free_memory() -> float:
    """Return GiB that may be had; what the system keeps of files only counts as free where it says so."""
    told = Path("/proc/meminfo")
    if told.is_file():
        entries = dict(line.split(":", 1) for line in told.read_text(encoding="ascii").splitlines())
        return int(entries["MemAvailable"].split()[0]) / 2**20
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
