"""The one door to XLA: `jit` with a guard against a compiler that adds up wrongly.

jaxlib 0.10.2 and 0.11 hand some reductions on x86 CPUs to a library that computes them wrongly: the vmapped
sum of squares of a 3 x 3 matrix times each of 32,769 rows is off by up to several times its value
(jax-ml/jax issue 39103). Turning that hand-over off costs nothing and makes convolutions faster. It is passed
with each compile, not through the environment, so it works when JAX was started before this library and
touches no other program's compiles.
"""

import functools
import re
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer
from jaxlib import version as jaxlib_version

from thalweg.errors import RunFailed

_AFFECTED = {(0, 10, 2), (0, 11, 0), (0, 11, 1), (0, 11, 2)}
_CURE = {"xla_cpu_experimental_ynn_fusion_type": ""}


def jit(function: Callable[..., Any], *, static: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Compile a pure function on its first call, guarded.

    Called while another function is being compiled or differentiated, it becomes part of that one: write
    `jit(vmap(f))` and `jit(grad(f))`, not `vmap(jit(f))`, whose compile nobody guards.

    Args:
        function: A pure function of pytrees of arrays.
        static: Names of arguments that are part of the program instead of its input; hashable.

    Returns:
        A function of the same arguments, with JAX's `lower` and `_cache_size` reachable as `.compiled()`.

    Raises:
        RunFailed: At the first call, if this machine's compiler adds up wrongly even with the guard.
    """

    @functools.cache  # one compiled function each; its programs live as long as `function` does
    def compiled_for(backend: str) -> Any:
        return jax.jit(function, static_argnames=static, compiler_options=compiler_options(backend))

    def compiled() -> Any:
        (device,) = _here().devices()  # a user may have chosen the CPU of a machine with a GPU
        return compiled_for(device.platform)

    @functools.wraps(function)
    def call(*args, **kwargs):
        # JAX takes compiler options for a whole program only, never for a part of one.
        whole = jax.tree.all(jax.tree.map(_concrete, (args, kwargs))) and _concrete(_here())
        return compiled()(*args, **kwargs) if whole else function(*args, **kwargs)

    call.compiled = compiled  # type: ignore[attr-defined]
    return call


def compiles(function: Callable[..., Any]) -> int:
    """Return how many programs a function made by `jit` has compiled in this process."""
    return function.compiled()._cache_size()  # type: ignore[attr-defined]


@functools.cache
def compiler_options(backend: str) -> dict[str, str] | None:
    """Return the options that every compile for `backend` ("cpu", "gpu") needs here; None for none.

    Args:
        backend: As `jax.default_backend` names it.

    Returns:
        Options for `jax.jit`, tried once in this process.

    Raises:
        RunFailed: If the guard does not cure this machine's compiler.
    """
    if backend != "cpu" or not affected(jaxlib_version.__version__):
        return None
    error = reduction_error(_CURE)
    if not error <= 1e-4:
        raise RunFailed(
            f"jaxlib {jaxlib_version.__version__} computes sums wrongly on this processor (relative error {error:.2g}, "
            f"guard on). Install another: pip install 'jaxlib!={jaxlib_version.__version__}'."
        )
    return _CURE


def affected(version: str) -> bool:
    """Say whether a jaxlib of this version adds up wrongly on x86 CPUs, and knows the option that cures it."""
    return tuple(int(number) for number in re.findall("[0-9]+", version)[:3]) in _AFFECTED


def reduction_error(options: dict[str, str] | None) -> float:
    """Return the largest relative error of the sums that the affected compilers get wrong.

    Row i is (i, 0, 0), the matrix is the identity, so the right sum for row i is i squared.

    Args:
        options: Compiler options to try.

    Returns:
        The error; about 1e-7 where all is well.
    """
    rows = jnp.arange(32_769, dtype="float32")[:, None] * jnp.eye(1, 3, dtype="float32")
    matrix = jnp.eye(3, dtype="float32")
    summed = jax.jit(lambda m, r: jax.vmap(lambda row: jnp.sum((m @ row) ** 2))(r), compiler_options=options)
    right = jnp.square(rows[:, 0])
    return float(jnp.max(jnp.abs(summed(matrix, rows) - right) / jnp.maximum(right, 1.0)))


def _here() -> jax.Array:
    return jnp.zeros(())  # where JAX works now; a tracer while another function is being compiled


def _concrete(leaf: Any) -> bool:
    return not isinstance(leaf, Tracer)
