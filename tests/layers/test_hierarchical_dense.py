"""A tree of classes: hand values, probabilities that add up, paths against all classes, codes, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.class_tree import balanced_codes, class_tree
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.types import Context

UNEVEN = ("0", "10", "110", "1110", "1111")


def scored(layer, d=4, scale=2.0, dtype=np.float32):
    """Trained a little: no score is 0."""
    params, _ = layer.init(jax.random.key(0), (d,))
    random = np.random.default_rng(1)
    return {name: jnp.asarray(scale * random.normal(size=leaf.shape), dtype) for name, leaf in params.items()}


def examples(n, d=4, dtype=np.float32):
    return np.random.default_rng(2).normal(size=(n, d)).astype(dtype)


def outputs(layer, params, x, targets=None):
    context = Context(targets is not None, None, jnp.ones(len(x)), targets)
    return layer.apply(params, {}, x, context=context)[0]


# The tree


def test_three_classes_by_hand():  # O5
    # Codes 1, 00, 01: the root asks 1 or 0, its left child 00 or 01. With x = 1, scores ln 3 and ln 4:
    # p(1) = 3/4; p(00) = 1/4 * 1/5 = 1/20; p(01) = 1/4 * 4/5 = 1/5.
    params = {"w_rows": jnp.log(jnp.array([[3.0], [4.0]])), "b": jnp.zeros(2)}
    found = outputs(HierarchicalDense(3), params, jnp.ones((1, 1)))
    np.testing.assert_allclose(jnp.exp(found), [[3 / 4, 1 / 20, 1 / 5]], rtol=1e-6)


def test_a_balanced_tree_of_ten_is_3_4_turns_deep():  # C2: six classes after 3 turns, four after 4; 3.4 ln 2 = 2.357
    tree = HierarchicalDense(10).tree()
    assert sorted(tree.depths.tolist()) == [3] * 6 + [4] * 4
    assert -HierarchicalDense(10).blind().mean() == pytest.approx(2.357, abs=5e-4)


@pytest.mark.parametrize("classes", [2, 3, 5, 8, 100])
def test_balanced_depths_differ_by_one_at_most_and_every_node_has_two_children(classes):
    tree = class_tree(balanced_codes(classes))
    assert {*tree.depths.tolist()} <= {math.floor(math.log2(classes)), math.ceil(math.log2(classes))}
    assert len(tree.parents) == classes - 1 == tree.levels[-1]
    below = [(int(p), int(s)) for p, s in zip(tree.parents[1:], tree.sides[1:], strict=True)]
    last = tree.depths - 1
    below += [(int(tree.paths[c, k]), int(tree.turns[c, k])) for c, k in enumerate(last)]
    assert sorted(below) == sorted((node, side) for node in range(classes - 1) for side in (-1, 1))


def test_given_codes_are_followed():
    tree = class_tree(UNEVEN)
    assert tree.depths.tolist() == [1, 2, 3, 4, 4]
    assert tree.paths.tolist() == [[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 2, 0], [0, 1, 2, 3], [0, 1, 2, 3]]
    assert tree.turns.tolist() == [[-1, 0, 0, 0], [1, -1, 0, 0], [1, 1, -1, 0], [1, 1, 1, -1], [1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("0", "1x"), "a class's code must be 1 to 64 signs, each 0 or 1; got '1x'."),
        (("0", ""), "a class's code must be 1 to 64 signs, each 0 or 1; got ''."),
        (("0", "1" * 65), "a class's code must be 1 to 64 signs, each 0 or 1; got '1111"),
        (("0", "10", "1"), "no class's code may begin with another's; got '1' and '10'. Lengthen the first."),
        (("0", "1", "1"), "no class's code may begin with another's; got '1' and '1'. Lengthen the first."),
        (
            ("00", "10", "11"),
            "every branch must end in a class; got none at '01'. Give a class that code, or leave the last turn out of "
            "those that begin with '0'.",
        ),
    ],
)
def test_codes_that_make_no_tree_are_refused(codes, said):
    with pytest.raises(InputError) as caught:
        class_tree(codes)
    assert str(caught.value).startswith(said)
    with pytest.raises(InputError) as caught:
        HierarchicalDense(len(codes), codes)
    assert str(caught.value).startswith(f"HierarchicalDense.codes: {said}")


# Probabilities


@pytest.mark.parametrize("layer", [HierarchicalDense(7), HierarchicalDense(5, UNEVEN), HierarchicalDense(2)])
def test_they_are_those_of_a_plain_walk(layer):
    params, x = scored(layer), examples(6)
    codes = layer.codes or balanced_codes(layer.classes)
    nodes = {code: k for k, code in enumerate(sorted({c[:i] for c in codes for i in range(len(c))}, key=_by_level))}
    w, b = (np.float64(params[name]) for name in ("w_rows", "b"))
    for n, row in enumerate(np.asarray(outputs(layer, params, x))):
        for c, code in enumerate(codes):
            p = 1.0
            for i, sign in enumerate(code):
                s = w[nodes[code[:i]]] @ x[n] + b[nodes[code[:i]]]
                p /= 1 + math.exp(-s if sign == "1" else s)
            np.testing.assert_allclose(math.exp(row[c]), p, rtol=2e-5)


def _by_level(code):
    return len(code), code


@pytest.mark.parametrize(("wide", "tolerance"), [(False, 1e-6), (True, 1e-12)])
def test_they_add_up_to_1_over_ten_thousand_classes(wide, tolerance):
    with jax.enable_x64(wide):
        dtype, layer = (np.float64 if wide else np.float32), HierarchicalDense(10_000)
        found = outputs(layer, scored(layer, dtype=dtype), examples(3, dtype=dtype))
        assert found.shape == (3, 10_000) and found.dtype == dtype
        np.testing.assert_allclose(np.exp(np.float64(found)).sum(axis=1), 1, atol=tolerance)


@pytest.mark.parametrize("layer", [HierarchicalDense(7), HierarchicalDense(5, UNEVEN)])
def test_the_targets_own_is_that_among_all_in_value_and_gradient(layer):
    params, x = scored(layer), examples(20)
    targets = jnp.arange(20) % layer.classes

    def own(params, x):
        return outputs(layer, params, x, targets)[:, 0]

    def among_all(params, x):
        return outputs(layer, params, x)[jnp.arange(20), targets]

    assert own(params, x).shape == (20,)
    np.testing.assert_allclose(own(params, x), among_all(params, x), rtol=1e-5)
    ours, theirs = (jax.grad(lambda p, x, f=f: f(p, x).sum(), argnums=(0, 1))(params, x) for f in (own, among_all))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), ours, theirs)


def test_rows_taken_beforehand_give_the_same_bits():
    layer = HierarchicalDense(7)
    params, x, targets = scored(layer), examples(20), jnp.arange(20) % 7
    rows = jax.tree.map(lambda leaf: leaf[layer.rows(targets)], params)
    assert rows["w_rows"].shape == (20, 3, 4) and rows["b"].shape == (20, 3)
    np.testing.assert_array_equal(outputs(layer, rows, x, targets), outputs(layer, params, x, targets))


def test_only_the_nodes_on_the_path_have_a_gradient():
    layer = HierarchicalDense(1000)
    gradient = jax.grad(lambda p: outputs(layer, p, examples(1), jnp.array([3])).sum())(scored(layer))
    moved = np.flatnonzero(np.asarray(gradient["b"]))
    assert set(moved.tolist()) == set(np.asarray(layer.rows(jnp.array([3])))[0].tolist()) and len(moved) <= 10


def test_exact_at_the_extremes():
    # Codes 1, 00, 01 and both scores 1e4: class 0 is sure; class 1 turns wrong twice, class 2 once.
    layer, params = HierarchicalDense(3), {"w_rows": jnp.full((2, 1), 1e4), "b": jnp.zeros(2)}
    x, targets = jnp.array([[1.0], [1.0], [1.0]]), jnp.arange(3)
    np.testing.assert_array_equal(outputs(layer, params, x)[0], [0, -2e4, -1e4])
    np.testing.assert_array_equal(outputs(layer, params, x, targets), [[0], [-2e4], [-1e4]])
    for given in (None, targets):
        gradient = jax.grad(lambda x, given=given: outputs(layer, params, x, given).sum())(x)
        assert jnp.isfinite(gradient).all()
    at_0 = jax.grad(lambda p: outputs(layer, p, x[:1])[0, 0])({"w_rows": jnp.zeros((2, 1)), "b": jnp.zeros(2)})
    np.testing.assert_array_equal(at_0["b"], [0.5, 0])


def test_a_class_that_does_not_exist_gives_nan_and_spoils_no_other_example():
    layer = HierarchicalDense(5)
    found = outputs(layer, scored(layer), examples(4), jnp.array([0, 5, -1, 4]))[:, 0]
    assert np.isnan(found).tolist() == [False, True, True, False]


# Misuse


def test_numbers_that_make_no_layer_are_refused():
    for classes in (1, 0, 100_001):
        with pytest.raises(InputError) as caught:
            HierarchicalDense(classes)
        assert str(caught.value) == f"HierarchicalDense.classes must be from 2 to 100,000; got {classes}."
    with pytest.raises(InputError) as caught:
        HierarchicalDense(3, ("0", "1"))
    assert str(caught.value) == "HierarchicalDense.codes must hold one code for each of 3 classes, or none; got 2."


def test_inputs_and_targets_of_another_shape_are_refused():
    layer = HierarchicalDense(3)
    with pytest.raises(InputError, match=r"HierarchicalDense needs at least 1 feature an example; got input_shape"):
        layer.init(jax.random.key(0), (0,))
    with pytest.raises(InputError) as caught:
        outputs(layer, scored(layer), np.ones((2, 5), np.float32))
    assert str(caught.value) == (
        "HierarchicalDense was initialised for 4 features an example; got 5 (input of shape (2, 5)). "
        "Call init with input_shape=(5,)."
    )
    with pytest.raises(InputError) as caught:
        outputs(layer, scored(layer), examples(2), jnp.zeros((2, 3)))
    assert str(caught.value) == (
        "HierarchicalDense needs one class number an example, shape (2,); got targets of shape (2, 3)."
    )
