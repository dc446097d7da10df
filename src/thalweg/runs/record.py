"""What a run was asked to do: `experiment.json`, written before anything else."""

import hashlib
import json
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.data.images.sizes import is_image_size
from thalweg.data.source import Remark
from thalweg.diagnosis.on_finding import ACTIONS
from thalweg.diagnosis.repair import Repair
from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole
from thalweg.monitors.presets import PRESETS
from thalweg.runs.ensemble.record import EnsembleRecord, MemberRecord, members_possible
from thalweg.runs.search_record import MOST_FOLDS, SearchRecord, Winner
from thalweg.runs.typed import named, writable
from thalweg.serialise import DEPTH, from_json
from thalweg.train.scores import METRICS

FORMAT = 1
LIMIT = 64 * 2**20  # bytes of a JSON file of a run
IN_MEMORY = "<in memory>"  # the place of a test or validation part that was handed over as a frame or arrays
READING = (
    "target", "task", "header", "drop", "categorical", "numeric", "group", "time_column", "id", "weight_column",
    "label_column", "image_size",
)  # fmt: skip


class PretrainedRecord(NamedTuple):
    """The trained network that a run begins with."""

    run: str  # absolute path of the directory it came from, for people: it is not opened again
    digest: str  # hexadecimal SHA-256 of the run's own copy, `start.safetensors`
    remarks: tuple[Remark, ...]  # on what was taken over

    @property
    def possible(self) -> bool:
        """Whether the digest is one: a file may say anything."""
        return re.fullmatch("[0-9a-f]{64}", self.digest) is not None


