"""Trees of arrays by name, and back."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.platform import jit
from thalweg.spec import spec, traced, tunable
from thalweg.trees import named_leaves, norm, rebuilt


@spec
class Rate:
    value: Any = tunable(0.5)


class Carry(NamedTuple):
    params: Any
    step: Any


def tree():
    return Carry(
        params={"dense_2": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)}, "dense_1": {"w": jnp.zeros((4, 2))}},
        step=[jnp.int32(3), (traced(Rate()), None)],
    )


def shapes():
    return jax.eval_shape(tree)


def test_leaves_are_named_by_keys_fields_and_positions_in_tree_order():
    assert list(named_leaves(tree())) == [
        "params/dense_1/w",
        "params/dense_2/b",
        "params/dense_2/w",
        "step/0",
        "step/1/0/value",
    ]
    assert named_leaves(tree())["step/0"] == 3


def test_a_tree_that_is_one_leaf_has_no_name_and_an_empty_one_no_leaf():
    assert named_leaves(3.0) == {"": 3.0}
    assert named_leaves({"a": {}}) == {}


@pytest.mark.parametrize("colliding", [{"a/b": 1, "a": {"b": 2}}, {"a": {"0": 1}, "a/0": 2}])
def test_two_leaves_of_one_name_are_refused(colliding):
    with pytest.raises(InputError, match=r"^two arrays would both be named 'a/.'\. Give a layer another name, without"):
        named_leaves(colliding)


def test_a_tree_is_rebuilt_from_its_named_leaves():
    leaves = named_leaves(jax.tree.map(lambda x: np.asarray(x) + np.ones((), x.dtype), tree()))
    for like in (tree(), shapes()):
        made = rebuilt(like, dict(reversed(leaves.items())))
        assert jax.tree.structure(made) == jax.tree.structure(tree())
        assert all(made is leaf for made, leaf in zip(jax.tree.leaves(made), leaves.values(), strict=True))


def test_a_tree_with_random_keys_is_rebuilt():
    keys = {"key": jax.random.key(3)}
    assert rebuilt(keys, keys)["key"] is keys["key"]


@pytest.mark.parametrize("change", ["missing", "more", "renamed"])
def test_leaves_of_another_tree_are_refused_by_name(change):
    leaves = named_leaves(tree())
    if change != "more":
        leaves.pop("params/dense_1/w")
    if change != "missing":
        leaves["params/dense_3/w"] = jnp.ones(2)
    names = {"missing": "params/dense_1/w", "more": "params/dense_3/w", "renamed": "params/dense_1/w, params/dense_3/w"}
    with pytest.raises(InputError) as caught:
        rebuilt(tree(), leaves)
    assert str(caught.value) == (
        f"the saved arrays are not those of this network: they differ at {names[change]}. "
        "Use the experiment they were saved with."
    )


@pytest.mark.parametrize(
    ("leaf", "got"),
    [
        (np.ones((3, 2), np.float32), r"float32\[3, 2\]"),
        (np.ones((2, 3), np.int32), r"int32\[2, 3\]"),
        (np.float32(1), r"float32\[\]"),
    ],
)
def test_a_leaf_of_another_shape_or_type_is_refused(leaf, got):
    like = {"w": jax.ShapeDtypeStruct((2, 3), "float32")}
    with pytest.raises(InputError, match=rf"^the saved array w is {got}; wanted float32\[2, 3\]\. Use the experiment"):
        rebuilt(like, {"w": leaf})


def test_the_norm_of_three_and_four_is_five():
    assert norm(jnp.array([[3.0], [4.0]])) == 5
    assert norm(np.array([3, 4])) == 5
    assert norm(jnp.float32(-2)) == 2
    assert norm(jnp.zeros((0, 3))) == 0


@given(st.lists(st.floats(-1e3, 1e3, width=32), max_size=20))
def test_the_norm_agrees_with_a_plain_sum(values):
    expected = sum(value * value for value in values) ** 0.5
    np.testing.assert_allclose(norm(np.array(values, np.float32)), expected, rtol=1e-5, atol=1e-20)


def test_the_norm_of_many_halves_is_added_in_32_bits():
    # In 16 bits squares above 65,504 are infinite, and in bfloat16 256 + 1 is 256.
    assert norm(jnp.full(10_000, 300, jnp.float16)) == 30_000
    ones = norm(jnp.ones(10_000, jnp.bfloat16))
    assert ones == 100
    assert ones.dtype == jnp.float32


def test_the_norm_is_traced():
    np.testing.assert_allclose(jit(norm)(jnp.full((3, 3), 2.0)), 6.0)
