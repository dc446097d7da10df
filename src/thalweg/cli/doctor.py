"""`thalweg doctor`: is this machine fit to train on?"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.voice import ALOUD, Voice


def doctor(
    *,
    folder: Annotated[Path, Parameter(help="The folder that is to hold the runs.")] = Path("runs"),
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Check versions, devices, memory, the compiler's sums, the folder of runs and the speed of a small training."""
    machine.prepare()
    from thalweg.runs.health import examine

    found = examine(folder)
    voice.table([("OK" if e.passed else "FAILED", e.name, e.found) for e in found])
    failed = [e for e in found if not e.passed]
    for e in failed:
        voice.result(f"{e.name}: {e.advice}")
    return Ending(plain({"passed": not failed, "examined": found}), FAILED if failed else DONE)
