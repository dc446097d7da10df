"""What a computation may use of the machine: settled before JAX is started."""

import os
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from thalweg.cli.options import whole
from thalweg.errors import InputError

MACHINE = Group("Machine", sort_key=8)

_DETERMINISTIC = "--xla_gpu_deterministic_ops=true"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where and on how much of the machine to compute."""

    device: Annotated[Literal["cpu", "gpu"] | None, Parameter(help="Where to compute.", group=MACHINE)] = None
    threads: Annotated[int | None, Parameter(converter=whole, help="Cores to use at most (Linux).", group=MACHINE)] = (
        None
    )
    deterministic: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Same bits each time on a GPU too, at some cost; a CPU gives them anyway.",
            group=MACHINE,
        ),
    ] = False

    def prepare(self) -> None:
        """Settle it; JAX must not have computed anything yet in this process.

        Raises:
            InputError: If the machine has no such device or so many cores.
        """
        if self.threads is not None:
            _limit_cores(self.threads)
        if self.deterministic:
            flags = os.environ.get("XLA_FLAGS", "").split()
            os.environ["XLA_FLAGS"] = " ".join([*(f for f in flags if f != _DETERMINISTIC), _DETERMINISTIC])
        if self.device is not None:
            _choose_device(self.device)


ALL_OF_IT = Machine()


def _limit_cores(threads: int) -> None:
    # XLA makes as many threads as the process has cores when it starts; there is no other way to tell it.
    if not hasattr(os, "sched_setaffinity"):
        raise InputError(f"--threads works on Linux only, and this is {sys.platform}. Leave it out.")
    cores = sorted(os.sched_getaffinity(0))
    if not 1 <= threads <= len(cores):
        raise InputError(f"--threads must be from 1 to {len(cores)}, the cores there are; got {threads}.")
    os.sched_setaffinity(0, cores[:threads])


def _choose_device(device: str) -> None:
    import jax

    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
        return
    try:
        jax.devices(device)
    except RuntimeError:
        raise InputError(
            f"--device {device}: JAX finds no {device.upper()} here. Leave it out, or install a JAX that knows it "
            "(see docs.jax.dev, Installation)."
        ) from None
