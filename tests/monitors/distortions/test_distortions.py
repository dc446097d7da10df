"""Distortions of images: what each does by hand, that none changes anything at 0, and that chance stands still."""

import importlib
import pkgutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

from thalweg.keys import root
from thalweg.monitors import distortions
from thalweg.monitors.distortions import distorted as module
from thalweg.monitors.distortions.background_noise import BACKGROUND_NOISE
from thalweg.monitors.distortions.brightness import BRIGHTNESS
from thalweg.monitors.distortions.distorted import DISTORTIONS, distorted
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.distortions.ground import ground
from thalweg.monitors.distortions.occlusion import OCCLUSION, occlusion
from thalweg.monitors.distortions.rotation import rotation
from thalweg.monitors.distortions.shift import SHIFT, shift
from thalweg.monitors.distortions.warp import warp

ROWS = np.arange(40)
each = pytest.mark.parametrize("distortion", DISTORTIONS, ids=[one.name for one in DISTORTIONS])


def images(n=40, high=9, wide=7, channels=3):
    return np.random.default_rng(0).integers(0, 256, (n, high, wide, channels)).astype(np.uint8)


def many(change, image, strength, n=40):
    """What chance makes of one image, n times."""
    keys = jax.random.split(root(0), n)
    pixels, strength = jnp.asarray(image, jnp.float32), jnp.float32(strength)
    return np.asarray(jax.vmap(lambda key: change(pixels, strength, key))(keys))


def test_the_table_holds_every_distortion_there_is():  # M11
    files = [file.name for file in pkgutil.iter_modules(distortions.__path__)]
    found = [vars(importlib.import_module(f"{distortions.__name__}.{name}")) for name in files]
    known = {id(value): value.name for names in found for value in names.values() if isinstance(value, Distortion)}
    assert sorted(known.values()) == sorted(one.name for one in DISTORTIONS)
    assert len(DISTORTIONS) == 6


@each
def test_strengths_rise_from_none(distortion):
    strengths = np.array(distortion.strengths)
    assert strengths[0] == 0 and (np.diff(strengths) > 0).all() and len(strengths) == 6


@each
@pytest.mark.parametrize("channels", [1, 3])
def test_nothing_is_changed_at_0_and_the_more_the_stronger(distortion, channels):
    x = images(channels=channels)
    x[:, [0, -1]] = x[:, :, [0, -1]] = 90  # a ground that noise finds
    changed = [distorted(x, ROWS, distortion, strength) for strength in distortion.strengths]
    np.testing.assert_array_equal(changed[0], x)
    away = [np.abs(one.astype(float) - x).mean() for one in changed]
    assert all(one.dtype == np.uint8 and one.shape == x.shape for one in changed)
    assert 0 < away[1] < away[-1]


@each
def test_chance_hangs_on_the_row_and_on_nothing_else(distortion, monkeypatch):
    x, strength = images(), distortion.strengths[3]
    whole = distorted(x, ROWS + 1000, distortion, strength)
    np.testing.assert_array_equal(distorted(x[[7, 3]], ROWS[[7, 3]] + 1000, distortion, strength), whole[[7, 3]])
    monkeypatch.setattr(module, "NUMBERS", 9 * 7 * 3 * 7)  # in pieces of seven images
    np.testing.assert_array_equal(distorted(x, ROWS + 1000, distortion, strength), whole)
    assert (distorted(x, ROWS, distortion, strength) != whole).any()


def test_the_ground_is_the_median_of_the_edge():
    image = jnp.zeros((4, 4, 2)).at[0].set(5.0).at[:, 0, 1].set(7.0)
    # Channel 0: 4 of 12 pixels are 5; channel 1: the upper row 7 5 5 5 and three more of 7, then five zeros.
    assert ground(image).tolist() == [0.0, 5.0]


def test_a_spot_is_moved_by_the_share_of_each_side_and_to_all_sides():
    across, down = np.meshgrid(np.arange(61) - 30, np.arange(41) - 20)
    spot = 200 * np.exp(-(across**2 + down**2) / 8)[..., None]
    moved = many(shift, spot, 0.2)[..., 0]
    places = np.stack([(moved * across).sum((1, 2)), (moved * down).sum((1, 2))], 1) / moved.sum((1, 2))[:, None]
    np.testing.assert_allclose(np.hypot(places[:, 0] / 61, places[:, 1] / 41), 0.2, atol=0.005)
    assert (np.sign(places).sum(axis=0) ** 2 < 30**2).all()  # neither all to one side nor all to the other


