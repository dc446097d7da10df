"""The one door to XLA: `jit` with a guard against a compiler that adds up wrongly.

jaxlib 0.10.2 and 0.11 hand some reductions on x86 CPUs to a library that computes them wrongly: the vmapped
sum of squares of a 3 x 3 matrix times each of 32,769 rows is off by up to several times its value
(jax-ml/jax issue 39103). Turning that hand-over off costs nothing and makes convolutions faster. It is passed
with each compile, not through the environment, so it works when JAX was started before this library and
touches no other program's compiles.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jaxlib

from thalweg.errors import RunFailed

_AFFECTED = {(0, 10, 2), (0, 11, 0), (0, 11, 1), (0, 11, 2)}
_CURE = {"xla_cpu_experimental_ynn_fusion_type": ""}


def jit(function: Callable[..., Any], *, static: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Compile a pure function on its first call, guarded.

    Args:
        function: A pure function of pytrees of arrays.
        static: Names of arguments that are part of the program instead of its input; hashable.

    Returns:
        A function of the same arguments, with JAX's `lower` and `_cache_size` reachable as `.compiled()`.

    Raises:
        RunFailed: At the first call, if this machine's compiler adds up wrongly even with the guard.
    """

    @functools.cache  # one compiled function each; its programs live as long as `function` does
    def compiled() -> Any:
        return jax.jit(function, static_argnames=static, compiler_options=compiler_options(jax.default_backend()))

    @functools.wraps(function)
    def call(*args, **kwargs):
        return compiled()(*args, **kwargs)

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
    version = tuple(int(word) for word in jaxlib.__version__.split(".")[:3] if word.isdigit())
    if backend != "cpu" or version not in _AFFECTED:
        return None
    error = reduction_error(_CURE)
    if error > 1e-4:
        raise RunFailed(
            f"jaxlib {jaxlib.__version__} computes sums wrongly on this processor (relative error {error:.2g}, guard on). "
            "Install another jaxlib: pip install 'jaxlib!=" + jaxlib.__version__ + "'."
        )
    return _CURE


def reduction_error(options: dict[str, str] | None) -> float:
    """Return the largest relative error of the sums that the affected compilers get wrong.

    Row i is (i, 0, 0), the matrix is the identity, so the right sum for row i is i squared.

    Args:
        options: Compiler options to try.

    Returns:
        The error; about 1e-7 where all is well.
    """
    rows = jax.numpy.arange(32_769, dtype="float32")[:, None] * jax.numpy.eye(1, 3, dtype="float32")
    matrix = jax.numpy.eye(3, dtype="float32")
    sums = jax.jit(lambda m, r: jax.vmap(lambda row: jax.numpy.sum((m @ row) ** 2))(r), compiler_options=options)(
        matrix, rows
    )
    right = jax.numpy.square(rows[:, 0])
    return float(jax.numpy.max(jax.numpy.abs(sums - right) / jax.numpy.maximum(right, 1.0)))
