"""What was run, and how to run it again."""

import shlex
from typing import NamedTuple

import tomlkit

from thalweg.report.numbers import amount, count, duration, memory
from thalweg.report.text import printable
from thalweg.runs.outcome import Outcome

MOST_NAMED = 50  # selected inputs that are listed


class Command(NamedTuple):
    """A command line and what it does."""

    purpose: str
    line: str


def commands(outcome: Outcome) -> tuple[Command, ...]:
    """Return what to type next, from the folder that holds the run.

    Args:
        outcome: Of the run.

    Returns:
        Command lines whose names are quoted for a shell.
    """
    run = shlex.quote(" ".join(printable(outcome.name).split()))
    lines = [Command("Do this run again, from its record", f"thalweg reproduce {run}")]
    if outcome.scores:  # else there are no weights worth using
        lines.insert(0, Command("Predict new rows", f"thalweg predict {run} {new_rows(outcome)} -o out.csv"))
    if outcome.status == "interrupted":
        lines.insert(0, Command("Go on where it stopped", f"thalweg resume {run}"))
    if outcome.scores and not any(score.part == "test" for score in outcome.scores):
        lines.append(Command("Open the sealed test part, once everything is decided", f"thalweg evaluate {run} --test"))
    if outcome.command:
        lines.append(Command("This run was started by", printable(outcome.command)))
    return tuple(lines)


def new_rows(outcome: Outcome) -> str:
    """Return what stands for a file of new rows in a command: "NEW.csv" for a run on a table, else "NEW"."""
    table = all(role in {"numeric", "category"} for _, role, _ in outcome.data.columns)
    return "NEW.csv" if table else "NEW"


def settings(outcome: Outcome) -> str:
    """Return the experiment as TOML, as `--config` reads it."""
    return tomlkit.dumps(outcome.experiment).strip()


def timings(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return (what, how long or how much) of training.

    Compiling stands apart, for longer training does not add to it; and what training itself keeps, as it is counted,
    from what the process came to need with libraries and data.
    """
    kept = (("memory that training keeps, as counted", memory(sum(outcome.memory.values()))),) if outcome.memory else ()
    names = {"process": "largest memory of the process", "device": "largest memory on the device"}
    peaks = tuple((names[holder], memory(size)) for holder, size in outcome.peak_memory.items() if holder in names)
    return (
        ("training", duration(max(0.0, outcome.seconds - outcome.compile_seconds))),
        ("compiling, once", duration(outcome.compile_seconds)),
        ("speed", f"{amount(outcome.examples_per_second)} examples a second"),
        *kept,
        *peaks,
    )


def provenance(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return (what, value) of all that decides whether a second run gives the same bits."""
    seeds = tuple((name.replace("_", " "), str(value)) for name, value in outcome.seeds.items())
    return (*seeds, *outcome.versions.items(), ("data fingerprint", outcome.data.fingerprint))


def selected(outcome: Outcome) -> str:
    """Return which inputs the network selects, as a sentence; "" where no penalty makes weights 0."""
    found = outcome.selection
    if found is None:
        return ""
    parted = 0 < found.among_columns < found.among  # a column's pieces or names are inputs, and too many to read
    names = found.columns if parted else found.inputs
    of_columns = f", made of {count(len(names))} of {count(found.among_columns)} columns," if parted else ""
    named = ", ".join(printable(name) for name in names[:MOST_NAMED])
    more = f" and {count(len(names) - MOST_NAMED)} more" if len(names) > MOST_NAMED else ""
    listed = f": {named}{more}" if named else ""
    return (
        f"The penalty leaves {count(len(found.inputs))} of {count(found.among)} inputs{of_columns} with a weight of a "
        f"hundredth of the largest or more{listed}."
    )


def parameters(outcome: Outcome) -> str:
    """Return the number of parameters of the whole network."""
    return count(sum(number for _, _, number in outcome.layers))
