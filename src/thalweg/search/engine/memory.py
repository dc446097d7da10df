"""How many trials one population may hold: what there is memory for."""

from pathlib import Path

import jax.numpy as jnp

from thalweg.platform import backend

SHARE = 0.5  # of the memory that is free, that populations may take
_FREE = Path("/proc/meminfo")


def free_memory() -> int | None:
    """Return how many bytes are free where arrays go; None where nobody says so."""
    if backend() != "cpu":
        (device,) = jnp.zeros(()).devices()
        counted = device.memory_stats() or {}
        limit = counted.get("bytes_limit")
        return None if limit is None else int(limit) - int(counted.get("bytes_in_use", 0))
    try:
        lines = _FREE.read_text().splitlines()
    except OSError:  # not Linux
        return None
    kilobytes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return 1024 * int(kilobytes[0]) if kilobytes else None
