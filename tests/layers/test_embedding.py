"""Embedding: hand values, what it equals, what is drawn, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.embedding import Embedding
from thalweg.types import Context


def applied(layer, params, x):
    return layer.apply(params, {}, x, context=Context(False, None, jnp.ones(len(x))))[0]


def test_a_name_picks_its_row():
    # Features: a number, names of 2 levels, a number, names of 3 levels. Kept in front: the two numbers.
    layer = Embedding(2, columns=((1, 2), (4, 3)))
    params = {"w_levels": jnp.arange(10.0).reshape(5, 2)}  # rows 0, 1 of the first column, 2 to 4 of the second
    x = jnp.array([[7.0, 0, 1, 8, 1, 0, 0], [9.0, 1, 0, 6, 0, 0, 1], [5.0, 0, 0, 4, 0, 0, 0]])
    expected = [[7, 8, 2, 3, 4, 5], [9, 6, 0, 1, 8, 9], [5, 4, 0, 0, 0, 0]]  # names never seen get zeros
    np.testing.assert_array_equal(applied(layer, params, x), expected)


def test_it_is_the_matrix_that_a_dense_layer_would_have_of_lower_rank():
    layer = Embedding(2, columns=((0, 4),))
    params, _ = layer.init(jax.random.key(0), (4,))
    w = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    x = jnp.eye(4)
    np.testing.assert_allclose(applied(layer, params, x) @ w, x @ (params["w_levels"] @ w), rtol=1e-6, atol=1e-7)


def test_parameters_are_counted_and_a_row_is_as_long_as_the_zeros_and_the_one_it_stands_for():
    # 1,000 levels of 8 numbers each: 8,000, where a dense layer of 128 units behind zeros and ones has 128,000.
    layer = Embedding(columns=((3, 1000),))
    w = layer.init(jax.random.key(0), (1003,))[0]["w_levels"]
    assert w.shape == (1000, 8)
    assert np.mean(np.sum(np.square(w), axis=1)) == pytest.approx(1.0, abs=0.05)


def test_only_rows_of_names_that_are_there_move():
    layer, x = Embedding(2, columns=((0, 3),)), jnp.array([[0.0, 1, 0], [0, 1, 0]])
    params, _ = layer.init(jax.random.key(0), (3,))
    gradient = jax.grad(lambda params: applied(layer, params, x).sum())(params)["w_levels"]
    np.testing.assert_array_equal(gradient, [[0, 0], [2, 2], [0, 0]])


def test_columns_of_few_levels_stay_and_those_given_are_kept():
    columns = ((0, 9), (9, 10), (20, 40))
    assert Embedding().completed(columns).columns == ((9, 10), (20, 40))
    assert Embedding(least=2).completed(columns).columns == columns
    assert Embedding(columns=((1, 2),)).completed(columns).columns == ((1, 2),)
    assert Embedding(least=50).completed(columns).columns == ()


def test_without_such_columns_it_changes_nothing():
    layer, x = Embedding(columns=()), jnp.ones((2, 3))
    assert layer.init(jax.random.key(0), (3,)) == ({}, {})
    np.testing.assert_array_equal(applied(layer, {}, x), x)


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda: Embedding(0), r"Embedding.units must be at least 1; got 0\."),
        (lambda: Embedding(least=1), r"Embedding.least must be at least 2; got 1\."),
        (lambda: Embedding(columns=((0, 3), (2, 2))), r"in order that do not overlap; got \(\(0, 3\), \(2, 2\)\)\."),
        (lambda: Embedding(columns=((-1, 3),)), r"in order that do not overlap; got \(\(-1, 3\),\)\."),
        (lambda: Embedding(columns=((0, 0),)), r"must hold \(first feature, number of levels\) of columns in order"),
        (lambda: Embedding().init(jax.random.key(0), (4,)), r"columns are not known: training on a table fills them"),
        (lambda: applied(Embedding(), {}, jnp.ones((2, 4))), r"columns are not known: training on a table fills them"),
        (lambda: Embedding(columns=((3, 2),)).init(jax.random.key(0), (4,)),
         r"Embedding needs rows of at least 5 features for its columns; got input_shape=\(4,\)\. Make it the first"),
        (lambda: Embedding(columns=((0, 2),)).init(jax.random.key(0), (4, 4)), r"at least 2 features .*\(4, 4\)"),
        (lambda: applied(Embedding(columns=((3, 2),)), {"w_levels": jnp.ones((2, 8))}, jnp.ones((2, 4))),
         r"Embedding needs rows of at least 5 features for its columns; got \(2, 4\)\."),
    ],
)  # fmt: skip
def test_misuse_is_said(work, said):
    with pytest.raises(InputError, match=said):
        work()
