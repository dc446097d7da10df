"""A run's results on disk: `result.json`, `findings.json` and `history.parquet`."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import polars

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.data.source import Remark
from thalweg.diagnosis.finding import Finding
from thalweg.errors import InputError
from thalweg.files import write_whole
from thalweg.runs.outcome import Comparison, DataSummary, Outcome, Score
from thalweg.runs.record import read_json, write_json
from thalweg.train.history import History, pack

_LISTS = {"scores": Score, "baselines": Baseline, "remarks": Remark}
_FINDINGS = {"checks": CheckResult, "findings": Finding}


def write_outcome(run: Path, outcome: Outcome) -> None:
    """Write what a run came to; numbers that are not finite become null.

    Args:
        run: The run directory.
        outcome: The outcome; its history is written beside it.

    Raises:
        InputError: If a file cannot be written.
    """
    plain = outcome._asdict()
    plain.pop("history")
    found = {name: plain.pop(name) for name in _FINDINGS}
    write_json(run / "findings.json", _plain(found))
    write_json(run / "result.json", _plain(plain))
    write_history(run / "history.parquet", outcome.history)


def read_outcome(run: Path, history: History) -> Outcome:
    """Read what `write_outcome` wrote.

    Args:
        run: The run directory.
        history: From the run's checkpoint, which is the original.

    Returns:
        The outcome; numbers that were null are NaN.

    Raises:
        InputError: If a file is missing, damaged or of another shape.
    """
    plain, found = read_json(run / "result.json"), read_json(run / "findings.json")
    try:
        values: dict[str, Any] = {name: plain[name] for name in Outcome._fields if name in plain}
        for name, cls in _LISTS.items():
            values[name] = tuple(_made(cls, item) for item in values[name])
        for name, cls in _FINDINGS.items():
            values[name] = tuple(_made(cls, item) for item in found[name])
        comparison = values["comparison"]
        values["comparison"] = None if comparison is None else _made(Comparison, comparison)
        values["data"] = _made(DataSummary, values["data"])
        values["layers"] = tuple(map(tuple, values["layers"]))
        return Outcome(**values, history=history)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{run / 'result.json'} is not whole ({error}). Make the run again.") from None


def write_history(path: Path, history: History) -> None:
    """Write the history as one long Parquet table: table, name, step, member, position, value.

    Args:
        path: The file.
        history: The history.

    Raises:
        InputError: If the file cannot be written.
    """
    arrays = pack(history)
    frames = [
        _long(table, name.partition("|")[2], np.asarray(values), arrays[f"{table}|step"])
        for name, values in arrays.items()
        if (table := name.partition("|")[0]) and not name.endswith("|step")
    ]
    content = io.BytesIO()
    (polars.concat(frames) if frames else polars.DataFrame()).write_parquet(content)
    write_whole(path, content.getvalue())


def _long(table: str, name: str, values: np.ndarray, steps: np.ndarray) -> polars.DataFrame:
    flat = values.reshape(len(steps), -1).astype(np.float64)
    return polars.DataFrame(
        {
            "table": [table] * flat.size,
            "name": [name] * flat.size,
            "step": np.repeat(steps.astype(np.int64), flat.shape[1]),
            "member": np.tile(np.arange(flat.shape[1]), len(steps)),
            "value": flat.ravel(),
        }
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _made(cls: Any, plain: dict[str, Any]) -> Any:
    values = {name: _frozen(plain[name]) for name in cls._fields}
    missing = {n: float("nan") for n, v in values.items() if v is None and "float" in str(cls.__annotations__[n])}
    return cls(**{**values, **missing})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
