"""`thalweg compare`: runs side by side on the same rows."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import STAYED, Moved
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice, columns


def compare(
    run: Annotated[Path, Parameter(help="The run directory that is compared with the others.")],
    other: Annotated[Path, Parameter(help="Another run, judged on the same rows.")],
    /,
    *others: Annotated[Path, Parameter(help="Further ones.")],
    moved: Moved = STAYED,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Compare runs on the validation rows: scores, by how much one is better, which settings differ."""
    machine.prepare()
    from thalweg.report.compared import compared_lines, setting_rows, side_rows
    from thalweg.runs.comparing import compare as compare_runs

    found = compare_runs((run, other, *others), parts=plugins.read(), **moved.options())
    for line in (*columns(side_rows(found)), *compared_lines(found)):
        voice.result(line)
    settings = setting_rows(found)
    voice.say("settings that differ:" if settings else "no setting differs")
    for line in columns([(f"  {path}", *values) for path, *values in settings]) if settings else ():
        voice.say(line)
    return Ending(
        plain(
            {
                "metric": found.metric,
                "runs": found.sides,
                "comparisons": found.beside,
                "settings": found.settings,
            }
        )
    )
