"""Mixings: what each makes of two examples by hand, how often, and how its weights are spread."""

import jax
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.keys import root
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.draws import own_parts
from thalweg.mixings.mixup import Mixup

KEY = root(0)
N = 20_000


@pytest.mark.parametrize("alpha", [0.2, 1.0, 5.0])
def test_own_parts_have_the_mean_and_variance_of_the_beta_distribution(alpha):  # R10
    drawn = np.asarray(own_parts(KEY, N, alpha, 1.0, np.float32))
    # Beta(a, a): mean 1/2, variance 1 / (4 (2 a + 1)); deviations of n draws' mean and of their variance are below
    # 1 / (2 sqrt n) = 0.0035 and 0.0018.
    np.testing.assert_allclose(drawn.mean(), 0.5, atol=0.012)
    np.testing.assert_allclose(drawn.var(), 1 / (4 * (2 * alpha + 1)), atol=0.006)


def test_a_share_of_the_examples_is_mixed():
    drawn = np.asarray(own_parts(KEY, N, 1.0, 0.3, np.float32))
    np.testing.assert_allclose((drawn < 1).mean(), 0.3, atol=0.013)  # four deviations of a share of 20,000
    assert (own_parts(KEY, 50, 1.0, 0.0, np.float32) == 1).all()


def test_mixup_is_the_weighted_mean_of_both_whatever_their_shape():  # R10
    random = np.random.default_rng(0)
    for shape in ((4, 3, 2), (5, 2), (3,)):
        x, other = random.normal(size=(2, 6, *shape)).astype(np.float32)
        mixed, own = map(np.asarray, Mixup(1.0)(x, other, key=KEY))
        assert len(np.unique(own)) == 6
        for k in range(6):
            np.testing.assert_allclose(mixed[k], own[k] * x[k] + (1 - own[k]) * other[k], rtol=1e-5, atol=1e-6)


def test_cutmix_lays_a_rectangle_of_the_other_over_each_and_counts_its_pixels():  # R10
    n, high, wide = 300, 12, 9
    x = np.zeros((n, high, wide, 2), np.float32)
    mixed, own = map(np.asarray, Cutmix(1.0)(x, x + 1, key=KEY))
    drawing, placing = jax.random.split(KEY)
    drawn = np.asarray(own_parts(drawing, n, 1.0, 1.0, np.float32), np.float64)
    down, right = np.asarray(jax.random.uniform(placing, (2, n)), np.float64)
    for k in range(n):  # plainly: a rectangle around (down, right), cut off at the edges
        tall, broad = high * np.sqrt(1 - drawn[k]), wide * np.sqrt(1 - drawn[k])
        expected = np.zeros((high, wide))
        top, left = high * down[k] - tall / 2, wide * right[k] - broad / 2
        expected[max(0, round(top)) : max(0, round(top + tall)), max(0, round(left)) : max(0, round(left + broad))] = 1
        np.testing.assert_array_equal(mixed[k], np.stack([expected, expected], axis=2))
        np.testing.assert_allclose(own[k], 1 - expected.mean(), atol=1e-6)
    assert (own >= drawn - 0.2).all() and own.mean() > drawn.mean() + 0.1  # what stands over the edge is not covered
    assert {0.0, 1.0} == set(np.unique(mixed).tolist())


def test_where_nothing_is_mixed_images_stay_as_they_are():
    x = np.random.default_rng(0).normal(size=(5, 4, 3, 1)).astype(np.float32)
    for mix in (Mixup(share=0.0), Cutmix(share=0.0)):
        mixed, own = mix(x, x[::-1], key=KEY)
        np.testing.assert_array_equal(mixed, x)
        assert own.tolist() == [1.0] * 5


def test_cutmix_is_for_images():
    Cutmix().check((8, 8, 1))
    with pytest.raises(InputError, match=r"^Cutmix cuts rectangles out of images \(height, width, channels\); the dat"):
        Cutmix().check((64,))
