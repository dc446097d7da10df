"""`thalweg summary`: what a run's network is made of."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.voice import ALOUD, Voice


def summary(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    voice: Voice = ALOUD,
) -> Ending:
    """Show a run's layers, shapes, parameters and settings."""
    from thalweg.report.experiment import provenance, settings
    from thalweg.report.numbers import count
    from thalweg.runs.reporting import read_run_outcome

    outcome = read_run_outcome(run)
    layers = [("layer", "output", "parameters"), *((name, shape, count(n)) for name, shape, n in outcome.layers)]
    parameters = sum(n for _, _, n in outcome.layers)
    voice.table([*layers, ("total", "", count(parameters))])
    for line in ("", *settings(outcome).splitlines(), ""):
        voice.result(line)
    voice.table(list(provenance(outcome)))
    facts = {
        "run": str(run),
        "layers": [{"layer": name, "output": shape, "parameters": n} for name, shape, n in outcome.layers],
        "parameters": parameters,
        "experiment": outcome.experiment,
        "seeds": outcome.seeds,
        "versions": outcome.versions,
        "fingerprint": outcome.data.fingerprint,
    }
    return Ending(plain(facts))
