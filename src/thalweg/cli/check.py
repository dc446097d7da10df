"""`thalweg check`: look at data and network for seconds, and train nothing."""

from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import AS_FOUND, BY_DEFAULT, DRAWN, Parts, Reading, Settings
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice


def check(
    data: Annotated[str, Parameter(help="A file, a folder of images, or a built-in set such as digits.")],
    /,
    *,
    reading: Reading = AS_FOUND,
    parts: Parts = DRAWN,
    settings: Settings = BY_DEFAULT,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Check data and network as fit does before training; exit code 1 if training would be in vain."""
    options = {**reading.options(), **parts.options(), **settings.options()}
    machine.prepare()
    from thalweg.checks.result import tally
    from thalweg.cli.facts import check_findings, remark_line
    from thalweg.cli.telling import check_lines
    from thalweg.recipe import check as examine
    from thalweg.runs.opening import data_lines

    examples, checks = examine(data, parts=plugins.read(), **options)
    for line in (*data_lines(examples), *map(remark_line, examples.remarks)):
        voice.say(line)
    for line in check_lines(checks):
        voice.say(line)
    voice.result(tally(checks))
    facts = {
        "data": examples.source.name,
        "task": examples.source.task.kind,
        "target": examples.source.task.target,
        "rows": len(examples.source.targets),
        "findings": check_findings(checks),
        "checks": checks,
        "remarks": examples.remarks,
    }
    return Ending(plain(facts), FAILED if any(not c.passed and c.severity == "error" for c in checks) else DONE)
