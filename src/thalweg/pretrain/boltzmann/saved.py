"""A machine in one file."""

from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.pretrain.boltzmann.units import BernoulliUnits, GaussianUnits

WHAT = "restricted Boltzmann machine"
_NAMES = ("weights", "visible_bias", "hidden_bias")


def save_machine(path: Path, machine: Machine) -> None:
    """Write a machine to one safetensors file, whole or not at all.

    Args:
        path: The file, by custom ending in .safetensors.
        machine: The machine.

    Raises:
        InputError: If the place may not be written.
    """
    arrays = {name: np.asarray(getattr(machine, name)) for name in _NAMES}
    save(path, arrays, {"what": WHAT, "units": machine.units.kind})


def load_machine(path: Path) -> Machine:
    """Read what `save_machine` wrote.

    Args:
        path: The file.

    Returns:
        The machine, in the default float type.

    Raises:
        InputError: If the file is missing, damaged or of something else, or its parameters do not go together or are
            no finite numbers.
    """
    arrays, facts = load(path)
    units = {kind.kind: kind() for kind in (BernoulliUnits, GaussianUnits)}
    kind = facts.get("units")
    if facts.get("what") != WHAT or not isinstance(kind, str) or kind not in units or set(arrays) != set(_NAMES):
        raise InputError(f"{path} holds no restricted Boltzmann machine. Name a file that save_machine wrote.")
    w, b, c = (_parameter(path, name, arrays[name]) for name in _NAMES)
    if w.ndim != 2 or w.size == 0 or b.shape != w.shape[:1] or c.shape != w.shape[1:]:
        raise InputError(
            f"the parameters in {path} do not go together: weights {w.shape}, visible biases {b.shape}, hidden biases "
            f"{c.shape}. Use another copy of it."
        )
    dtype = jnp.result_type(float)
    return Machine(jnp.asarray(w, dtype), jnp.asarray(b, dtype), jnp.asarray(c, dtype), units[kind])


def _parameter(path: Path, name: str, values: Any) -> np.ndarray:
    if not isinstance(values, np.ndarray) or values.dtype not in (np.float32, np.float64):
        raise InputError(f"{name} in {path} are no floats of 32 or 64 bits. Use another copy of it.")
    if not np.isfinite(values).all():
        raise InputError(f"{name} in {path} hold numbers that are not finite. Use another copy of it.")
    return values
