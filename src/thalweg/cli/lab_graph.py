"""`thalweg lab graph`: back-propagation through the notes' examples, or through a function of the user's."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.lab_page import Out, told
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.voice import ALOUD, Voice
from thalweg.errors import InputError, choose


def graph(
    *,
    plugin: Annotated[
        Path | None,
        Parameter(help="Python file with a function of yours to show instead. It is run.", show_default=False),
    ] = None,
    function: Annotated[
        str | None, Parameter(help="The function's name, where the file holds several.", show_default=False)
    ] = None,
    at: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", show_default=False, help="An argument of the function, NAME=NUMBER. Given again for the next."
        ),
    ] = (),
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Send values forwards and gradients backwards through a few operations."""
    machine.prepare()
    from thalweg.lab.graph import graph as experiment
    from thalweg.lab.graph import inputs_of, own_graph

    if plugin is None:
        _require_no_function(function, at)
        return told(experiment(), out, voice)
    chosen = _function_of(plugin, function)
    _require_inputs(at)
    typed = ("--plugin", str(plugin), *(("--function", function) if function else ()))
    options = (*typed, *(word for given in at for word in ("--at", given)))
    return told(own_graph(chosen, inputs_of(at))._replace(options=options), out, voice)


def _require_no_function(function: str | None, at: tuple[str, ...]) -> None:
    if function is not None or at:
        raise InputError("--function and --at are for a function of yours. Give its file, too: --plugin FILE.")


def _require_inputs(at: tuple[str, ...]) -> None:
    if not at:
        raise InputError("a function of yours needs a number for each of its arguments: --at x=2 --at y=3.")


def _function_of(plugin: Path, name: str | None) -> Any:
    from thalweg.cli.plugin import Plugins

    known = {found.__name__: found for found in Plugins(plugin=(plugin,)).read()}
    if name is None and len(known) > 1:
        raise InputError(f"--plugin {plugin} holds {len(known)} functions. Say which: --function {next(iter(known))}.")
    return next(iter(known.values())) if name is None else known[choose(name, known, what=f"function of {plugin}")]
