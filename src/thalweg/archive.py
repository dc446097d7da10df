"""Arrays with a few facts about them in one file that can run nothing: safetensors.

The facts are JSON in the file's header, with a checksum over every byte, so that a file cut short or changed is
noticed. Two types that safetensors does not know are written as integers with a note: random keys as their
key data, bfloat16 as its bits.

What it leaves out: proof of who wrote a file. Somebody who changes one can compute its checksum anew; what is
read is still only arrays and JSON.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import safetensors.numpy

from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole

LIMIT = 16 * 2**30  # bytes; larger files are neither written nor read
HEADER_LIMIT = 64 * 2**20

# All is one entry: safetensors writes several in an order that differs from process to process.
_ENTRY = "thalweg"
_BLANK = "0" * 64  # stands for the checksum while it is computed
_MARK = b'{\\"checksum\\": \\"'  # what comes before it in the file


def save(path: Path, arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Write arrays and facts to one file, whole or not at all; the same ones give the same bytes.

    Args:
        path: The file, by custom ending in .safetensors.
        arrays: NumPy or JAX arrays by name; random keys too.
        facts: Anything that JSON can hold, NaN and infinities left out.

    Raises:
        InputError: If the place may not be written, the disk is full, or there is more than `load` would read.
        TypeError: If an array holds something else than numbers or keys, or a fact is not for JSON.
        ValueError: If a fact is NaN or infinite.
    """
    plain, notes = {}, {}
    for name, array in arrays.items():
        plain[name], note = _plain(name, array)
        if note:
            notes[name] = note
    told = {"checksum": _BLANK, "facts": facts, "notes": notes}
    text = json.dumps(told, allow_nan=False)
    content = safetensors.numpy.save(plain, metadata={_ENTRY: text})
    (length,) = struct.unpack("<Q", content[:8])
    if length > HEADER_LIMIT or len(content) > LIMIT:
        raise InputError(
            f"cannot write {path}: {len(content):,} bytes with a header of {length:,}; at most {LIMIT:,} and "
            f"{HEADER_LIMIT:,} would be read again. Make the network or its vocabularies smaller."
        )
    at = content.index(_MARK) + len(_MARK)
    write_whole(path, b"".join((content[:at], _checksum(content, at).encode(), content[at + len(_BLANK) :])))


def load(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what `save` wrote.

    Args:
        path: The file.

    Returns:
        (arrays, facts): NumPy arrays by name, random keys as JAX keys.

    Raises:
        InputError: If the file is missing, too large, cut short, changed or not one of ours.
    """
    content = read_limited(path, LIMIT)
    try:
        return _parsed(content)
    except (ValueError, KeyError, TypeError, RecursionError, safetensors.SafetensorError):
        raise InputError(
            f"{path} is damaged or was not written by Thalweg: its checksum does not hold. Use another copy of it."
        ) from None


def _parsed(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    length = int.from_bytes(content[:8], "little")
    if length > HEADER_LIMIT:
        raise ValueError("the header is too long")
    at = content.index(_MARK, 8, 8 + length) + len(_MARK)
    if content[at : at + len(_BLANK)] != _checksum(content, at).encode():
        raise ValueError("the checksum does not hold")
    told = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][_ENTRY])
    facts, notes = told["facts"], told["notes"]
    if not isinstance(facts, dict) or not isinstance(notes, dict):
        raise TypeError("facts and notes are tables")
    if not all(isinstance(note, str) for note in notes.values()):
        raise TypeError("a note is text")
    arrays = safetensors.numpy.load(content)
    return {name: _restored(array, notes.get(name, "")) for name, array in arrays.items()}, facts


def _plain(name: str, array: Any) -> tuple[np.ndarray, str]:
    if isinstance(array, jax.Array) and jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
        return np.asarray(jax.random.key_data(array)), f"key:{jax.random.key_impl(array)}"
    values = np.ascontiguousarray(array).reshape(np.shape(array))  # ascontiguousarray makes a scalar (1,)
    if values.dtype == jnp.bfloat16:
        return values.view(np.uint16), "bfloat16"
    if values.dtype.kind not in "biufc" or values.dtype.itemsize > 8:
        raise TypeError(f"array {name} is {values.dtype}; wanted numbers of at most 64 bits.")
    return values, ""


def _restored(array: np.ndarray, note: str) -> Any:
    if note == "bfloat16" and array.dtype == np.uint16:
        return array.view(jnp.bfloat16)
    if note.startswith("key:"):
        return jax.random.wrap_key_data(jnp.asarray(array), impl=note.removeprefix("key:"))
    if note:
        raise ValueError(f"unknown note {note}")
    return array


def _checksum(content: bytes, at: int) -> str:
    digest = hashlib.sha256(memoryview(content)[:at])
    digest.update(_BLANK.encode())
    digest.update(memoryview(content)[at + len(_BLANK) :])
    return digest.hexdigest()
