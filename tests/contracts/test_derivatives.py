"""Every part's derivative agrees with differences to seven digits, and an error planted in it is found by name."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.contracts import cases
from tests.contracts.test_contracts import in_every_form
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.checks.gradient_verdict import gradient_check, wrong_tensors
from thalweg.checks.numerical_gradient import compare_function
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.hinge import Hinge
from thalweg.spec import kind_of, replaced, tunables
from thalweg.trees import named_leaves

HAPPY = 1e-7  # relative error, of a tensor's gradient as a whole
NOTHING = 1e-9  # of the value: the gradient of what changes nothing

# What is planted maps a tensor's gradient to a wrong one, each linearly: so all are one program.


def sign(g):
    return -g


def factor(g):
    return 1.5 * g


def missing_term(g):
    """Without what an average over the first axis gives, as where a batch's mean is taken for a constant."""
    return g - np.mean(g, axis=0, keepdims=True)


def wrong_axis(g):
    """Averaged over the last axis, which is one to keep."""
    return np.mean(g, axis=-1, keepdims=True) * np.ones(g.shape)


def transposed(g):
    return g.T.reshape(g.shape)


KINDS = (sign, factor, missing_term, wrong_axis, transposed)


def suits(kind, shape):
    """Say whether an error of a kind changes a tensor of this shape."""
    needed = {missing_term: shape[:1], wrong_axis: shape[-1:], transposed: sorted(shape)[-2:]}.get(kind, (2,))
    return len(needed) == (2 if kind is transposed else 1) and all(size > 1 for size in needed)


def drawn(seed=0):
    """For each layer and loss of the table, in each of its forms: a kind, which tensor, and how large an error."""
    random = np.random.default_rng(seed)
    parts = [kind_of(type(case.spec)) for family, case in cases.ALL if family in ("layer", "loss")]
    size = {True: (-4, -2), False: (-2, -0.5)}  # powers of ten, of the gradient's length
    return {
        part: (KINDS[k % len(KINDS)], random.random(), 10 ** random.uniform(*size[k % 3 == 0]))
        for k, part in enumerate(random.permutation(parts).tolist())
    }


PLANTED = drawn()


def test_at_least_thirty_errors_are_planted_of_every_kind_and_ten_below_a_hundredth():  # C1
    kinds, _, sizes = zip(*PLANTED.values(), strict=True)
    assert len(kinds) >= 30 and all(kinds.count(kind) >= 5 for kind in KINDS)
    assert sum(size < 1e-2 for size in sizes) >= 10


@jax.custom_vjp
def changed(values, maps):
    """What is given; of its gradient each tensor is mapped."""
    return values


def mapped(maps, gradient):
    return jax.tree.map(lambda m, g: (m @ g.ravel()).reshape(g.shape), maps, gradient), None


changed.defvjp(lambda values, maps: (values, maps), mapped)


def valued(family):
    """The sum of all that a part of a family gives, each number with a weight, as a function of floats in a tree."""

    def value(at, spec, rest, weights, maps):
        moved = changed(at, maps)
        given, numbers = moved["given"], moved["numbers"]
        given = jax.tree.map(lambda a, b: b if a is None else a, given, rest, is_leaf=lambda leaf: leaf is None)
        found = floats_of(cases.use(family, replaced(spec, **numbers), list(given.values())))
        return sum(jnp.sum(weight * leaf) for weight, leaf in zip(weights, found, strict=True))

    return value


def floats_of(tree):
    return [leaf for leaf in jax.tree.leaves(tree) if jnp.issubdtype(leaf.dtype, jnp.floating)]


VALUES = {family: valued(family) for family in ("activation", "layer", "loss", "penalty")}
# In this order as arguments and in that of the alphabet, which trees have.
TAKEN = {"layer": ("parameters", "state", "to_map", "weight"), "loss": ("outputs", "targets")}
FOLLOWED = ("given/parameters", "given/to_map", "given/outputs")  # whose gradient training needs


