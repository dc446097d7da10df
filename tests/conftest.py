"""Settings every test runs under, and what tests share."""

import functools
import gc
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import hypothesis
import jax
import jaxtyping
import pytest

from tests.checked_types import without_a_detour

MOST_MAPS = 20_000
FINISHED = itertools.count(1)
ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")

# The files that take longest, which come first: one of them begun at the end would leave the other workers idle.
LONGEST = (
    "contracts/test_contracts.py",
    "cli/test_bad_inputs.py",
    "contracts/test_derivatives.py",
    "contracts/test_populations.py",
    "diagnosis/test_diagnose.py",
    "test_readme.py",
    "cli/test_faults.py",
    "runs/test_faults.py",
    "runs/test_kill.py",
    "test_docs.py",
    "network/test_presets.py",
    "lab/test_batch_norm.py",
    "runs/test_convolutional_encoder.py",
    "contracts/test_numerics.py",
    "updates/test_lbfgs.py",
)

# Whether files outlive a power cut is asked of `thalweg.files` alone, with an `fsync` of its own; to wait for the disk
# at each of the many others would take longer than some tests.
os.fsync = lambda handle: None

os.environ["THALWEG_IMAGE_CACHE"] = "off"  # nothing is left in the folders of whoever runs this

jaxtyping.jaxtyped = without_a_detour(jaxtyping.jaxtyped)

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")

# Most of the tests' time was the compiler's. Programs are therefore optimised little and emitted the plainest way, also
# those of processes that tests start, whose bits are held against ours; and what takes longest is kept for tests of
# later files to load.
PLAIN_PROGRAMS = "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
jax.config.update("jax_disable_most_optimizations", True)
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)

# Each new shape compiles anew, so a time limit per example would measure the compiler.
hypothesis.settings.register_profile("thalweg", deadline=None, derandomize=True, database=None, max_examples=30)
hypothesis.settings.load_profile("thalweg")


def _shared(make, most=100):
    """Have one MLIR context serve many programs, one after the other, and then a new one.

    JAX makes one for each program, for 2 to 4 ms, and keeps its 1 MB for as long as the program. A context keeps the
    constants of all its programs: hence the limit.
    """
    programs = itertools.count()
    latest = functools.lru_cache(maxsize=1)(lambda _: make())  # safe where programs are made in several threads
    return lambda: latest(next(programs) // most)


lowering = sys.modules.get("jax._src.interpreters.mlir")  # not public
if hasattr(lowering, "make_ir_context"):  # where JAX has it no more, tests take longer and are otherwise the same
    lowering.make_ir_context = _shared(lowering.make_ir_context)


def _known(flags):
    """Say whether this jaxlib knows these flags: one that it does not know would end the process."""
    program = "import jax; jax.numpy.zeros(1)"
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True).returncode == 0


def pytest_configure(config):
    """Keep compiled programs in a folder of this process alone: JAX's writes are not safe against a second reader."""
    flags = os.environ.get("XLA_FLAGS", "")
    if PLAIN_PROGRAMS not in flags and _known(f"{flags} {PLAIN_PROGRAMS}".strip()):  # workers get them from the first
        os.environ["XLA_FLAGS"] = f"{flags} {PLAIN_PROGRAMS}".strip()
    config.compiled = None
    if jax.config.jax_compilation_cache_dir is None:  # that variable set: kept for the next run
        config.compiled = tempfile.TemporaryDirectory(prefix="thalweg-compiled-")
        jax.config.update("jax_compilation_cache_dir", config.compiled.name)


def pytest_collection_modifyitems(items):
    """Put the longest files first; all others stay in their order."""
    place = {Path(__file__).parent / name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


def pytest_collection_finish():
    """Leave what is there for good out of the search for garbage, which would look at all of it time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config):
    """Delete them."""
    if config.compiled is not None:
        config.compiled.cleanup()


@pytest.hookimpl(trylast=True)  # when the test's own changes, of how files are opened maybe, are taken back
def pytest_runtest_teardown():
    """Forget the compiled programs before they are too many.

    Each takes some 20 of the 65,530 pieces of memory that Linux lets a process map, and the compiler does not survive
    the last of them.
    """
    maps = Path("/proc/self/maps")
    if next(FINISHED) % 50 == 0 and maps.exists():
        with maps.open("rb") as lines:
            pieces = sum(1 for _ in lines)
        if pieces > MOST_MAPS:
            jax.clear_caches()
            gc.collect()


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data not present")
    return folder


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium or Chrome to run headless; the variable CHROMIUM names another than the usual ones."""
    usual = ["chromium", "chromium-browser", "google-chrome", "chrome"]
    for name in [os.environ.get("CHROMIUM", ""), *usual]:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium found")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail a test that skips for a reason nobody agreed to."""
    return _only_allowed_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Fail a file that skips as a whole for a reason nobody agreed to."""
    return _only_allowed_skips((yield))


def _only_allowed_skips(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines():
            report.outcome = "failed"
            report.longrepr = f"skipped for a reason that {ALLOWED_SKIPS.name} does not list: {reason}"
    return report