def test_what_comes_in_has_the_colour_of_the_edge():
    image = np.full((9, 7, 3), (10, 200, 90), np.float32)
    image[3:6, 2:5] = 255
    for change, strength in ((shift, 0.3), (rotation, 60.0), (warp, 0.15)):
        made = many(change, image, strength)
        near = np.abs(made[:, 0, 0] - np.array([10, 200, 90])).max(axis=1)
        assert np.median(near) < 1e-3, change


def test_a_turned_image_is_that_of_scipy_to_one_side_or_the_other():
    image = images(1)[0, ..., :1].astype(np.float32)
    image -= np.asarray(ground(jnp.asarray(image)))
    made = many(rotation, image, 40.0)[..., 0]
    angle, middle = np.radians(40), np.array([4, 3])
    expected = []
    for sign in (1, -1):
        back = np.array([[np.cos(angle), -sign * np.sin(angle)], [sign * np.sin(angle), np.cos(angle)]])
        offset = middle - back @ middle
        expected.append(ndimage.affine_transform(image[..., 0], back, offset, order=1, mode="grid-constant"))
    off = np.abs(made[:, None] - np.stack(expected)[None]).max(axis=(2, 3))
    np.testing.assert_allclose(off.min(axis=1), 0, atol=1e-3)
    assert 5 < off.argmin(axis=1).sum() < 35


def test_brightness_by_hand():
    x = np.array([0, 100, 250], np.uint8).reshape(1, 1, 3, 1).repeat(40, axis=0)
    made = distorted(x, ROWS, BRIGHTNESS, 0.2)[:, 0, :, 0]  # by 51
    assert {tuple(one) for one in made.tolist()} == {(51, 151, 255), (0, 49, 199)}


def test_a_warp_moves_pixels_as_far_as_it_says_and_neighbours_together():
    side, inner = 64, slice(8, -8)
    places = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=2)
    made = many(warp, places, 0.03)
    field = (made - places[None])[:, inner, inner]
    # The edge, whose pixels go a little further, is left out: there the ground comes in.
    np.testing.assert_allclose(np.sqrt((field**2).sum(axis=3).mean()), 0.03 * side, rtol=0.15)
    assert abs(field.mean()) < 0.5  # to all sides
    steps = np.abs(np.diff(field, axis=1)).mean()
    assert steps < 0.15 * np.abs(field).mean()  # smooth: a neighbour goes nearly the same way


@pytest.mark.parametrize(
    ("shape", "strength", "sides"),
    [((20, 20, 1), 0.25, (10, 10)), ((4, 36, 3), 0.5, (4, 18)), ((36, 4, 1), 0.5, (18, 4)), ((8, 8, 1), 1.0, (8, 8))],
)
def test_a_square_of_the_area_is_hidden_or_what_of_one_fits(shape, strength, sides):
    hidden = (many(occlusion, np.zeros(shape), strength) == 128).all(axis=3)
    for mask in hidden:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        assert (len(rows), len(columns)) == sides and mask.sum() == sides[0] * sides[1]
        assert np.ptp(rows) + 1 == sides[0] and np.ptp(columns) + 1 == sides[1]
    if strength < 1:
        assert len({mask.tobytes() for mask in hidden}) > 5  # at places of chance


def test_noise_lies_behind_the_figure_with_the_deviation_asked_for():
    x = np.full((40, 20, 20, 3), (120, 130, 125), np.uint8)
    x[:, 8:12, 8:12] = (120, 130, 225)  # another colour in one channel is enough
    made = distorted(x, ROWS, BACKGROUND_NOISE, 0.1)
    np.testing.assert_array_equal(made[:, 8:12, 8:12], x[:, 8:12, 8:12])
    noise = (made.astype(float) - x)[:, :8]
    assert noise.std() == pytest.approx(25.5, rel=0.02) and abs(noise.mean()) < 0.3
    assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.05  # each channel its own


def test_a_stronger_change_is_more_of_the_same_one():
    x = np.zeros((40, 21, 21, 1), np.uint8)
    x[:, 9:12, 9:12] = 255
    at = np.arange(21) - 10
    first, second = (distorted(x, ROWS, SHIFT, strength)[..., 0].astype(float) for strength in (0.1, 0.2))
    ways = [
        np.stack([(one * at[None, None]).sum((1, 2)), (one * at[None, :, None]).sum((1, 2))]) / one.sum((1, 2))
        for one in (first, second)
    ]
    np.testing.assert_allclose(ways[1], 2 * ways[0], atol=0.05)
    hidden = [distorted(x, ROWS, OCCLUSION, strength) == 128 for strength in (0.1, 0.5)]
    assert (hidden[0] & ~hidden[1]).mean() < 0.01
