"""`thalweg look`: see into a trained network on images."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import STAYED, Moved, whole, wholes
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice
from thalweg.errors import InputError


def look(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    layer: Annotated[
        str, Parameter(help="The layer whose units to show; some of every layer by default.", show_default=False)
    ] = "",
    unit: Annotated[
        tuple[int, ...],
        Parameter(
            converter=wholes,
            negative="",
            show_default=False,
            help="Units of that layer, from 1; several: 3,7 or given again. Its first 64 by default.",
        ),
    ] = (),
    row: Annotated[
        int | None,
        Parameter(converter=whole, help="Row of the data, from 0: the image to follow; a typical one by default."),
    ] = None,
    out: Annotated[
        Path | None, Parameter(help="The page to write; RUN/look.html by default.", show_default=False)
    ] = None,
    moved: Moved = STAYED,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Show what excites units of a network on images, what it makes of one image and which it takes as alike.

    Raises:
        InputError: If the page's name does not end in .html or is a run's report, or what is asked for cannot be shown.
    """
    if out is not None and out.suffix != ".html":
        raise InputError(f"--out {out} is to be a page. Let its name end in .html.")
    if out is not None and out.name == "report.html" and (out.parent / "experiment.json").exists():
        raise InputError(f"--out {out} is the report of a run, which would be lost. Choose another name.")
    machine.prepare()
    from thalweg.report.look import write_look
    from thalweg.runs.look import look as look_into

    units = tuple(number - 1 for number in unit)
    inside = look_into(run, layer=layer, units=units, row=row, parts=plugins.read(), **moved.options())
    page = out or run / "look.html"
    write_look(page, run.resolve().name, inside)
    voice.result(str(page))
    return Ending(plain({"run": str(run), "page": str(page), **_facts(inside)}))


def _facts(inside: Any) -> dict[str, Any]:
    found, image = inside.retrieval, inside.example
    return {
        "image": image
        and {"row": image.row, "part": image.part, "class": image.truth, "predicted": image.said or image.truth},
        "layers": [
            {"layer": of.layer, "behind": of.until, "silent": of.silent, "units": list(map(_unit, of.units))}
            for of in inside.units
        ],
        "nearest": found
        and {"layer": found.layer, "same_class": found.learned_share, "same_class_by_pixels": found.plain_share},
    }


def _unit(unit: Any) -> dict[str, Any]:
    made = None if unit.made is None else unit.reached
    return {"unit": unit.number + 1, "rows": unit.rows, "outputs": unit.values, "made": made}