def parted(family, case):
    """Return what is moved, by name, and what is not."""
    given = cases.inputs(family, case.spec, np.float64)
    given = dict(zip(TAKEN.get(family, ("to_map",)), given, strict=True))
    numbers = {} if case.jumps else {name: float(getattr(case.spec, name)) for name in tunables(type(case.spec))}
    moved = jax.tree.map(lambda leaf: leaf if leaf.dtype == np.float64 else None, given)
    rest = jax.tree.map(lambda leaf: None if leaf.dtype == np.float64 else leaf, given)
    return {"given": moved, "numbers": numbers}, rest


def matrix(kind, share, shape):
    """A part of an error of a kind, as a matrix that maps gradients of this shape, laid in a row."""
    rows = np.eye(int(np.prod(shape)))
    return rows + share * (np.stack([kind(row.reshape(shape)).ravel() for row in rows], axis=1) - rows)


@in_every_form(set(VALUES))
def test_gradients_agree_with_differences_and_an_error_planted_in_them_is_found_by_name(family, case):  # C1
    at, rest = parted(family, case)
    random = np.random.default_rng(5)
    with jax.enable_x64(True):
        arguments = cases.inputs(family, case.spec, np.float64)
        shapes = [leaf.shape for leaf in floats_of(jax.eval_shape(lambda: cases.use(family, case.spec, arguments)))]
    weights = [random.normal(size=shape) for shape in shapes]
    right = jax.tree.map(lambda leaf: np.eye(np.size(leaf)), at)

    def found(maps):
        return compare_function(VALUES[family], at, case.spec, rest, weights, maps, seed=0)

    plain = found(right)
    assert [one for one in plain.tensors if not (one.error < HAPPY or one.larger < NOTHING * abs(plain.value))] == []
    assert gradient_check(plain).passed and all(tensor.kinks == 0 for tensor in plain.tensors)
    if kind_of(type(case.spec)) not in PLANTED:
        return
    kind, choice, size = PLANTED[kind_of(type(case.spec))]
    leaves = {name: leaf for name, leaf in named_leaves(at).items() if name.startswith(FOLLOWED)}
    name, kind = chosen(leaves, kind, choice)

    def planted(share):
        maps, structure = jax.tree.flatten(right)
        maps[list(named_leaves(at)).index(name)] = matrix(kind, share, np.shape(leaves[name]))
        return found(jax.tree.unflatten(structure, maps))

    truth, whole = ({one.tensor: one for one in compared.tensors}[name] for compared in (plain, planted(1.0)))
    compared = planted(size * truth.larger / (whole.error * whole.larger))
    result = gradient_check(compared)
    assert not result.passed and result.where == name and wrong_tensors(compared) == (name,)
    assert f"The gradient of {name!r} is off by" in result.text
    assert size / (1 + size) * 0.999 < result.measured < size * 1.001  # of the larger of the true one and the wrong one


def chosen(leaves, kind, choice):
    """Return one of the tensors that an error of this kind changes, or if there is none of any tensor another kind."""
    for one in (kind, factor):
        fit = [name for name, leaf in leaves.items() if suits(one, np.shape(leaf))]
        if fit:
            return fit[int(choice * len(fit))], one
    raise AssertionError(leaves)


@pytest.mark.parametrize(
    ("part", "kink"),
    [
        (ReLU(), 0.0),
        (LeakyReLU(), 0.0),
        (SELU(), 0.0),
        (HardTanh(), -1.0),
        (lambda x: AbsoluteError()(x[:, None], jnp.zeros((4, 1))), 0.0),
        (lambda x: Hinge()(x[:, None], jnp.ones(4, int)), 1.0),
    ],
)
def test_a_kink_within_a_step_is_left_out_and_the_rest_agrees(part, kink):
    # Entry by entry the first is left out, and the direction, which moves it too.
    def value(x):
        return jnp.sum(jnp.array([1.0, -2.0, 0.5, 3.0]) * part(x))

    (found,) = compare_function(value, np.array([kink + 3e-6, 0.5, -2.0, 0.7]), seed=0).tensors
    assert (found.kinks, found.compared) == (2, 3) and found.error < 1e-4
