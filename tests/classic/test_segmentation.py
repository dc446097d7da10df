"""k-means over pixels: four pixels by hand, scikit-learn's own sum, places, the bits, misuse."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from thalweg.classic.segmentation import painted, pixel_rows, segment
from thalweg.errors import InputError


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8)


def test_four_grey_pixels_by_hand():  # D15
    # Means of {0, 51} and {204, 255} are 25.5 and 229.5: every pixel is 25.5 / 255 = 0.1 away, 4 x 0.01 in all.
    found = segment(np.array([[[0], [255]], [[51], [204]]], np.uint8), 2)
    np.testing.assert_array_equal(found.labels, [[0, 1], [0, 1]])  # equally large: the one met first comes first
    np.testing.assert_allclose(found.colours, [[25.5], [229.5]])
    assert found.within == pytest.approx(0.04) and found.colour_within == pytest.approx(0.04)
    np.testing.assert_array_equal(painted(found)[:, :, 0], [[26, 230], [26, 230]])  # to the even neighbour


def test_the_largest_cluster_comes_first():
    pixels = np.repeat(np.array([200, 10, 90], np.uint8), [2, 5, 3])[None, :, None]
    found = segment(pixels, 3)
    np.testing.assert_array_equal(found.colours[:, 0], [10, 90, 200])
    np.testing.assert_array_equal(found.labels[0], [2] * 2 + [0] * 5 + [1] * 3)


def test_places_are_shares_of_the_longer_side():
    rows = pixel_rows(np.zeros((2, 4, 3), np.uint8), position=2.0)
    np.testing.assert_allclose(rows[:, 3], [0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5])  # 2 x 1 / 4
    np.testing.assert_allclose(rows[:, 4], [0, 0.5, 1, 1.5] * 2)
    assert pixel_rows(np.zeros((2, 4, 3), np.uint8)).shape == (8, 3)


def test_a_heavy_weight_of_places_parts_by_place_and_none_by_colour():
    stripes = np.zeros((4, 16, 1), np.uint8)
    stripes[:, ::2] = 40
    np.testing.assert_array_equal(segment(stripes, 2).labels[0], [0, 1] * 8)
    halves = segment(stripes, 2, position=10.0)
    assert len(set(halves.labels[:, :8].flat)) == len(set(halves.labels[:, 8:].flat)) == 1
    assert halves.labels[0, 0] != halves.labels[0, -1]
    # In each half as many pixels of 0 as of 40: all are 20 / 255 away from the mean.
    assert halves.colour_within == pytest.approx(64 * (20 / 255) ** 2) and halves.within > halves.colour_within


def test_the_sum_of_squares_is_that_which_was_made_small(noise):
    for position in (0.0, 0.7):
        own = KMeans(5, n_init=4, random_state=3).fit(pixel_rows(noise, position)).inertia_
        assert segment(noise, 5, position=position, seed=3).within == pytest.approx(own, rel=1e-6)


def test_a_seed_gives_the_same_bits_again_and_another_other_first_centres(noise):
    first, again, other = (segment(noise, 6, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.labels, again.labels)
    assert (first.within, first.colours.tobytes()) == (again.within, again.colours.tobytes())
    assert not np.array_equal(first.labels, other.labels)


def test_where_fewer_colours_differ_there_are_fewer_clusters():
    found = segment(np.full((3, 3, 3), 7, np.uint8), 4)
    assert found.colours.tolist() == [[7, 7, 7]] and found.within == 0 and not found.labels.any()
    assert len(segment(np.full((3, 3, 3), 7, np.uint8), 4, position=0.1).colours) == 4  # for places differ


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"clusters": 0}, "a picture is parted into 1 cluster or more; got 0"),
        ({"clusters": 2, "position": -0.5}, "weight of a pixel's place must be from 0 to 1,000,000; got -0.5"),
        ({"clusters": 2, "position": np.nan}, "weight of a pixel's place must be from 0 to 1,000,000; got nan"),
        ({"clusters": 2, "position": 1e200}, "weight of a pixel's place must be from 0 to 1,000,000; got 1e"),
        ({"clusters": 2, "seed": -1}, "a seed must be"),
    ],
)
def test_what_parts_nothing_is_refused(noise, arguments, message):
    with pytest.raises(InputError, match=message):
        segment(noise, **arguments)
