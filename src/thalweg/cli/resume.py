"""`thalweg resume`: go on with a run that was paused or killed."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import STAYED, Moved
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice


def resume(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    moved: Moved = STAYED,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
    interrupt: Annotated[Interrupt, Parameter(parse=False)],
) -> Ending:
    """Go on with a run that was paused or killed; it ends with the weights of one never interrupted."""
    machine.prepare()
    from thalweg.cli.training import attended, paused, told
    from thalweg.recipe import resume as go_on

    own, again = plugins.read(), plugins.words()
    fitted = attended(lambda **watch: go_on(run, parts=own, **moved.options(), **watch), voice, interrupt)
    return paused(fitted, voice, again) if fitted.outcome is None else told(fitted, fitted.outcome, voice, again)
