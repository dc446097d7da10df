"""Open the record of a run, whoever wrote it."""

from pathlib import Path

from thalweg.errors import InputError
from thalweg.files import read_limited, reason_of
from thalweg.traces.csv_file import read_csv
from thalweg.traces.event_files import event_files
from thalweg.traces.events import read_events
from thalweg.traces.json_file import read_json
from thalweg.traces.own_file import is_own, read_own
from thalweg.traces.text import WANTED, decoded
from thalweg.traces.tfrecord import is_records
from thalweg.traces.trace import Trace
from thalweg.traces.understand import understand

LIMIT = 256 * 2**20  # bytes of a text; event files have a limit of their own
_BESIDE = "metrics.csv"  # what Lightning's CSV logger writes into a run's folder


def read_trace(path: Path) -> Trace:
    r"""Read what is known of a run that another program trained.

    What a file is, its content says, not its name: a CSV file (of a loop of one's own, of Keras, of Lightning), the
    history of Keras as JSON, records as JSON (of the Hugging Face trainer and others), TensorBoard's event files, or
    what `thalweg.record` wrote.

    Args:
        path: The file, or a folder with event files or with metrics.csv.

    Returns:
        The trace.

    Raises:
        InputError: If it cannot be read, is too large, damaged or of another form, no loss is found in it, or a cell
            is no number; file, place and column are named.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "log.csv"
        ...     _ = file.write_text("epoch,loss,val_loss,val_acc\n1,2.3,2.2,0.2\n2,nan,nan,0.1\n")
        ...     trace = read_trace(file)
        >>> trace.form, trace.metric, trace.training_loss.tolist(), trace.recorded["training_loss"].tolist()
        ('CSV', 'accuracy', [2.3, nan], [True, True])
    """
    if path.is_dir():
        return _read_folder(path)
    if is_records(_head(path)):
        return understand(read_events(str(path), [("", path)]))
    text = decoded(str(path), read_limited(path, LIMIT))
    if text.lstrip().startswith(("{", "[")):
        return understand(read_json(str(path), text))
    return understand(read_own(str(path), text) if is_own(text) else read_csv(str(path), text))


def _read_folder(folder: Path) -> Trace:
    files = event_files(folder)
    if files:
        return understand(read_events(str(folder), files))
    if (folder / _BESIDE).is_file():
        return read_trace(folder / _BESIDE)
    raise InputError(f"{folder} holds neither event files of TensorBoard nor {_BESIDE}. Name a file. {WANTED}")


def _head(path: Path) -> bytes:
    """Return the first bytes of a regular file; none of what is no file, which is refused in words later."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(12)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {reason_of(error)}. Check its name and its permissions.") from None
