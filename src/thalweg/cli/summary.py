"""`thalweg summary`: what a run's network is made of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.voice import ALOUD, Voice

if TYPE_CHECKING:
    from thalweg.runs.outcome import Outcome

_WHY_NOT = (
    "Not countable are layers with a loop whose length hangs on its data, and a user's that mix rows or take some "
    "batches alone."
)


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
    for line in _selected(outcome):
        voice.result(line)
    for line in outcome.left_out:
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
            for (name, shape, n), work in zip(outcome.layers, _more_facts(outcome), strict=True)
        ],
        "parameters": parameters,
        "multiply_adds": _total(outcome),
        "output_bytes": _output_bytes(outcome) if outcome.work else None,
        "memory": outcome.memory,
        "peak_memory": outcome.peak_memory,
        "seconds": outcome.seconds,
        "compile_seconds": outcome.compile_seconds,
        "examples_per_second": outcome.examples_per_second,
        "selection": outcome.selection._asdict() if outcome.selection else None,
        "left_out": outcome.left_out,
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
    rows: list[tuple[str, ...]] = [
        ("layer", "output", "parameters"),
        *((name, shape, count(n)) for name, shape, n in outcome.layers),
    ]
    rows.append(("total", "", count(parameters)))
    if outcome.receptive_fields:
        fields = ("receptive field", *outcome.receptive_fields, "")
        rows = [(name, shape, field, n) for (name, shape, n), field in zip(rows, fields, strict=True)]
    if not outcome.work:
        return rows
    costs = [("output memory", "multiply-adds")]
    costs += [(memory(row.output_bytes), _multiply_adds(row.multiply_adds)) for row in outcome.work]
    costs.append((memory(_output_bytes(outcome)), _multiply_adds(_total(outcome))))
    return [(*row, *cost) for row, cost in zip(rows, costs, strict=True)]


def _output_bytes(outcome: "Outcome") -> int:
    return sum(row.output_bytes for row in outcome.work)


def _total(outcome: "Outcome") -> int | None:
    counts = [row.multiply_adds for row in outcome.work]
    return None if None in counts or not counts else sum(filter(None, counts))


def _multiply_adds(number: int | None) -> str:
    return "not countable" if number is None else f"{number:,}"


def _costs(outcome: "Outcome") -> list[str]:
    from thalweg.report.numbers import memory

    if not outcome.memory:
        return []
    parts = ", ".join(f"{name} {memory(size)}" for name, size in outcome.memory.items())
    return [
        "Output memory and multiply-adds are of one example; work on single entries is not counted.",
        *([_WHY_NOT] if _total(outcome) is None else []),
        f"Training keeps {memory(sum(outcome.memory.values()))} at once, but for the data: {parts}.",
        *_ran(outcome),
    ]


def _ran(outcome: "Outcome") -> list[str]:
    """What training took, on a line of its own."""
    from thalweg.report.experiment import timings

    return [f"It took: {'; '.join(f'{what} {length}' for what, length in timings(outcome))}."]


def _selected(outcome: "Outcome") -> list[str]:
    from thalweg.report.experiment import selected

    return [selected(outcome)] if outcome.selection else []


def _more_facts(outcome: "Outcome") -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [{} for _ in outcome.layers]
    for layer, field in zip(facts, outcome.receptive_fields, strict=False):
        layer["receptive_field"] = field
    for layer, row in zip(facts, outcome.work, strict=False):
        layer.update(output_bytes=row.output_bytes, multiply_adds=row.multiply_adds)
    return facts
