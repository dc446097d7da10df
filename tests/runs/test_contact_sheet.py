"""The contact sheet: the draws that training itself sees, put back into pixels."""

import jax
import numpy as np
import pytest

from thalweg.augmentations.colour_jitter import ColourJitter
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.data.arrays import from_arrays
from thalweg.data.split import Split
from thalweg.experiment import Experiment
from thalweg.keys import role, root
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import PixelScale, Standardize
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.runs.contact_sheet import contact_sheet
from thalweg.train.plan import Plan
from thalweg.train.population import start
from thalweg.train.prepare import prepare
from thalweg.train.state import learner_of

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 5, 4, 1), dtype=np.uint8)
SPLIT = Split(np.arange(1, 21), np.arange(21, 30), np.array([0]))


def sheet(augment, *, mix=NoMixing(), batch=8, preprocess=PixelScale(), pixels=PIXELS):  # noqa: B008
    """The contact sheet of 20 training images, and the images as they were trained on."""
    source = from_arrays(pixels, np.array(["a", "b"])[np.arange(30) % 2], name="pets", target="pet")
    asked = Experiment(Sequential((Dense(2),)), SoftmaxCrossEntropy(), preprocess=preprocess, augment=augment, mix=mix)
    prepared = prepare(source, SPLIT, asked)
    member = start(learner_of(prepared.experiment), root(3), prepared.x.shape[1:], 10)
    plan = Plan(SPLIT.train, batch, 10, ((3, 0),))
    return contact_sheet(source, prepared, member, plan), prepared.x, plan


def drawn(change, x, step):
    key = jax.random.fold_in(role(root(3), "augment"), step)
    return np.asarray(change(x, key=role(key, "0")))


@pytest.mark.parametrize("batch", [8, 20], ids=["batches", "full batch"])
def test_the_draws_are_those_of_the_steps_that_each_image_is_in(batch):  # D12
    change = RandomCrop(2)
    found, x, plan = sheet((change,), batch=batch)
    assert found.rows == (1, 4, 6, 9, 12, 15, 17, 20) and found.among == 20
    np.testing.assert_array_equal(found.pictures, PIXELS[list(found.rows)])
    seen = {}  # by (row, epoch), every batch of every epoch made in turn
    for epoch in range(4):
        index = plan.order(epoch)[0][0] if batch < 20 else plan.rows[None]
        for step, rows in enumerate(index):
            for row, image in zip(rows, drawn(change, x[rows], epoch * len(index) + step), strict=True):
                seen.setdefault((row, epoch), image)  # padding repeats a row, and comes last
    mean = PIXELS[SPLIT.train].mean()
    for place, image in enumerate(found.draws):
        expected = 255 * seen[found.rows[place // 4], place % 4] + mean
        np.testing.assert_allclose(image, expected, atol=0.51)


def test_what_leaves_the_pixels_is_cut_off_and_a_constant_one_is_what_it_was():
    pixels = PIXELS.copy()
    pixels[:, 0, 0] = 9
    found, x, _ = sheet((ColourJitter(5.0, 0.0, 0.0),), preprocess=Standardize(), pixels=pixels)
    assert (found.draws[:, 0, 0] == 9).all() and {0, 255} <= set(found.draws.ravel().tolist())
    assert (x[:, 0, 0] == 0).all()


def test_mixed_images_are_shown_as_they_are_mixed():  # R10
    plain = np.repeat(np.array([40] * 11 + [200] * 19, np.uint8), 20).reshape(PIXELS.shape)
    found, _, _ = sheet((), mix=Cutmix(), pixels=plain)
    assert found.mixed == "cutmix" and set(found.draws.ravel().tolist()) == {40, 200}
    assert any(len(np.unique(draw)) == 2 for draw in found.draws)


def test_large_images_are_made_smaller():
    large = np.tile(PIXELS, (1, 20, 20, 1))
    found, _, _ = sheet((HorizontalFlip(),), pixels=large)
    assert found.pictures.shape == (8, 50, 40, 1) and found.draws.shape == (32, 50, 40, 1)


@pytest.mark.parametrize(
    ("augment", "how"),
    [
        ((), {}),
        ((HorizontalFlip(),), {"preprocess": ZcaWhitening()}),
        ((HorizontalFlip(),), {"pixels": PIXELS.astype(np.float32), "preprocess": Standardize()}),
    ],
    ids=["nothing changed", "mixed pixels", "no pixels"],
)
def test_there_is_none_where_there_is_nothing_to_show(augment, how):
    assert sheet(augment, **how)[0] is None
