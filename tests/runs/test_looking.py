"""What is shown of a network on images, gathered: which parts there are, and how many pictures of them."""

import jax
import numpy as np

from thalweg.data.arrays import from_arrays
from thalweg.data.split import Split
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.dense import Dense
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import PixelScale, Standardize
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.runs.judging import predicted_part
from thalweg.runs.looking import look_inside
from thalweg.runs.model import Model
from thalweg.train.plan import Plan
from thalweg.train.population import start
from thalweg.train.prepare import prepare
from thalweg.train.state import learner_of

CLASSES = ("cat", "dog", "eel")


def seen(layers, *, loss=SoftmaxCrossEntropy(), preprocess=PixelScale(), pixels=np.uint8, classes=3, spoil=False):  # noqa: B008
    """What is seen in an untrained network."""
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (24, 4, 3, 1)).astype(pixels)
    source = from_arrays(x, np.array(CLASSES[:classes])[np.arange(24) % classes], name="pets", target="pet")
    split = Split(np.arange(12), np.arange(12, 24), np.array([], int))
    network = Sequential(layers)
    prepared = prepare(source, split, Experiment(network=network, loss=loss, preprocess=preprocess))
    params, state = network.init(jax.random.key(0), prepared.x.shape[1:])
    if spoil:
        params = jax.tree.map(lambda leaf: leaf * np.nan, params)
    shape = prepared.x.shape[1:]
    model = Model(
        prepared.experiment, source.task, shape, params, state, prepared.fitted, None, 0.0, {}, source.kind, "",
    )  # fmt: skip
    predicted = predicted_part(source, prepared, model, "validation")
    member = start(learner_of(prepared.experiment), root(0), shape, 10)
    return look_inside(source, prepared, model, predicted, predicted, member, Plan(split.train, 12, 10, ((0, 0),)))


def test_a_linear_classifiers_templates_have_the_names_of_its_classes():
    inside = seen((Dense(3),))
    assert inside is not None and inside.first is not None
    assert inside.first.classes == CLASSES and inside.first.pictures.shape == (3, 4, 3, 1)


def test_one_score_for_two_classes_is_the_second_ones_template():
    inside = seen((Dense(1),), loss=BinaryCrossEntropy(), classes=2)
    assert inside is not None and inside.first is not None and inside.first.classes == ("dog",)


def test_of_many_units_the_first_64_are_kept():
    inside = seen((Dense(70), Dense(3)))
    assert inside is not None and inside.first is not None
    assert (len(inside.first.pictures), inside.first.among, inside.first.classes) == (64, 70, ())


def test_numbers_that_are_no_pixels_have_no_mistakes_and_still_filters():
    inside = seen((Dense(3),), preprocess=Standardize(), pixels=np.float32)
    assert inside is not None and inside.mistakes is None and inside.first is not None


def test_pixels_that_are_mixed_are_no_image():
    inside = seen((Dense(3),), preprocess=ZcaWhitening())
    assert inside is not None and inside.first is None and inside.mistakes is not None


def test_weights_that_are_no_numbers_are_not_shown():
    assert seen((Dense(3),), spoil=True) is None
