"""What a run was asked to do: `experiment.json`, written before anything else."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole

FORMAT = 1
LIMIT = 64 * 2**20  # bytes of a JSON file of a run


class Record(NamedTuple):
    """All that is needed to do a run again."""

    name: str
    data: str  # absolute path or built-in name; "" where the data were handed over in memory
    reading: dict[str, Any]  # keyword arguments of `open_source`, plain
    test_data: str  # path, "" for none
    validation_data: str
    fingerprint: str
    experiment: dict[str, Any]  # plain spec, resolved
    metric: str
    seed: int
    split_seed: int
    class_weight: str  # "balanced" or ""
    time_budget: float  # seconds, 0 for none
    versions: dict[str, str]
    command: str
    created: str  # ISO time


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, whole or not at all.

    Args:
        path: The file.
        value: Dicts, lists, numbers and text; NaN and infinities are refused.

    Raises:
        InputError: If the file cannot be written.
    """
    write_whole(path, (json.dumps(value, allow_nan=False, indent=1, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """Read a JSON file of a run.

    Args:
        path: The file.

    Returns:
        The plain value.

    Raises:
        InputError: If the file is missing, too large or not JSON.
    """
    try:
        return json.loads(read_limited(path, LIMIT))
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not whole JSON. Restore the file, or make the run again.") from None


def write_record(run: Path, record: Record) -> None:
    """Write a run's `experiment.json`; raises InputError if it cannot."""
    write_json(run / "experiment.json", {"format": FORMAT, **record._asdict()})


def read_record(run: Path) -> Record:
    """Read a run's `experiment.json`.

    Args:
        run: The run directory.

    Returns:
        The record.

    Raises:
        InputError: If there is none, or it is damaged or from another version.
    """
    path = run / "experiment.json"
    if not path.is_file():
        raise InputError(
            f"{run} is not a run directory: it has no experiment.json. `thalweg runs list` shows the runs."
        )
    plain = read_json(path)
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise InputError(f"{path} is not of format {FORMAT}, which this version reads. Make the run again.")
    values = {name: plain.get(name) for name in Record._fields}
    wrong = [name for name, hint in Record.__annotations__.items() if not _fits(values[name], hint)]
    if wrong:
        raise InputError(f"{path} has a wrong or missing entry {wrong[0]!r}. Restore the file, or make the run again.")
    return Record(**values)  # type: ignore[arg-type]  # every entry was checked above


def _fits(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    wanted = dict if getattr(hint, "__origin__", None) is dict else hint
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
