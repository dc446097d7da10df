"""Random keys by role, so that adding one use of randomness moves no other.

What it leaves out: the order of examples, which is drawn on the host (`data/batches.py`).
"""

import zlib

import jax

from thalweg.errors import InputError, shown
from thalweg.types import Array

_SEEDS = 2**32


def root(seed: int, ordinal: int = 0) -> Array:
    """Return the key that one member's randomness grows from.

    The generator is named here, so that JAX's setting of another one (`jax_default_prng_impl`) changes no draw. Draws
    do hang on `jax_threefry_partitionable`, which is on by default and must stay on.

    Args:
        seed: The run's seed; from 0 to 4294967295.
        ordinal: The member's number in its population, from 0.

    Returns:
        A typed JAX key.

    Raises:
        InputError: If the seed is out of range; JAX would fold it into the range without a word.

    Example:
        >>> root(0).shape
        ()
    """
    if not 0 <= seed < _SEEDS:
        raise InputError(f"a seed must be a whole number from 0 to {_SEEDS - 1}; got {shown(seed)}.")
    return jax.random.fold_in(jax.random.key(seed, impl="threefry2x32"), ordinal)


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
