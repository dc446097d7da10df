"""Compiles: guarded where the compiler is wrong, one for each structure, none for a number."""

import os
import platform as machine
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxlib.version import __version__ as jaxlib_version

from thalweg import platform
from thalweg.errors import RunFailed
from thalweg.platform import compiler_options, compiles, jit, reduction_error
from thalweg.spec import spec, traced, tunable

X86 = machine.machine().lower() in ("x86_64", "amd64")
CPU = jax.default_backend() == "cpu"
WRONG = jaxlib_version == "0.10.2" and X86 and CPU


@spec
class Scale:
    axis: int
    factor: Any = tunable(2.0)


@pytest.fixture
def fresh():
    """Lets a test see the options chosen anew, and those after it the true ones."""
    compiler_options.cache_clear()
    yield
    compiler_options.cache_clear()


def sums(matrix, rows):
    return jax.vmap(lambda row: jnp.sum((matrix @ row) ** 2))(rows)


def example():
    rows = np.random.default_rng(0).normal(size=(32_769, 3)).astype(np.float32)
    matrix = np.random.default_rng(1).normal(size=(3, 3)).astype(np.float32)
    return matrix, rows, np.square(rows.astype(float) @ matrix.T.astype(float)).sum(1)


def test_guarded_sums_are_right():
    # jaxlib 0.10.2 alone gives some of these 32,769 sums several percent off, or worse.
    matrix, rows, right = example()
    np.testing.assert_allclose(jit(sums)(matrix, rows), right, rtol=1e-5)
    assert reduction_error(compiler_options(jax.default_backend())) <= 1e-5


def test_the_compilers_that_are_wrong_are_those_we_know_of():
    # Where this fails, a jaxlib other than 0.10.2 is wrong without the guard: say so in `platform`.
    matrix, rows, right = example()
    unguarded = np.asarray(jax.jit(sums)(matrix, rows))
    off = float(np.max(np.abs(unguarded - right) / right))
    worst = max(reduction_error(None), off)
    assert (worst > 1e-3) == WRONG
    assert worst > 1e-3 or worst < 1e-4


def summed_squares(x):
    return jnp.sum(x * x, axis=1)


@pytest.mark.parametrize(("function", "shape", "guarded"), [(summed_squares, (512, 512), False), (sums, (3, 3), True)])
def test_only_single_matrix_products_are_handed_over(function, shape, guarded):
    arguments = (jnp.ones(shape),) if function is summed_squares else (jnp.ones(shape), jnp.ones((32_769, 3)))
    text = jit(function).compiled().lower(*arguments).compile().as_text()
    assert ("ynn_fusion" in text) == (guarded and X86 and CPU)
    if X86 and CPU:
        assert "ynn_fusion" in jax.jit(function).lower(*arguments).compile().as_text()
        assert "ROOT %ynn_fusion" not in text  # the sum that ends either program is not handed over


def test_products_that_are_handed_over_are_right():
    random = np.random.default_rng(2)
    for rows, inputs, outputs in [(1, 1, 1), (300, 2, 100), (3, 784, 256), (1_000, 7, 1), (129, 65, 33)]:
        x, w = random.normal(size=(rows, inputs)), random.normal(size=(inputs, outputs))
        got = jit(jnp.matmul)(x.astype(np.float32), w.astype(np.float32))
        np.testing.assert_array_less(np.abs(got - x @ w), 1e-5 * (np.abs(x) @ np.abs(w)) + 1e-30)


def test_a_compiler_that_does_not_know_the_options_gets_none(fresh, monkeypatch):
    monkeypatch.setattr(platform, "_OPTIONS", {"xla_cpu_no_such_option": "1"})
    tried = []

    def noted(options):
        tried.append(options)
        return reduction_error(options) if options else 0.0

    monkeypatch.setattr(platform, "reduction_error", noted)
    assert compiler_options("cpu") is None
    assert tried == [{"xla_cpu_no_such_option": "1"}, None]


@pytest.mark.parametrize("backend", ["gpu", "tpu"])
def test_other_devices_get_no_options(fresh, backend):
    assert compiler_options(backend) is None


@pytest.mark.parametrize("error", [0.05, float("nan"), float("inf")])
def test_a_guard_that_does_not_help_stops_the_first_compile(fresh, monkeypatch, error):
    monkeypatch.setattr(platform.jaxlib_version, "__version__", "0.10.2")
    monkeypatch.setattr(platform, "reduction_error", lambda options: error)
    doubled = jit(lambda x: 2 * x)
    if jax.default_backend() == "cpu":
        with pytest.raises(RunFailed) as caught:
            doubled(jnp.ones(3))
        assert str(caught.value) == (
            f"jaxlib 0.10.2 computes sums wrongly on this processor (relative error {error:.2g}, guard on). "
            "Install another: pip install 'jaxlib!=0.10.2'."
        )


