"""What the bits of a run hang on besides its record: versions, processor, device, cores; and the memory it took."""

import importlib
import importlib.metadata
import importlib.util
import os
import platform
from collections.abc import Mapping
from typing import Any

import jax

from thalweg import __version__

# Windows has none.
resource: Any = importlib.import_module("resource") if importlib.util.find_spec("resource") else None

DETERMINISTIC = "--xla_gpu_deterministic_ops=true"  # among XLA_FLAGS; a CPU needs it not

_NAMES = ("jaxlib", "machine", "device", "cores")


def versions() -> dict[str, str]:
    """Return what a run's bits hang on here: versions, processor, device and number of usable cores.

    Returns:
        Text by name; "device" is "cpu", or the kind and the name of another, such as "gpu NVIDIA H200";
        "deterministic" is "yes" where XLA is told to give the same bits each time on a GPU too, else "no".
    """
    device = jax.devices()[0]
    kind = jax.default_backend()
    return {
        "thalweg": __version__,
        **{name: importlib.metadata.version(name) for name in ("jax", "jaxlib", "numpy", "optax")},
        "python": platform.python_version(),
        "machine": f"{platform.machine()} {platform.system()}",
        "device": kind if kind == "cpu" else f"{kind} {device.device_kind}",
        "deterministic": "yes" if DETERMINISTIC in os.environ.get("XLA_FLAGS", "").split() else "no",
        "cores": str(usable_cores()),
    }


def usable_cores() -> int:
    """Return how many of the processor's cores this process may use; at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory() -> dict[str, int]:
    """Return the most memory that was in use at once since this process began.

    Returns:
        Bytes by holder: "process", with libraries and data, where the system counts it; "device", of a GPU alone,
        what arrays took of its memory.
    """
    peak = {}
    if resource is not None:
        unit = 1 if platform.system() == "Darwin" else 1024
        peak["process"] = unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counted = jax.local_devices()[0].memory_stats() if jax.default_backend() != "cpu" else None
    if counted and "peak_bytes_in_use" in counted:
        peak["device"] = int(counted["peak_bytes_in_use"])
    return peak


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Say what is another than when a run began, of what its bits hang on.

    Args:
        then: Of the run, from `versions`; what is not among it is not compared.
        now: Of this process.

    Returns:
        A sentence for each difference.

    Example:
        >>> differences({"cores": "8"}, {"cores": "2"})
        ('The run began with cores 8, now it is 2: bits may differ.',)
    """
    lines = [
        f"The run began with {name} {then[name]}, now it is {now[name]}: bits may differ."
        for name in _NAMES
        if name in then and then[name] != now[name]
    ]
    if now.get("device", "cpu") != "cpu" and then.get("deterministic", "no") != now.get("deterministic", "no"):
        was, remedy = ("with", "Add it.") if then.get("deterministic") == "yes" else ("without", "Leave it out.")
        lines.append(f"The run began {was} --deterministic, now it is otherwise: bits may differ. {remedy}")
    return tuple(lines)
