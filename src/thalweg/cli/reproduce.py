"""`thalweg reproduce`: train a run again from its record."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import STAYED, Moved
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice


def reproduce(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="The new run's folder; by default one beside the old.")] = None,
    moved: Moved = STAYED,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
    interrupt: Annotated[Interrupt, Parameter(parse=False)],
) -> Ending:
    """Train a run again from its record and say whether the weights are the same bits; exit code 1 if not."""
    machine.prepare()
    from thalweg.cli.facts import run_facts
    from thalweg.cli.training import attended, paused
    from thalweg.recipe import reproduce as train_again

    place = None if out is None else str(out)
    options = {"out": place, "parts": plugins.read(), **moved.options()}
    fitted, same = attended(lambda **watch: train_again(run, **options, **watch), voice, interrupt)
    if fitted.outcome is None:
        return paused(fitted, voice, plugins.words())
    said = "the same bits as" if same else "not the same bits as"
    voice.result(f"{fitted.run}: its weights are {said} those of {run}")
    if not same:
        voice.say("Bits hang on the versions, the processor and the number of cores: thalweg summary shows a run's.")
    facts = {**run_facts(fitted.run, fitted.outcome), "of": str(run), "same_bits": same}
    return Ending(plain(facts), DONE if same else FAILED)
