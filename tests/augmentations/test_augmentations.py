"""Changes of images: what each does by hand, how often, and that nothing else happens."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

from thalweg.augmentations.colour_jitter import ColourJitter
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_affine import RandomAffine
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.augmentations.random_erasing import RandomErasing
from thalweg.errors import InputError
from thalweg.keys import root

KEY = root(0)


def images(n=400, high=6, wide=5, channels=2):
    return np.random.default_rng(0).normal(size=(n, high, wide, channels)).astype(np.float32)


def blob(high=41, wide=41):
    """A smooth spot right of the middle, as a column of two numbers: (right, down) from the middle."""
    across, down = np.meshgrid(np.arange(wide) - wide // 2, np.arange(high) - high // 2)
    return np.exp(-((across - 8) ** 2 + down**2) / 8).astype(np.float32)[None, ..., None]


def centre(image):
    """Where the mean of the pixels lies from the middle: (right, down)."""
    high, wide = image.shape
    across, down = np.meshgrid(np.arange(wide) - wide // 2, np.arange(high) - high // 2)
    return np.array([(across * image).sum(), (down * image).sum()]) / image.sum()


def many(change, image, n=200):
    return np.asarray(change(np.repeat(image, n, axis=0), key=KEY))


def test_a_share_of_images_is_mirrored_and_the_others_are_as_they_were():  # D12
    x = images()
    y = np.asarray(HorizontalFlip(0.25)(x, key=KEY))
    mirrored = (y == x[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (mirrored | (y == x).all(axis=(1, 2, 3))).all()
    assert abs(mirrored.mean() - 0.25) < 3 * np.sqrt(0.25 * 0.75 / len(x))
    np.testing.assert_array_equal(HorizontalFlip(0.0)(x, key=KEY), x)


@pytest.mark.parametrize("fill", ["zeros", "reflect"])
def test_a_crop_is_one_of_the_windows_of_the_padded_image_and_all_come(fill):  # D12
    x = images(n=300)
    y = np.asarray(RandomCrop(1, fill)(x, key=KEY))
    around = ((0, 0), (1, 1), (1, 1), (0, 0))
    padded = np.pad(x, around) if fill == "zeros" else np.pad(x, around, mode="reflect")
    windows = [padded[:, i : i + 6, j : j + 5] for i in range(3) for j in range(3)]
    counts = np.array([(y == window).all(axis=(1, 2, 3)).sum() for window in windows])
    assert counts.sum() == len(x) and counts.min() > 10  # of 33 on average


def test_a_quarter_turn_moves_what_is_right_to_below():
    # At the limit of 90 degrees the angles are uniform from -90 to 90: the spot runs along half a circle.
    places = np.array([centre(image) for image in many(RandomAffine(90.0), blob())[..., 0]])
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 8, atol=0.05)
    angles = np.degrees(np.arctan2(places[:, 1], places[:, 0]))
    assert -90 <= angles.min() < -80 and 80 < angles.max() <= 90 and abs(angles.mean()) < 12


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [
        (RandomAffine(0.0, translation=0.1), (8 - 4.1, -4.1), (8 + 4.1, 4.1)),  # a tenth of 41 pixels
        (RandomAffine(0.0, scale=0.3), (8 * np.exp(-0.3), 0), (8 * np.exp(0.3), 0)),
        (RandomAffine(0.0, stretch=0.3), (8 * np.exp(-0.3), 0), (8 * np.exp(0.3), 0)),
        (RandomAffine(0.0, shear=40.0), (8, 0), (8, 0)),  # upright lines lean, what is level stays
    ],
    ids=["translation", "scale", "stretch", "shear"],
)
def test_a_spot_moves_as_far_as_the_limit_says(change, low, high):  # D12
    places = np.array([centre(image) for image in many(change, blob())[..., 0]])
    np.testing.assert_allclose(places.min(axis=0), low, atol=0.5)
    np.testing.assert_allclose(places.max(axis=0), high, atol=0.5)


def test_shear_leans_upright_lines_by_the_angle():
    upright = np.moveaxis(blob(), 1, 2)  # the spot below the middle
    places = np.array([centre(image) for image in many(RandomAffine(0.0, shear=40.0), upright)[..., 0]])
    np.testing.assert_allclose(places[:, 1], 8, atol=0.05)
    assert places[:, 0].max() == pytest.approx(8 * np.tan(np.radians(40)), abs=0.5)
    assert places[:, 0].min() == pytest.approx(-8 * np.tan(np.radians(40)), abs=0.5)


def test_stretch_leaves_the_area_as_it_is_and_scale_does_not():
    image = blob()
    mass = image.sum()
    stretched = many(RandomAffine(0.0, stretch=0.3), image).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(stretched, mass, rtol=3e-2)  # linear between pixels
    scaled = many(RandomAffine(0.0, scale=0.3), image).sum(axis=(1, 2, 3))
    assert scaled.min() == pytest.approx(mass * np.exp(-0.6), rel=0.05)
    assert scaled.max() == pytest.approx(mass * np.exp(0.6), rel=0.05)


def test_a_turned_image_is_that_of_scipy():
    x = images(n=1, high=9, wide=9, channels=1)
    y = np.asarray(RandomAffine(60.0)(x, key=KEY))[0, ..., 0]
    drawn = float(jax.random.uniform(KEY, (1, 6), jnp.float32, -1, 1)[0, 0]) * np.radians(60)
    turn = np.array([[np.cos(drawn), -np.sin(drawn)], [np.sin(drawn), np.cos(drawn)]])  # from (down, right) back
    middle = np.full(2, 4)
    expected = ndimage.affine_transform(x[0, ..., 0], turn, middle - turn @ middle, order=1, mode="grid-constant")
    np.testing.assert_allclose(y, expected, atol=1e-5)


def test_images_that_are_no_squares_turn_around_their_middle_and_move_by_shares_of_their_own_sides():
    x = images(n=1, high=9, wide=21, channels=1)
    y = np.asarray(RandomAffine(60.0, translation=0.2)(x, key=KEY))[0, ..., 0]
    drawn = np.asarray(jax.random.uniform(KEY, (1, 6), jnp.float32, -1, 1))[0]
    angle, right, down = np.radians(60) * drawn[0], 0.2 * 21 * drawn[4], 0.2 * 9 * drawn[5]
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # from (down, right)
    middle = np.array([4, 10])
    offset = middle - back @ (middle + np.array([down, right]))
    expected = ndimage.affine_transform(x[0, ..., 0], back, offset, order=1, mode="grid-constant")
    np.testing.assert_allclose(y, expected, atol=1e-5)


def test_brightness_contrast_and_colour_by_hand():
    x = images(n=1)
    b, c, s = np.asarray(jax.random.uniform(KEY, (1, 3), jnp.float32, -1, 1))[0] * [0.4, 0.5, 0.6]
    y = np.asarray(ColourJitter(0.4, 0.5, 0.6)(x, key=KEY))[0]
    z = x[0] + b
    z = z.mean() + (1 + c) * (z - z.mean())
    grey = z.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(y, grey + (1 + s) * (z - grey), rtol=1e-4, atol=1e-5)


def test_each_change_of_colour_changes_that_alone():
    x = images()
    lighter = np.asarray(ColourJitter(0.3, 0.0, 0.0)(x, key=KEY)) - x
    assert lighter.std(axis=(1, 2, 3)).max() < 1e-6 and 0.28 < lighter.max() <= 0.3001
    contrasted = np.asarray(ColourJitter(0.0, 0.5, 0.0)(x, key=KEY))
    np.testing.assert_allclose(contrasted.mean(axis=(1, 2, 3)), x.mean(axis=(1, 2, 3)), atol=1e-6)
    ratio = contrasted.std(axis=(1, 2, 3)) / x.std(axis=(1, 2, 3))
    assert 0.5 <= ratio.min() < 0.55 and 1.45 < ratio.max() <= 1.5001
    coloured = np.asarray(ColourJitter(0.0, 0.0, 0.5)(x, key=KEY))
    np.testing.assert_allclose(coloured.mean(axis=3), x.mean(axis=3), atol=1e-6)
    assert np.abs(coloured - x).max() > 0.1


def test_a_rectangle_of_the_area_asked_for_is_erased():
    y = np.asarray(RandomErasing(0.6, 0.1, 0.2)(np.ones((500, 30, 40, 3), np.float32), key=KEY))
    hole = y[..., 0] == 0
    assert (y == y[..., :1]).all()
    area = hole.mean(axis=(1, 2))
    assert abs((area > 0).mean() - 0.6) < 3 * np.sqrt(0.6 * 0.4 / 500)
    assert 0.08 < area[area > 0].min() < 0.11 and 0.19 < area.max() < 0.22
    for one in hole[area > 0][:50]:  # a rectangle: its rows are alike
        rows, columns = one.any(axis=1), one.any(axis=0)
        assert one.sum() == rows.sum() * columns.sum()
    assert hole.any(axis=0)[4:-4, 4:-4].all()  # anywhere, if seldom in a corner


def test_each_image_and_each_step_has_a_draw_of_its_own():
    x = np.repeat(images(n=1, high=12, wide=12, channels=3), 30, axis=0)
    for change in (RandomCrop(3), RandomAffine(30.0), ColourJitter(), RandomErasing(1.0)):
        y = np.asarray(change(x, key=KEY))
        assert len(np.unique(y.reshape(30, -1), axis=0)) > 15, change
        assert not np.array_equal(y, change(x, key=root(1)))
        np.testing.assert_array_equal(y, change(x, key=KEY))


def test_refuses_what_makes_no_sense():
    with pytest.raises(InputError, match=r"^RandomCrop.padding must be at least 1; got 0.$"):
        RandomCrop(0)
    with pytest.raises(InputError, match=r"^RandomErasing.largest must be at least RandomErasing.smallest, 0.5; got"):
        RandomErasing(1.0, 0.5, 0.3)
    with pytest.raises(InputError, match=r"^RandomCrop.padding must be less than the height and width .* 4 x 9; got 4"):
        RandomCrop(4).check((4, 9, 3))
