"""Compare, and write the table.

    python -m bench [ROW ...]

Every peer runs in a process of its own. The runs alternate, so that a machine that is slower for a while is
slower for all; each peer's process waits, idle, while another works. The median of 7 is given, of 3 where they
take minutes, with the least and the greatest.
"""

import contextlib
import importlib
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROWS = (
    "case_study",
    "mlp_epochs",
    "cifar_convolution",
    "residual_network",
    "many_classes",
    "monitors",
    "monitors_convolution",
    "start_up",
    "search",
    "nearest",
)
# Those that train on real data, with the variable that names its folder.
DATA = {"search": "MNIST", "nearest": "CIFAR"}
# Scores, or timings beside no peer: each makes its own table, once. With the variable that names the folder of its
# data, "" for none.
TABLES = {
    "update_rules": "MNIST",
    "precision": "MNIST",
    "tables": "TABLES",
    "regression_by_classification": "TABLES",
    "penalties": "",
    "choose_k": "CIFAR",
}
RUNS = 7
RESULTS = Path(__file__).parent / "RESULTS.md"
ENVIRONMENT = {"KERAS_BACKEND": "jax", "OMP_WAIT_POLICY": "PASSIVE"}  # a waiting peer takes no processor time


class Timing(NamedTuple):
    """One peer's seconds."""

    peer: str
    seconds: list[float]


def compare(row: str) -> list[Timing]:
    """Return every peer's seconds on a row, first Thalweg's, in alternating runs."""
    module = importlib.import_module(f"bench.rows.{row}")
    peers = list(module.PEERS)
    timings = [Timing(peer, []) for peer in peers]
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(_worker(row, peer)) for peer in peers]
        for _ in range(getattr(module, "RUNS", RUNS)):
            for worker, timing in zip(workers, timings, strict=True):
                _ask(worker)
                timing.seconds.append(float(_answer(worker)))
    return timings


@contextlib.contextmanager
def _worker(row: str, peer: str):
    command = [sys.executable, "-m", "bench.worker", row, peer]
    worker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **ENVIRONMENT}
    )
    with worker:
        if _answer(worker) != "ready":
            raise SystemExit(f"{row}: {peer} did not start")
        try:
            yield worker
        finally:
            if worker.stdin is not None:
                worker.stdin.close()


def _ask(worker: subprocess.Popen[str]) -> None:
    if worker.stdin is not None:
        worker.stdin.write("run\n")
        worker.stdin.flush()


def _answer(worker: subprocess.Popen[str]) -> str:
    return worker.stdout.readline().strip() if worker.stdout is not None else ""


def table(row: str, timings: list[Timing]) -> str:
    """Return a row's timings as a Markdown table."""
    title = importlib.import_module(f"bench.rows.{row}").TITLE
    own = timings[0].seconds
    lines = [f"## {title}", "", "| | median s | least - greatest | its time / Thalweg's |", "|---|---|---|---|"]
    for peer, seconds in timings:
        ratios = [theirs / ours for theirs, ours in zip(seconds, own, strict=True)]
        spread = f"{min(seconds):.3f} - {max(seconds):.3f}"
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f})"
        lines.append(f"| {peer} | {statistics.median(seconds):.3f} | {spread} | {ratio} |")
    return "\n".join(lines) + "\n"


def main(rows: list[str]) -> None:
    """Run the rows and write `RESULTS.md`."""
    for row in rows or (*TABLES, *DATA):
        folder = (TABLES | DATA).get(row, "")
        if folder and folder not in os.environ:
            raise SystemExit(f"{row} needs {folder}=FOLDER; bench/rows/{row}.py says what the folder holds")
    tables = []
    for row in rows or (*ROWS, *TABLES):
        if row in TABLES:
            tables.append(importlib.import_module(f"bench.rows.{row}").table())
        else:
            tables.append(table(row, compare(row)))
        print(tables[-1], flush=True)
    if not rows:
        RESULTS.write_text("\n".join([_head(), *tables]))


def _head() -> str:
    """Return what stands above the tables."""
    names = ("thalweg", "jax", "numpy", "torch", "keras", "scikit-learn")
    about = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"# Thalweg beside its peers\n\nMade by `make bench` on {datetime.now(UTC):%Y-%m-%d}: "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {about}.\n"
        f"Median of {RUNS} alternating runs, one process a peer; compile time is not counted for anybody. "
        "Thalweg trains through its own\nloop with its default monitors, validation and best weights on; the peers "
        "train alone, but where they say so. The last column\nis the median of the ratios run by run, with the least "
        "and the greatest.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
