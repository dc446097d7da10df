"""`thalweg predict`: a run's answers for new rows."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.output import place_of_output
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice, deliver
from thalweg.errors import InputError


def predict(
    run: Annotated[Path, Parameter(help="The run directory.")],
    new: Annotated[str, Parameter(help="A file like the one the run was trained on; a target column is ignored.")],
    /,
    *,
    out: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write: .parquet or CSV; by default CSV to standard output.")
    ] = None,
    strict: Annotated[
        bool, Parameter(negative="", show_default=False, help="Refuse columns the model does not know.")
    ] = False,
    lenient: Annotated[
        bool, Parameter(negative="", show_default=False, help="Take missing columns as missing cells.")
    ] = False,
    test_time_flips: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Images: average over each one and its mirror image."),
    ] = False,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Predict new rows: one line out for each row in, in their order.

    Raises:
        InputError: If the run or the rows cannot be used, or the place to write to.
    """
    if strict and lenient:
        raise InputError("--strict and --lenient cannot be had together. Give one of them, or neither.")
    if voice.json and out is None:
        raise InputError("--json needs standard output for itself. Say with -o FILE where the predictions go.")
    place = None if out is None else place_of_output(out, Path(new))
    mode: Literal["strict", "lenient", "default"] = "strict" if strict else "lenient" if lenient else "default"
    machine.prepare()
    from thalweg.cli.facts import remark_line
    from thalweg.report.text import printable
    from thalweg.runs.predicting import predict_file, write_predictions
    from thalweg.wording import counted

    found = predict_file(run, new, mode=mode, parts=plugins.read(), test_time_flips=test_time_flips)
    for remark in found.remarks:
        voice.aside(remark_line(remark))
    if place is None:
        text = found.table.write_csv()
        # Names of classes could steer a terminal; a file or program gets them as they are.
        deliver(sys.stdout, printable(text) if sys.stdout.isatty() else text)
    else:
        write_predictions(place, found.table)
        means = ", each the mean over an image and its mirror image" if test_time_flips else ""
        voice.say(f"{counted(len(found.table), 'prediction')} in {out}{means}")
    facts = {
        "run": str(run),
        "rows": len(found.table),
        "test_time_flips": test_time_flips,
        "columns": found.table.columns,
        "out": None if out is None else str(out),
        "remarks": found.remarks,
    }
    return Ending(plain(facts))
