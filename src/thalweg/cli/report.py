"""`thalweg report`: write a run's page again."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.voice import ALOUD, Voice


def report(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    voice: Voice = ALOUD,
) -> Ending:
    """Write a run's report.html again, with the count of test openings as it is now, and say where it is."""
    from thalweg.cli.facts import run_facts
    from thalweg.data.seal import count_openings
    from thalweg.report.write import write_report
    from thalweg.runs.record import read_record
    from thalweg.runs.reporting import read_run_outcome

    openings = count_openings(run.resolve().parent, read_record(run).sealed)
    outcome = read_run_outcome(run)._replace(openings=openings)
    write_report(run / "report.html", outcome)
    voice.result(str(run / "report.html"))
    return Ending(plain(run_facts(run, outcome)))
