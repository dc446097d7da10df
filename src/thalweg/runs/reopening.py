"""Open a run's own data again, and make sure that they are the same."""

from pathlib import Path
from typing import Any

from thalweg.data.builtin import BUILTIN
from thalweg.data.toy import TOY
from thalweg.errors import InputError
from thalweg.runs.examples import Examples, load_split, open_examples
from thalweg.runs.place import TRIALS
from thalweg.runs.record import IN_MEMORY, Record


def reopened(
    run: Path, record: Record, data: Any = None, *, test_data: Any = None, validation_data: Any = None
) -> Examples:
    """Open a run's own data again.

    The places that the record names are opened only while the run lies where it began: one that was moved, or came
    from somebody else, must not make this program look at files of its choice.

    Args:
        run: The run directory; its split is read, not made anew.
        record: What the run was asked to do.
        data: The data, where they have moved since or were never in a file; None to read them where they were.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.

    Returns:
        The examples.

    Raises:
        InputError: If the data are gone or are not the ones the run was made with, or the run was moved and no data
            are given.
    """
    began_here = record.place == str(run.resolve())
    recorded = {"data": record.data, "test-data": record.test_data, "validation-data": record.validation_data}
    given = {"data": data, "test-data": test_data, "validation-data": validation_data}
    for flag, where in recorded.items():
        if given[flag] is None and (where or flag == "data"):
            given[flag] = _place(run, where, flag, began_here)
    examples = open_examples(
        given["data"],
        reading={n: tuple(v) if isinstance(v, list) else v for n, v in record.reading.items()},
        test_data=given["test-data"],
        validation_data=given["validation-data"],
        split_seed=record.split_seed,
    )
    if examples.source.fingerprint != record.fingerprint:
        raise InputError(
            f"the data of {run} have changed since it began (now {examples.source.fingerprint[:12]}, "
            f"then {record.fingerprint[:12]}). Give the original with --data FILE."
        )
    if hardly_begun(run):
        return examples  # the same draw as then
    return examples._replace(split=load_split(run / "split.safetensors", len(examples.source.targets), record.identity))


def hardly_begun(run: Path) -> bool:
    """Say whether a run was killed before it had written down its split; nothing hangs on that file yet."""
    later = ("split.safetensors", "model.safetensors", "result.json", "checkpoint", TRIALS)
    return not any((run / name).exists() for name in later)


def _place(run: Path, where: str, flag: str, began_here: bool) -> str:
    if where in ("", IN_MEMORY):
        what = "trained on data" if flag == "data" else f"given {flag.partition('-')[0]} data"
        raise InputError(f"{run} was {what} handed over in memory. Give them again with --{flag} FILE.")
    if not began_here and where not in (*BUILTIN, *TOY):
        raise InputError(
            f"{run} was moved since it began, or comes from elsewhere, so {where!r} is not opened unasked. "
            f"Say where its data are with --{flag} FILE."
        )
    return where