class Record(NamedTuple):
    """All that is needed to do a run again."""

    name: str
    data: str  # absolute path or built-in name; "" where the data were handed over in memory
    reading: dict[str, Any]  # keyword arguments of `open_source`, plain
    test_data: str  # path, "" for none, IN_MEMORY
    validation_data: str
    fingerprint: str  # of all rows
    experiment: dict[str, Any]  # plain spec, resolved
    metric: str
    seed: int
    split_seed: int
    class_weight: str  # "balanced" or ""
    time_budget: float  # seconds, 0 for none
    versions: dict[str, str]  # and machine, device, cores
    command: str
    created: str  # ISO time
    checks: bool = True  # whether data and network are checked before training
    sealed: str = ""  # fingerprint of the data that hold the test part, by which its openings are counted
    seen: tuple[str, ...] = ()  # fingerprints of the data trained on, and of the validation file where there was one
    place: str = ""  # absolute path of the run directory; one found elsewhere may be a stranger's
    monitors: str = "default"  # of `monitors.presets.PRESETS`; no part of the identity, for no weight hangs on it
    attempts: float = 0.1  # share of the run's work for trying other settings

    on_finding: str = "warn"  # what is done about a finding while training goes on
    repairs: tuple[Repair, ...] = ()  # of a run that was brought to its end; no part of the identity
    search: SearchRecord | None = None  # that is made before training
    winner: Winner | None = None  # of the search, once it has ended; no part of the identity
    folds: int = 0  # that the settings are cross-validated in; 0 for none
    ensemble: EnsembleRecord | None = None  # that the run's network becomes a member of
    members: tuple[MemberRecord, ...] = ()  # its further ones, once they are known; no part of the identity
    pretrained: PretrainedRecord | None = None  # what the network begins with; None where it is drawn

    @property
    def chosen(self) -> dict[str, Any]:
        """The experiment that training begins with, plain: the one asked for, or what a search made of it."""
        return self.winner.experiment if self.winner else self.experiment

    @property
    def final(self) -> dict[str, Any]:
        """The experiment of the network that training ended with, plain: what it began with, or as it was repaired."""
        return next((one.experiment for one in reversed(self.repairs) if one.change), self.chosen)

    @property
    def identity(self) -> str:
        """A digest of all that the weights hang on: it tells this run's files from another's."""
        told = (self.fingerprint, self.reading, self.experiment, self.metric, self.seed, self.split_seed)
        # Runs of earlier versions did not act on findings.
        acting = () if self.on_finding == "warn" else (self.on_finding, self.attempts)
        further = [{"ensemble": self.ensemble._asdict()}] if self.ensemble else []
        further += [{"folds": self.folds}] if self.folds else []
        further += [{"pretrained": self.pretrained.digest}] if self.pretrained else []
        searching = (self.search._asdict(),) if self.search else ()
        text = json.dumps((*told, self.class_weight, *acting, *searching, *further), sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, whole or not at all.

    Args:
        path: The file.
        value: Dicts, lists, numbers and text; NaN and infinities are refused.

    Raises:
        InputError: If the file cannot be written.
    """
    text = json.dumps(value, allow_nan=False, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text.encode("utf-8", "surrogatepass"))  # a file's name may hold half of a surrogate pair


def read_json(path: Path) -> Any:
    """Read a JSON file of a run.

    Args:
        path: The file.

    Returns:
        The plain value.

    Raises:
        InputError: If the file is missing, too large, not JSON or nested deeper than any file of a run.
    """
    content = read_limited(path, LIMIT)
    try:
        plain = from_json(content.decode("utf-8", "surrogatepass"), where=str(path))
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text. Restore the file, or make the run again.") from None
    except InputError as error:
        raise InputError(f"{error} Or restore the file, or make the run again.") from None
    level = [plain]
    for _ in range(DEPTH):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise InputError(f"{path} is nested more than {DEPTH} deep. Restore the file, or make the run again.")
    return plain


def write_record(run: Path, record: Record) -> None:
    """Write a run's `experiment.json`; raises InputError if it cannot."""
    tables = {
        "repairs": [repair._asdict() for repair in record.repairs],
        "search": record.search and record.search._asdict(),
        "winner": record.winner and record.winner._asdict(),
        "ensemble": record.ensemble and record.ensemble._asdict(),
        "members": [member._asdict() for member in record.members],
        "pretrained": writable(record.pretrained),
    }
    write_json(run / "experiment.json", {"format": FORMAT, **record._asdict(), **tables})


def read_record(run: Path) -> Record:
    """Read a run's `experiment.json`.

    Args:
        run: The run directory.

    Returns:
        The record.

    Raises:
        InputError: If there is none, it is damaged or from another version, or the directory holds a link or a
            device: nothing outside a run is opened by way of it.
    """
    path = run / "experiment.json"
    if not path.is_file():
        raise InputError(
            f"{run} is not a run directory: it has no experiment.json. `thalweg runs list` shows the runs."
        )
    _refuse_strangers(run)
    plain = read_json(path)
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise InputError(f"{path} is not of format {FORMAT}, which this version reads. Make the run again.")
    record = named(plain, Record, str(path))
    wrong = _wrong(record)
    if wrong:
        raise InputError(f"{path} has a wrong entry {wrong!r}. Restore the file, or make the run again.")
    return record


def _refuse_strangers(run: Path) -> None:
    """Refuse what is neither file nor folder; a link would lead out of the run and a pipe would never end."""
    for folder in (run, run / "checkpoint", run / "members"):  # looked into once they are known to be no links
        try:
            strange = [entry for entry in folder.iterdir() if not _is_plain(entry)]
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise InputError(f"cannot look into {folder}: {error.strerror or error}. Check its permissions.") from None
        if strange:
            raise InputError(
                f"{strange[0]} is a link or a device, which no run directory holds. Put the file itself in its place."
            )


def _is_plain(entry: Path) -> bool:
    try:
        mode = entry.lstat().st_mode
    except FileNotFoundError:
        return True  # gone since: another process has replaced a file
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _wrong(record: Record) -> str:
    sound = {
        "metric": record.metric in METRICS,
        "seed": 0 <= record.seed < 2**32,
        "split_seed": record.split_seed >= 0,
        "class_weight": record.class_weight in ("", "balanced"),
        "time_budget": record.time_budget >= 0,  # false for NaN
        "monitors": record.monitors in PRESETS,
        "attempts": 0 <= record.attempts <= 1,
        "on_finding": record.on_finding in ACTIONS,
        "search": record.search is None or record.search.possible,
        "ensemble": record.ensemble is None or record.ensemble.possible,
        "members": members_possible(record.members, record.ensemble),
        "pretrained": record.pretrained is None or record.pretrained.possible,
        "folds": record.folds == 0 or 2 <= record.folds <= MOST_FOLDS,
        "reading": all(name in READING and _reads(name, value) for name, value in record.reading.items()),
    }
    return next((name for name, fine in sound.items() if not fine), "")


def _reads(name: str, value: Any) -> bool:
    """Say whether a value is one that `open_source` takes under this name."""
    if name == "header":
        return value in ("yes", "no", "infer")
    if name == "task":
        return value in (None, "classes", "regression", "attributes")
    if name == "image_size":
        return value is None or is_image_size(value)
    if name in ("drop", "categorical", "numeric"):
        return isinstance(value, list) and all(map(_is_column, value))
    if name in ("target", "label_column") and isinstance(value, list):
        return len(value) > 1 and all(map(_is_column, value))
    return value is None or _is_column(value)


def _is_column(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