def test_the_compiler_is_tried_once(fresh, monkeypatch):
    tried = []
    monkeypatch.setattr(platform, "reduction_error", lambda options: tried.append(options) or 0.0)
    for _ in range(3):
        compiler_options("cpu")
    assert tried == [{"xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT"}]


AFTER = """
import os
before = dict(os.environ)
import jax
print(jax.jit(lambda x: x + 1)(1.0))
from thalweg.platform import compiler_options, jit, reduction_error
import jax.numpy as jnp
print(reduction_error(compiler_options("cpu")) < 1e-4)
print(jit(lambda x: 2 * x)(jnp.ones(2)))
print(dict(os.environ) == before)
"""


def test_the_guard_holds_where_jax_was_started_first_and_leaves_the_environment_alone():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "JAX_PLATFORMS": "cpu"}
    environment.pop("XLA_FLAGS", None)
    done = subprocess.run([sys.executable, "-c", AFTER], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split("\n") == ["2.0", "True", "[2. 2.]", "True", ""]


def test_one_structure_is_compiled_once_whatever_its_numbers():
    @jit
    def scaled(scale, x):
        return jnp.sum(x, scale.axis) * scale.factor

    assert compiles(scaled) == 0
    x = jnp.ones((2, 3))
    for factor in (1, 2.0, np.float64(3), 0.5):
        np.testing.assert_array_equal(scaled(traced(Scale(0, factor)), x), np.full(3, 2 * factor))
    assert compiles(scaled) == 1
    assert scaled(traced(Scale(1)), x).shape == (2,)
    assert compiles(scaled) == 2
    scaled(traced(Scale(1)), jnp.ones((4, 3)))
    assert compiles(scaled) == 3
    scaled(traced(Scale(0, 7)), x)
    assert compiles(scaled) == 3


def test_static_arguments_are_part_of_the_program():
    def power(x, times, *, last=()):
        for _ in range(times):
            x = x * x
        return x + len(last)

    compiled = jit(power, static=("times", "last"))
    assert compiled(jnp.float32(2), 2) == 16
    assert compiled(jnp.float32(3), 2) == 81
    assert compiles(compiled) == 1
    assert compiled(jnp.float32(2), times=3, last=("a",)) == 257
    assert compiles(compiled) == 2


def test_a_compiled_function_keeps_its_name_and_words():
    def halved(x):
        """Halve."""
        return x / 2

    assert jit(halved).__name__ == "halved"
    assert jit(halved).__doc__ == "Halve."


def test_two_compiled_functions_share_nothing():
    one, two = jit(lambda x: x + 1), jit(lambda x: x + 2)
    assert (one(jnp.float32(1)), two(jnp.float32(1))) == (2, 3)
    assert (compiles(one), compiles(two)) == (1, 1)


@jit
def squared(x):
    return jnp.sum(x * x)


X = jnp.arange(3.0)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (lambda: jax.jit(lambda x: squared(x) + 1)(X), 6),
        (lambda: jax.jit(lambda: squared(X))(), 5),
        (lambda: jit(lambda x: squared(x) + 1)(X), 6),
        (lambda: jax.grad(squared)(X), [0, 2, 4]),
        (lambda: jit(jax.grad(squared))(X), [0, 2, 4]),
        (lambda: jax.vmap(squared)(X[:, None]), [0, 1, 4]),
        (lambda: jit(jax.vmap(squared))(X[:, None]), [0, 1, 4]),
        (lambda: jax.lax.map(squared, X[:, None]), [0, 1, 4]),
        (lambda: jax.jvp(squared, (X,), (X,))[1], 10),
    ],
    ids=["jit", "jit of no argument", "guarded jit", "grad", "jit grad", "vmap", "jit vmap", "map", "jvp"],
)
def test_a_compiled_function_may_be_part_of_another(run, expected):
    np.testing.assert_allclose(run(), expected)


def test_a_shape_is_told_without_a_compile():
    counted = jit(lambda x: x @ x)
    assert jax.eval_shape(counted, jnp.ones((3, 3))).shape == (3, 3)
    assert compiles(counted) == 0


def test_the_program_follows_the_device_that_is_chosen(monkeypatch):
    asked = []

    def noted(backend):
        asked.append(backend)

    monkeypatch.setattr(platform, "compiler_options", noted)
    doubled = jit(lambda x: 2 * x)
    with jax.default_device(jax.devices("cpu")[0]):
        doubled(jnp.ones(2))
        doubled(jnp.ones(3))
    assert asked == ["cpu"]
