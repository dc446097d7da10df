"""`thalweg search`: look for good settings, and train the network that did best."""

from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.fitting import AS_USUAL, BY_ITSELF, SEARCH, Searching, Training, carried_out
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import AS_FOUND, BY_DEFAULT, DRAWN, Parts, Reading, Settings, whole
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice
from thalweg.errors import InputError

TRIALS = 32


def search(
    data: Annotated[str, Parameter(help="A file, a folder of images, or a built-in set such as digits.")],
    /,
    *,
    trials: Annotated[int, Parameter(converter=whole, help="How many to begin with.", group=SEARCH)] = TRIALS,
    searching: Searching = BY_ITSELF,
    reading: Reading = AS_FOUND,
    parts: Parts = DRAWN,
    settings: Settings = BY_DEFAULT,
    plugins: Plugins = NO_PLUGINS,
    training: Training = AS_USUAL,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
    words: Annotated[tuple[str, ...], Parameter(parse=False)],
    interrupt: Annotated[Interrupt, Parameter(parse=False)],
) -> Ending:
    """Search for good settings, many trials side by side, and train the network that did best as fit does."""
    _require_some(trials)
    options = {
        **reading.options(),
        **parts.options(),
        **settings.options(),
        **training.options(),
        **searching.options(),
        "search": trials,
    }
    return carried_out(data, options, words, plugins=plugins, machine=machine, voice=voice, interrupt=interrupt)


def _require_some(trials: int) -> None:
    """Refuse a number of trials by the name that it has here."""
    from thalweg.runs.search_record import MOST_TRIALS

    if not 1 <= trials <= MOST_TRIALS:
        raise InputError(f"--trials must be a whole number from 1 to {MOST_TRIALS:,}; got {trials}.")
