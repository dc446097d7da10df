"""Polynomials: hand values, counts, a plain twin, limits before allocation."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import polynomial
from thalweg.preprocess.polynomial import Polynomial

NOTHING = np.array([], int)


def fitted(kind, x):
    return kind.fit(x, Split(np.arange(len(x)), NOTHING, NOTHING))


def made(kind, x):
    return kind.apply(fitted(kind, x), x)


def test_two_inputs_by_hand():
    np.testing.assert_array_equal(made(Polynomial(2), np.array([[2.0, -3.0]])), [[2, -3, 4, -6, 9]])
    np.testing.assert_array_equal(made(Polynomial(3), np.array([[2.0, -3.0]])), [[2, -3, 4, -6, 9, 8, -12, 18, -27]])


@given(size=st.integers(1, 6), degree=st.integers(1, 5), seed=st.integers(0, 9))
def test_it_is_every_product_once(size, degree, seed):
    x = np.random.default_rng(seed).normal(size=(3, size))
    factors = [f for k in range(1, degree + 1) for f in combinations_with_replacement(range(size), k)]
    assert len(factors) == math.comb(size + degree, degree) - 1
    twin = [[math.prod(row[k] for k in f) for f in factors] for row in x]
    np.testing.assert_allclose(made(Polynomial(degree), x), twin, rtol=1e-6)


def test_what_is_made_in_slices_is_what_is_made_at_once(monkeypatch):
    x = np.random.default_rng(0).normal(size=(7, 3))
    whole = made(Polynomial(3), x)
    monkeypatch.setattr(polynomial, "SLICE", 1)
    np.testing.assert_array_equal(made(Polynomial(3), x), whole)


def test_names_say_which_product():
    assert fitted(Polynomial(3), np.ones((1, 2))).names == (
        "x0", "x1", "x0^2", "x0 x1", "x1^2", "x0^3", "x0^2 x1", "x0 x1^2", "x1^3",
    )  # fmt: skip


def test_images_are_laid_in_a_row():
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2, 1)
    np.testing.assert_array_equal(made(Polynomial(2), images), made(Polynomial(2), images.reshape(2, 4)))


def test_a_product_too_large_is_infinite():
    assert made(Polynomial(2), np.array([[1e30]])).tolist() == [[np.float32(1e30), np.inf]]


@pytest.mark.parametrize("degree", [0, 21])
def test_refuses_a_degree_out_of_its_range(degree):
    with pytest.raises(InputError, match=rf"Polynomial\.degree must be from 1 to 20; got {degree}"):
        Polynomial(degree)


def test_refuses_too_many_products_before_it_makes_any():
    # C(784 + 2, 2) - 1 = 786 x 785 / 2 - 1 = 308,504
    x = np.broadcast_to(np.uint8(1), (60_000, 28, 28, 1))
    with pytest.raises(InputError, match=r"degree 2 makes 308,504 products of 784 inputs, for 60,000 rows; at most"):
        fitted(Polynomial(2), x)
    # C(100 + 2, 2) - 1 = 5,150, of which 2^31 numbers hold 416,987 rows.
    wide = np.broadcast_to(np.float32(1), (416_988, 100))
    with pytest.raises(InputError, match=r"makes 5,150 products of 100 inputs, for 416,988 rows; .* 2,147,483,648 in"):
        fitted(Polynomial(2), wide)
    few = fitted(Polynomial(2), wide[:9])
    with pytest.raises(InputError, match="for 416,988 rows"):
        Polynomial(2).apply(few, wide)


def test_refuses_other_shapes():
    with pytest.raises(InputError, match=r"fitted to examples of shape \(2,\); got \(3,\)"):
        Polynomial(2).apply(fitted(Polynomial(2), np.ones((1, 2))), np.ones((1, 3)))
