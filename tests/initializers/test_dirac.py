"""First weights that hand inputs on: by hand, with other units drawn, and what a convolution does with them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.initializers.auto import Auto
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.dirac import Dirac
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.layers.convolution import Convolution
from thalweg.types import Context

KEY = jax.random.key(3)


def drawn(shape, others=None):
    dirac = Dirac() if others is None else Dirac(others)
    return np.asarray(dirac(KEY, shape, fan_in=int(np.prod(shape[:-1])), fan_out=shape[-1]))


def test_a_kernel_by_hand():
    w = drawn((3, 3, 2, 3), ConstantWeights(0.5))
    # Filters 0 and 1 are 1 at the middle of their own channel and 0 at the 17 other places; filter 2 is as drawn.
    expected = np.zeros((3, 3, 2, 3))
    expected[1, 1, 0, 0] = expected[1, 1, 1, 1] = 1
    expected[..., 2] = 0.5
    np.testing.assert_array_equal(w, expected)


@pytest.mark.parametrize(("size", "middle"), [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_the_middle_of_a_window_is_half_its_places_rounded_down(size, middle):
    np.testing.assert_array_equal(drawn((size, 1, 1))[:, 0, 0], np.arange(size) == middle)


def test_each_axis_of_a_window_has_its_own_middle():
    assert np.argwhere(drawn((5, 3, 1, 1))).tolist() == [[2, 1, 0, 0]]


def test_a_matrix_gives_its_inputs_back_and_leaves_out_those_without_a_unit():
    np.testing.assert_array_equal(drawn((3, 3)), np.eye(3))
    np.testing.assert_array_equal(drawn((3, 2)), [[1, 0], [0, 1], [0, 0]])
    np.testing.assert_array_equal(drawn((2, 3), ConstantWeights(7.0)), [[1, 0, 7], [0, 1, 7]])


def test_the_other_units_are_the_drawn_ones_bit_for_bit():
    shape, fans = (3, 3, 4, 9), {"fan_in": 36, "fan_out": 81}
    for given, draws in ((Dirac(), LecunNormal()), (Dirac(HeNormal()), HeNormal()), (Dirac(Auto()), HeNormal())):
        w, plain = given(KEY, shape, **fans), draws(KEY, shape, **fans)
        np.testing.assert_array_equal(w[..., 4:], plain[..., 4:])


def test_a_convolution_begins_by_giving_its_image_back():
    layer = Convolution(5, padding="same", weights=Dirac())
    params, state = layer.init(KEY, (4, 6, 3))
    x = jax.random.normal(KEY, (2, 4, 6, 3))
    y, _ = layer.apply(params, state, x, context=Context(False, None, jnp.ones(2)))
    np.testing.assert_allclose(y[..., :3], x, rtol=1e-6)
    assert np.abs(y[..., 3:]).min() > 0


def test_of_a_convolution_with_groups_the_first_group_hands_on():
    # Four channels in two groups: a filter sees two of them. Filters 0 and 1 are the first group's and hand both on;
    # 2 and 3 are the second group's and are drawn, for an initialiser is not told of groups.
    params, _ = Convolution(4, groups=2, weights=Dirac(ConstantWeights())).init(KEY, (3, 3, 4))
    assert np.argwhere(np.asarray(params["w"])).tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
