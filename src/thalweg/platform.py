"""The one door to XLA: `jit` with a guard against a compiler that adds up wrongly.

On CPUs, XLA hands matrix products, sums and chains of simple operations over to a library. jaxlib 0.10.2 gets some
of those sums wrong: the vmapped sum of squares of a 3 x 3 matrix times each of 32,769 rows is off by up to several
times its value (jax-ml/jax issue 39103). Handing over single matrix products and nothing else gives right sums, and
small networks train a quarter faster under later versions too. It is asked for with each compile, not through the
environment, so it works when JAX was started before this library and touches no other program's compiles.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxlib import version as jaxlib_version

from thalweg.errors import RunFailed

_OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT"}


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
        return compiled_for(backend())

    @functools.wraps(function)
    def call(*args, **kwargs):
        # JAX takes compiler options for a whole program only, never for a part of one.
        whole = not any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves((args, kwargs))) and not _tracing()
        return compiled()(*args, **kwargs) if whole else function(*args, **kwargs)

    call.compiled = compiled  # type: ignore[attr-defined]
    return call


def backend() -> str:
    """Return where arrays go ("cpu", "gpu"): a user may have chosen the CPU of a machine with a GPU."""
    # To make an array and look where it went would take a thousand times longer.
    chosen: Any = jax.config.jax_default_device  # pyright: ignore[reportAttributeAccessIssue]
    return jax.default_backend() if chosen is None else getattr(chosen, "platform", chosen)


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
        RunFailed: If this machine's compiler adds up wrongly even so.
    """
    if backend != "cpu":
        return None
    options: dict[str, str] | None = _OPTIONS
    try:
        error = reduction_error(options)
    except jax.errors.JaxRuntimeError:  # a compiler that does not know them
        options, error = None, reduction_error(None)
    if not error <= 1e-4:
        raise RunFailed(
            f"jaxlib {jaxlib_version.__version__} computes sums wrongly on this processor (relative error {error:.2g}, "
            f"guard {'off' if options is None else 'on'}). "
            f"Install another: pip install 'jaxlib!={jaxlib_version.__version__}'."
        )
    return options


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


def _tracing() -> bool:
    """Say whether another function is being compiled: then what this gives is a tracer."""
    return isinstance(_nought(), Tracer)


_nought = jax.jit(lambda: np.float32(0))  # compiled, it is there at once; an array made anew is not
