"""`thalweg fit`: train a network on data, everything but the test set."""

from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.fitting import AS_USUAL, BY_ITSELF, SEARCH, Searching, Training, carried_out
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import AS_FOUND, BY_DEFAULT, DRAWN, Parts, Reading, Settings, whole
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice


def fit(
    data: Annotated[str, Parameter(help="A file, a folder of images, or a built-in set such as digits.")],
    /,
    *,
    reading: Reading = AS_FOUND,
    parts: Parts = DRAWN,
    settings: Settings = BY_DEFAULT,
    plugins: Plugins = NO_PLUGINS,
    search: Annotated[
        int | None,
        Parameter(converter=whole, help="Trials of a search for good settings before training.", group=SEARCH),
    ] = None,
    searching: Searching = BY_ITSELF,
    training: Training = AS_USUAL,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
    words: Annotated[tuple[str, ...], Parameter(parse=False)],
    interrupt: Annotated[Interrupt, Parameter(parse=False)],
) -> Ending:
    """Train a network on data: split, prepare, check, train, judge, explain, save."""
    options = {
        **reading.options(),
        **parts.options(),
        **settings.options(),
        **training.options(),
        **searching.options(),
        "search": search,
    }
    return carried_out(data, options, words, plugins=plugins, machine=machine, voice=voice, interrupt=interrupt)
