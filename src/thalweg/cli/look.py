"""`thalweg look`: see into a trained network on images."""

from math import isfinite
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
    distortions: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Show instead how the score falls as validation images are moved, turned, made lighter or darker, "
            "warped, hidden in part and made noisy.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        Parameter(
            help="The page to write; RUN/look.html by default, with --distortions RUN/distortions.html.",
            show_default=False,
        ),
    ] = None,
    moved: Moved = STAYED,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Show what excites units of a network on images, what it makes of one image and which it takes as alike.

    With --distortions, show how much it withstands instead.

    Raises:
        InputError: If the page's name does not end in .html or is a run's report, or what is asked for cannot be shown.
    """
    if out is not None and out.suffix != ".html":
        raise InputError(f"--out {out} is to be a page. Let its name end in .html.")
    if out is not None and out.name == "report.html" and (out.parent / "experiment.json").exists():
        raise InputError(f"--out {out} is the report of a run, which would be lost. Choose another name.")
    if distortions and (layer or unit):
        raise InputError("--distortions is a look of its own, at the whole network. Leave out --layer and --unit.")
    machine.prepare()
    from thalweg.report.distorted import half_told
    from thalweg.report.look import write_look, write_robustness
    from thalweg.runs.look import look as look_into
    from thalweg.runs.robustness import robustness

    if distortions:
        found = robustness(run, row=row, parts=plugins.read(), **moved.options())
        page = out or run / "distortions.html"
        write_robustness(page, run.resolve().name, found)
        for curve in found.curves:
            voice.say(f"{curve.name}: {half_told(found, curve)}.")
        voice.result(str(page))
        return Ending(plain({"run": str(run), "page": str(page), **_robustness_facts(found)}))
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


def _robustness_facts(found: Any) -> dict[str, Any]:
    return {
        "task": found.task,
        "metric": found.metric,
        "part": found.part,
        "rows": found.rows,
        "score": found.curves[0].scores[0].value,
        "blind": found.blind,
        "image": {"row": found.row, "truth": found.truth},
        "distortions": [
            {
                "distortion": curve.name,
                "unit": curve.unit,
                "half_lost": curve.half if isfinite(curve.half) else None,
                "strengths": [
                    {"strength": strength, "score": score.value, "interval": [score.low, score.high], "said": said}
                    for strength, score, said in zip(curve.strengths, curve.scores, curve.said, strict=True)
                ],
            }
            for curve in found.curves
        ],
    }
