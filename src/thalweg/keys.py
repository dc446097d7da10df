"""Random keys by role, so that adding one use of randomness moves no other.

What it leaves out: the order of examples, which is drawn on the host (`data/batches.py`).
"""

import zlib

import jax

from thalweg.types import Array


def root(seed: int, ordinal: int = 0) -> Array:
    """Return the key that one member's randomness grows from.

    Args:
        seed: The run's seed; at least 0.
        ordinal: The member's number in its population, from 0.

    Returns:
        A typed JAX key.
    """
    return jax.random.fold_in(jax.random.key(seed), ordinal)


def role(key: Array, name: str) -> Array:
    """Return the key of one use of randomness, such as "init" or a layer's name.

    Python's own `hash` of text differs from process to process; crc32 does not.

    Args:
        key: The key it grows from.
        name: Name of the use, unique below `key`.

    Returns:
        A typed JAX key.
    """
    return jax.random.fold_in(key, zlib.crc32(name.encode()))
