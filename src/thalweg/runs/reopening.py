"""Open a run's own data again, and make sure that they are the same."""

from pathlib import Path
from typing import Any

from thalweg.errors import InputError
from thalweg.runs.examples import Examples, load_split, open_examples
from thalweg.runs.record import Record


def reopened(run: Path, record: Record, data: Any = None) -> Examples:
    """Open a run's own data again.

    Args:
        run: The run directory; its split is read, not made anew.
        record: What the run was asked to do.
        data: The data, where they have moved since or were never in a file; None to read them where they were.

    Returns:
        The examples.

    Raises:
        InputError: If the data are gone or are not the ones the run was made with.
    """
    where = record.data if data is None else data
    if isinstance(where, str) and not where:
        raise InputError(f"{run} was trained on data handed over in memory. Give them again with --data FILE.")
    examples = open_examples(
        where,
        reading={n: tuple(v) if isinstance(v, list) else v for n, v in record.reading.items()},
        test_data=record.test_data or None,
        validation_data=record.validation_data or None,
        split_seed=record.split_seed,
    )
    if examples.source.fingerprint != record.fingerprint:
        raise InputError(
            f"the data of {run} have changed since it began (now {examples.source.fingerprint[:12]}, "
            f"then {record.fingerprint[:12]}). Give the original with --data FILE."
        )
    return examples._replace(split=load_split(run / "split.safetensors", len(examples.source.targets)))
