"""Train faulty and healthy runs, diagnose them, and write down how often the diagnosis was right.

    python -m bench.diagnosis train FOLDER [--half tuning|test] [--seeds N] [--judged N] [--only WORD...]
                                        [--groups faults odd ordinary] [--workers 2]
    python -m bench.diagnosis judge FOLDER [...]
    python -m bench.diagnosis remedy FOLDER [...]
    python -m bench.diagnosis table FOLDER [...]

`train` keeps every run in FOLDER and goes on where it stopped. A fault counts where it is worse over five seeds; with
`--judged 1` only the first of them is checked and diagnosed, which takes a fraction of the time. `judge` diagnoses all
that are there and prints the table; after a change of the diagnosis, only this is done again, with `--share 0` in
seconds, without trying anything. `remedy` trains faulty runs again with what was said to try first, and prints the
table with what that did; `table` prints it alone. MNIST=FOLDER and TABLES=FOLDER name folders of real data, as for
`python -m bench`; without them their tasks are left out.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bench.diagnosis.jobs import GROUPS, Chosen, Job, chosen, share
from bench.diagnosis.outcomes import judge_all
from bench.diagnosis.remedies import remedy_jobs
from bench.diagnosis.table import table
from bench.diagnosis.working import train_all


def main() -> None:
    """Read the words and do it."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("what", choices=("train", "judge", "remedy", "table"))
    words.add_argument("folder", type=Path)
    words.add_argument("--half", choices=("tuning", "test"), default="")
    words.add_argument("--seeds", type=int, default=5)
    words.add_argument("--judged", type=int, default=0, help="seeds that are diagnosed; 0 for all")
    words.add_argument("--only", nargs="*", default=(), help="words, one of which a name must hold")
    words.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS, help="the kinds of runs that are wanted")
    words.add_argument("--workers", type=int, default=1)
    words.add_argument("--share", type=float, default=0.1, help="of a run's work that tries may take in judging")
    words.add_argument("--part", help=argparse.SUPPRESS)  # "2/3": what a worker is told
    asked = words.parse_args()
    which = chosen(asked.half, asked.seeds, asked.only, asked.judged, asked.groups)
    if asked.what != "table":
        if asked.workers > 1 and not asked.part:
            _divided(asked.workers)
        else:
            part, _, parts = (asked.part or "0/1").partition("/")
            _do(asked, which, int(part), int(parts))
    if asked.what != "train" and not asked.part:
        print(table(asked.folder, which))


def _do(asked: argparse.Namespace, which: Chosen, part: int, parts: int) -> None:
    every = remedy_jobs(asked.folder, which) if asked.what == "remedy" else which.jobs()
    jobs: list[Job] = share(every, part, parts)
    diagnosed = which.diagnosed_jobs()
    if asked.what == "judge":
        judge_all(asked.folder, jobs, diagnosed, share=asked.share, say=_say)
    else:
        train_all(asked.folder, jobs, diagnosed if asked.what == "train" else (), say=_say)


def _divided(workers: int) -> None:
    """Have each of several processes do its part, and wait for all."""
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    command = [sys.executable, "-m", "bench.diagnosis", *sys.argv[1:]]
    started = [subprocess.Popen([*command, "--part", f"{k}/{workers}"], env=environment) for k in range(workers)]
    if any([one.wait() for one in started]):
        raise SystemExit("a worker failed; what is on disk stays, and the same command goes on from there")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
