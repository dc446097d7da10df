"""`thalweg summary`: what a run's network is made of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.voice import ALOUD, Voice

if TYPE_CHECKING:
    from thalweg.runs.outcome import Outcome


def summary(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    voice: Voice = ALOUD,
) -> Ending:
    """Show a run's layers, shapes, parameters and settings."""
    from thalweg.report.experiment import provenance, settings
    from thalweg.runs.reporting import read_run_outcome

    outcome = read_run_outcome(run)
    parameters = sum(n for _, _, n in outcome.layers)
    voice.table(_table(outcome))
    for line in _costs(outcome):
        voice.result(line)
    for line in outcome.odd:
        voice.result(f"odd: {line}")
    for line in ("", *settings(outcome).splitlines(), ""):
        voice.result(line)
    voice.table(list(provenance(outcome)))
    facts = {
        "run": str(run),
        "layers": [
            {"layer": name, "output": shape, "parameters": n, **work}
            for (name, shape, n), work in zip(outcome.layers, _work_facts(outcome), strict=True)
        ],
        "parameters": parameters,
        "memory": outcome.memory,
        "odd": outcome.odd,
        "experiment": outcome.experiment,
        "seeds": outcome.seeds,
        "versions": outcome.versions,
        "fingerprint": outcome.data.fingerprint,
    }
    return Ending(plain(facts))


def _table(outcome: "Outcome") -> list[tuple[str, ...]]:
    """Return the layers and their total, and what they cost where the run has counted it."""
    from thalweg.report.numbers import count, memory

    parameters = sum(n for _, _, n in outcome.layers)
    rows = [("layer", "output", "parameters"), *((name, shape, count(n)) for name, shape, n in outcome.layers)]
    rows.append(("total", "", count(parameters)))
    if not outcome.work:
        return rows
    total = sum(row.output_bytes for row in outcome.work)
    counted = [row.multiply_adds for row in outcome.work]
    costs = [("output memory", "multiply-adds")]
    costs += [(memory(row.output_bytes), _multiply_adds(row.multiply_adds)) for row in outcome.work]
    costs.append((memory(total), _multiply_adds(-1 if min(counted) < 0 else sum(counted))))
    return [(*row, *cost) for row, cost in zip(rows, costs, strict=True)]


def _multiply_adds(number: int) -> str:
    return "not countable" if number < 0 else f"{number:,}"


def _costs(outcome: "Outcome") -> list[str]:
    from thalweg.report.numbers import memory

    if not outcome.memory:
        return []
    parts = ", ".join(f"{name} {memory(size)}" for name, size in outcome.memory.items())
    return [
        "Output memory and multiply-adds are of one example; work on single entries is not counted.",
        f"Training keeps {memory(sum(outcome.memory.values()))} at once, but for the data: {parts}.",
    ]


def _work_facts(outcome: "Outcome") -> list[dict[str, int | None]]:
    if not outcome.work:
        return [{} for _ in outcome.layers]
    return [
        {"output_bytes": row.output_bytes, "multiply_adds": None if row.multiply_adds < 0 else row.multiply_adds}
        for row in outcome.work
    ]
