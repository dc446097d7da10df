"""Arrays with a few facts about them in one file that can run nothing: safetensors.

The facts are JSON in the file's header, with a checksum over all of it, so that a file cut short or changed is
noticed. Two types that safetensors does not know are written as integers with a note: random keys as their
key data, bfloat16 as its bits.
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

LIMIT = 16 * 2**30  # bytes; larger files are refused before they are read
HEADER_LIMIT = 64 * 2**20


def save(path: Path, arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Write arrays and facts to one file, whole or not at all.

    Args:
        path: The file, by custom ending in .safetensors.
        arrays: NumPy or JAX arrays by name; random keys too.
        facts: Anything that JSON can hold, NaN and infinities left out.

    Raises:
        InputError: If the place may not be written or the disk is full.
    """
    plain, notes = {}, {}
    for name, array in arrays.items():
        plain[name], note = _plain(array)
        if note:
            notes[name] = note
    text = json.dumps({"facts": facts, "notes": notes}, allow_nan=False, sort_keys=True)
    header = {"thalweg": text, "checksum": _checksum(plain, text)}
    write_whole(path, safetensors.numpy.save(plain, metadata=header))


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
    damaged = InputError(
        f"{path} is damaged or was not written by Thalweg: its checksum does not hold. Use another copy of it."
    )
    try:
        (length,) = struct.unpack("<Q", content[:8])
        if length > HEADER_LIMIT:
            raise damaged
        header = json.loads(content[8 : 8 + length])["__metadata__"]
        plain = safetensors.numpy.load(content)
        text, checksum = header["thalweg"], header["checksum"]
        told = json.loads(text)
    except (struct.error, ValueError, KeyError, TypeError, RecursionError, safetensors.SafetensorError):
        raise damaged from None
    if _checksum(plain, text) != checksum:
        raise damaged
    return {name: _restored(array, told["notes"].get(name)) for name, array in plain.items()}, told["facts"]


def _plain(array: Any) -> tuple[np.ndarray, str]:
    if isinstance(array, jax.Array) and jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
        return np.asarray(jax.random.key_data(array)), f"key:{jax.random.key_impl(array)}"
    values = np.ascontiguousarray(array).reshape(np.shape(array))  # ascontiguousarray makes a scalar (1,)
    if values.dtype == jnp.bfloat16:
        return values.view(np.uint16), "bfloat16"
    return values, ""


def _restored(array: np.ndarray, note: str | None) -> Any:
    if note == "bfloat16":
        return array.view(jnp.bfloat16)
    if note is not None and note.startswith("key:"):
        return jax.random.wrap_key_data(jnp.asarray(array), impl=note.removeprefix("key:"))
    return array


def _checksum(arrays: Mapping[str, np.ndarray], text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name}:{array.dtype.str}:{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
