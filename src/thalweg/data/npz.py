"""Labelled examples from NumPy's .npz files, read without running or trusting anything in them."""

import lzma
import math
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from thalweg.data.arrays import from_arrays
from thalweg.data.source import Kind, Source, Task
from thalweg.errors import InputError

LIMIT = 8 * 2**30  # bytes of one array, unpacked
PAIRS = (("x", "y"), ("X", "y"), ("x_train", "y_train"), ("X_train", "y_train"), ("data", "target"))
# What unpacking a damaged archive may raise, an encrypted one among them, and what NumPy's reading of a header may.
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, KeyError, RuntimeError)
_BROKEN_HEADER = (ValueError, TypeError, SyntaxError, tokenize.TokenError, OverflowError, MemoryError)


def read_npz(path: Path, *, target: str | None = None, task: Kind | None = None, known: Task | None = None) -> Source:
    """Read the labelled examples of an .npz file.

    Args:
        path: The file.
        target: Name of the array of labels; None to look for one of the usual pairs: x and y, X and y, x_train and
            y_train, data and target.
        task: "classes", "regression" or "attributes", where it should not be inferred.
        known: The task of earlier examples, which these are to share.

    Returns:
        The examples.

    Raises:
        InputError: If the file cannot be read or unpacked, an array is larger than 8 GiB or holds Python objects,
            there are no inputs or no labels by these names, or the arrays cannot be used.
    """
    x, y = read_npz_pair(path, target=target)
    if y is None:
        raise InputError(f"{path} has no labels: wanted an array y beside x. Name it with --target, or add it.")
    name = target or (known.target if known is not None else "y")
    return from_arrays(x, y, name=str(path), task=task, known=known, target=name)._replace(name=path.stem)


def read_npz_pair(path: Path, *, target: str | None = None) -> tuple[np.ndarray, np.ndarray | None]:
    """Read inputs, and labels where there are some.

    Args:
        path: The file.
        target: Name of the array of labels; None as for `read_npz`.

    Returns:
        (inputs, labels or None).

    Raises:
        InputError: As `read_npz`, but for missing labels.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist()]
            x, y = _choose(path, names, target)
            return _read(path, archive, x), _read(path, archive, y) if y in names else None
    except InputError:
        raise
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check its name and its permissions.") from None
    except (*_BROKEN_ZIP, *_BROKEN_HEADER) as error:
        # What NumPy says of a header advises to trust the file, which is the last thing to do with a damaged one.
        header = isinstance(error, _BROKEN_HEADER)
        what = "an array in it does not begin as NumPy's do" if header else "it is no zip archive, or a damaged one"
        if "encrypted" in str(error):
            what = "it is encrypted"
        raise InputError(
            f"cannot read {path} as .npz: {what}. Write it with numpy.savez(path, x=inputs, y=labels)."
        ) from None


def _choose(path: Path, names: list[str], target: str | None) -> tuple[str, str]:
    if target is None:
        found = [pair for pair in PAIRS if pair[0] in names]
        # A pair with labels comes before one without.
        found.sort(key=lambda pair: pair[1] not in names)
        if found:
            return found[0]
    elif target in names:
        others = [name for name in names if name != target]
        usual = [name for name, _ in PAIRS if name in others]
        if usual or len(others) == 1:
            return (usual or others)[0], target
    wanted = "x and y" if target is None else f"inputs x and labels {target!r}"
    raise InputError(
        f"{path} should hold arrays named {wanted}; it holds: {', '.join(names[:10]) or 'none'}. "
        "Rename them, or name the labels with --target."
    )


def _read(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    entry = archive.getinfo(f"{name}.npy" if f"{name}.npy" in archive.namelist() else name)
    with archive.open(entry) as file:
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_header(file)
        if dtype.hasobject:
            raise InputError(
                f"{path}: array {name!r} holds Python objects, which could run code when read. "
                "Save it as numbers or texts (array.astype(str))."
            )
        size = math.prod(shape) * dtype.itemsize
        if size > LIMIT:
            raise InputError(f"{path}: array {name!r} has {size:,} bytes; at most {LIMIT:,} are read. Use fewer rows.")
        if file.tell() + size != entry.file_size:
            raise InputError(
                f"{path}: array {name!r} of shape {shape} should have {size:,} bytes; the file tells of "
                f"{entry.file_size - file.tell():,}. It is damaged: save it again."
            )
    with archive.open(entry) as file:
        return npy.read_array(file, allow_pickle=False)
