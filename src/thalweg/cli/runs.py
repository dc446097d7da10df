"""`thalweg runs`: the runs of a folder."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.voice import ALOUD, Voice, deliver, on_one_line
from thalweg.errors import InputError

Folder = Annotated[Path, Parameter(help="The folder that holds the runs.")]
HERE = Path("runs")


def list_all(*, folder: Folder = HERE, voice: Voice = ALOUD) -> Ending:
    """List the runs of a folder."""
    return _shown(folder, voice, best=False)


def best(*, folder: Folder = HERE, voice: Voice = ALOUD) -> Ending:
    """Show the best run on each data set, by its validation score: test scores are not to choose by."""
    return _shown(folder, voice, best=True)


def delete(
    *runs: Annotated[Path, Parameter(help="The run directories.")],
    yes: Annotated[bool, Parameter(negative="", show_default=False, help="Do not ask.")] = False,
    voice: Voice = ALOUD,
) -> Ending:
    """Delete runs for good; asks first.

    Raises:
        InputError: If one of them is no run directory, or nobody is there to be asked.
    """
    from thalweg.runs.place import delete_run
    from thalweg.runs.record import read_record

    if not runs:
        raise InputError("say which runs to delete: thalweg runs delete RUN.")
    for run in runs:
        read_record(run)  # all of them are runs, or none is deleted
    names = ", ".join(map(str, runs))
    if not yes and not _agreed(names, voice):
        voice.result("nothing was deleted")
        return Ending({"deleted": []})
    for run in runs:
        delete_run(run)
    voice.result(f"deleted {names}")
    return Ending({"deleted": [str(run) for run in runs]})


def _agreed(names: str, voice: Voice) -> bool:
    if not sys.stdin.isatty():
        raise InputError(f"nobody is here to be asked whether to delete {names}. Say --yes if it is meant.")
    deliver(voice.stream, on_one_line(f"Delete {names} for good? [y/N]") + " ")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _shown(folder: Path, voice: Voice, *, best: bool) -> Ending:
    from thalweg.report.numbers import scored
    from thalweg.runs.listing import best_runs, listed_runs

    if not folder.is_dir() and folder != HERE:
        raise InputError(f"{folder} is no folder. Name the one that holds the runs with --folder.")
    found = listed_runs(folder)
    chosen = best_runs(found) if best else found

    def score(metric: str, value: float | None) -> str:
        return "" if value is None else scored(metric, value)

    rows = [
        (str(r.run), r.data, r.metric, score(r.metric, r.validation), score(r.metric, r.test), r.status, r.created[:16])
        for r in chosen
    ]
    if rows:
        voice.table([("run", "data", "metric", "validation", "test", "status", "begun"), *rows])
    else:
        voice.result(f"no {'finished ' if best else ''}runs in {folder}")
    return Ending(plain({"runs": [{**run._asdict(), "run": str(run.run)} for run in chosen]}))
