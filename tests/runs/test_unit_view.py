"""What excites units, and which images lie nearest, of a network made by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.data.arrays import from_arrays
from thalweg.data.split import Split
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import NoPreprocessing, PixelScale
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.runs import looked_at
from thalweg.runs import made_images as made_images_module
from thalweg.runs import retrieval as retrieval_module
from thalweg.runs import unit_view as unit_view_module
from thalweg.runs.model import Model
from thalweg.runs.retrieval import retrieval
from thalweg.runs.unit_view import unit_view
from thalweg.train.prepare import prepare

CLASSES = ("cat", "dog")
SCALED, SOFTMAX = PixelScale(), SoftmaxCrossEntropy()
EDGES = (Convolution(2, kernel=2), Activation(ReLU()), Flatten(), Dense(2))


def made(layers, *, images=None, labels=None, preprocess=SCALED, change=None, late=False, loss=SOFTMAX):
    """(source, prepared, model) of a network on the first 12 images, or the last, and 12 others, of 4 x 5 pixels."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (24, 4, 5, 1)).astype(np.uint8) if images is None else images
    labels = np.array(CLASSES)[np.arange(24) % 2] if labels is None else labels
    source = from_arrays(images, labels, name="pets", target="pet")
    split = Split(np.arange(12) + 12 * late, np.arange(12, 24) - 12 * late, np.array([], int))
    network = Sequential(layers)
    experiment = Experiment(network=network, loss=loss, preprocess=preprocess)
    prepared = prepare(source, split, experiment)
    shape = prepared.x.shape[1:]
    params, state = network.init(jax.random.key(0), shape)
    if change:
        params = change(params)
    fitted = prepared.fitted
    model = Model(prepared.experiment, source.task, shape, params, state, fitted, None, 0.0, {}, source.kind, "")
    return source, prepared, model


def view(parts, **options):
    source, prepared, model = parts
    return unit_view(source, prepared.x, prepared.split.validation, model, "validation", **options)


def retrieved(parts):
    source, prepared, model = parts
    return retrieval(source, prepared.x, prepared.split.train, prepared.split.validation, model, "validation")


def _bright(params):
    """The first unit adds up a window of 2 x 2 pixels; the second is dead."""
    kernel = jnp.zeros((2, 2, 1, 2)).at[..., 0].set(0.25)
    return {**params, "convolution_1": {"w": kernel, "b": jnp.array([0.0, -1.0])}}


def test_the_patches_are_those_of_the_largest_outputs():  # V11
    parts = made(EDGES, preprocess=NoPreprocessing(), change=_bright)
    images = np.asarray(parts[0].inputs)[12:].astype(float)
    first, last = view(parts)
    assert first[:2] == ("convolution_1", "activation_1") and first[3:] == (2, 1, (2, 2), "validation", 12, "")
    unit = first.units[0]
    sums = (images[:, :-1, :-1] + images[:, 1:, :-1] + images[:, :-1, 1:] + images[:, 1:, 1:])[..., 0] / 4
    strongest = sums.reshape(12, -1).max(axis=1)
    order = np.argsort(-strongest, kind="stable")[:9]
    assert unit.rows == tuple(12 + order)
    np.testing.assert_allclose(unit.values, strongest[order], rtol=1e-6)
    for k, patch in zip(order, unit.patches, strict=True):
        row, column = np.unravel_index(sums[k].argmax(), sums[k].shape)
        np.testing.assert_array_equal(patch, images[k, row : row + 2, column : column + 2])
    assert last.silent == 0
    assert [unit.name for unit in last.units] == list(CLASSES) and last.units[0].patches.shape == (9, 4, 5, 1)


def test_one_score_for_two_classes_stands_for_the_second():
    parts = made((Flatten(), Dense(1)), loss=BinaryCrossEntropy())
    assert [unit.name for unit in view(parts)[0].units] == ["dog"]


def test_a_unit_is_excited_more_by_what_was_made_for_it_and_a_dead_one_by_nothing():
    first, last = view(made(EDGES, change=_bright))
    assert all(unit.reached > unit.values[0] for unit in last.units)
    alive, dead = first.units
    assert alive.made is not None and alive.made.shape == (1, 2, 2, 1) and alive.reached >= alive.values[0]
    assert dead.values == (0.0,) * 9 and dead.reached == 0


def test_beyond_its_budget_no_image_is_made_and_it_is_said_why():
    layers = view(made(EDGES), budget=1000.0)
    assert all(unit.made is None for of in layers for unit in of.units) and {of.unmade for of in layers} == {"time"}
    assert {of.unmade for of in view(made(EDGES))} == {""}


def test_large_networks_are_shown_fewer_images(monkeypatch):
    parts = made(EDGES)
    # 12 places, 2 units, 4 products, and 24 x 2: 144 multiply-adds an image.
    monkeypatch.setattr(looked_at, "LEAST", 2)
    monkeypatch.setattr(looked_at, "FORWARD", 144 * 5)
    assert view(parts)[0].images == 5 and (retrieved(parts).images, retrieved(parts).among) == (5, 5)
    monkeypatch.setattr(looked_at, "FORWARD", 1)
    assert view(parts)[0].images == 2


def test_patches_behind_a_transposed_convolution_have_one_size():
    # A kernel of 3, 2 apart: odd places meet two entries and even ones one, so that some see more than others.
    parts = made(
        (Convolution(2, kernel=2, stride=2, fit="floor"), TransposedConvolution(3, kernel=3, stride=2), Dense(2))
    )
    layers = view(parts)
    assert layers[1].layer == "transposed_convolution_1" and layers[1].size == (4, 4)
    assert {unit.patches.shape for unit in layers[1].units} == {(9, 4, 4, 1)}


def test_a_unit_that_is_the_same_everywhere_is_silent_whatever_it_is():
    def constant(params):
        return {**params, "dense_1": {"w": jnp.zeros((20, 3)), "b": jnp.array([5.0, 0.0, -1.0])}}

    assert view(made((Flatten(), Dense(3), Dense(2)), change=constant))[0].silent == 3


def test_the_named_units_of_a_layer_are_shown_and_no_others():
    parts = made((Flatten(), Dense(9), Activation(ReLU()), Dense(2)))
    assert [[unit.number for unit in of.units] for of in view(parts)] == [[0, 1, 2, 3, 4, 5], [0, 1]]
    assert [[unit.number for unit in of.units] for of in view(parts, units=(7, 1))] == [[7, 1], [1]]


def test_padding_is_grey():
    edge = made((Convolution(1, kernel=3, padding=1), Flatten(), Dense(2)), images=_spot())
    patch = view(edge)[0].units[0].patches[0]
    assert patch.shape == (3, 3, 1) and (patch[0] == 128).all() and (patch[:, 0] == 128).all() and patch[1, 1] == 255


def _spot():
    images = np.zeros((24, 4, 5, 1), np.uint8)
    images[12, 0, 0] = 255  # in the corner, where three of nine places are inside
    images[1:12:2, 1, 1] = 1
    return images


def test_inputs_that_mix_pixels_show_whole_images_and_nothing_is_made():
    parts = made((Flatten(), Dense(3), Activation(ReLU()), Dense(2)), preprocess=ZcaWhitening())
    units = view(parts)[0].units
    assert units[0].patches.shape[1:] == (4, 5, 1) and all(unit.made is None for unit in units)

    parts = made(EDGES, preprocess=ZcaWhitening(), change=_bright)
    mixed = view(parts)[0]
    assert mixed.units[0].patches.shape[1:] == (4, 5, 1) and mixed.unmade == "pixels"


def test_what_sees_all_of_an_image_shows_no_padding():
    wide = made((Convolution(1, kernel=5, padding=2), Flatten(), Dense(2)))
    assert view(wide)[0].size == (4, 5)


def test_of_many_images_some_are_looked_at_evenly(monkeypatch):
    parts = made(EDGES, change=_bright)
    monkeypatch.setattr(unit_view_module, "MOST_IMAGES", 4)
    first = view(parts)[0]
    # Of the rows 12 to 23 those at 0, 11 / 3, 22 / 3 and 11, rounded.
    assert first.images == 4 and sorted(first.units[0].rows) == [12, 16, 19, 23]
    monkeypatch.setattr(retrieval_module, "MOST_IMAGES", 4)
    monkeypatch.setattr(retrieval_module, "MOST_TRAINING", 6)
    found = retrieved(parts)
    assert (found.images, found.among) == (4, 6) and [asked.row for asked in found.plain] == [12, 16, 19, 23]
    assert {row for asked in found.plain for row in asked.rows} <= {0, 2, 4, 7, 9, 11}
    monkeypatch.setattr(retrieval_module, "MOST_NUMBERS", 160)  # 24 features of six rows and a bit
    monkeypatch.setattr(retrieval_module, "MOST_TRAINING", 12)
    assert retrieved(parts).among == 6


def test_units_made_for_a_few_at_a_time_are_those_made_for_together(monkeypatch):
    parts = made((Flatten(), Dense(5), Activation(ReLU()), Dense(2)))
    whole = view(parts)[0].units
    monkeypatch.setattr(made_images_module, "TOGETHER", 2)
    for one, other in zip(whole, view(parts)[0].units, strict=True):
        np.testing.assert_allclose(other.reached, one.reached, rtol=1e-4)


def test_numbers_that_are_no_pixels_and_outputs_that_are_none_have_no_units():
    floats = np.random.default_rng(0).normal(size=(24, 4, 5, 1)).astype(np.float32)
    assert view(made(EDGES, images=floats, preprocess=NoPreprocessing())) == ()
    broken = made(EDGES, change=lambda params: jax.tree.map(lambda leaf: leaf * jnp.nan, params))
    assert view(broken) == () and retrieved(broken) is None


def test_the_nearest_are_those_of_the_smallest_distance():  # K8
    parts = made((Flatten(), Dense(3), Activation(ReLU()), Dense(2)), late=True)
    found = retrieved(parts)
    images, prepared, model = np.asarray(parts[0].inputs).reshape(24, -1).astype(float), parts[1], parts[2]
    hidden = np.maximum(prepared.x.reshape(24, -1) @ np.asarray(model.params["dense_1"]["w"]), 0)
    assert (found.layer, found.features, found.images, found.among) == ("activation_1", 3, 12, 12)
    for side, values in ((found.plain, images), (found.learned, hidden)):
        for asked in side:
            distances = np.linalg.norm(values[12:] - values[asked.row], axis=1)
            assert min(asked.rows) >= 12  # training rows
            np.testing.assert_allclose(
                distances[np.array(asked.rows) - 12], np.sort(distances)[:5], rtol=1e-5, atol=1e-5
            )
            assert asked.truth == CLASSES[asked.row % 2] and asked.classes == tuple(CLASSES[r % 2] for r in asked.rows)
    shown = [asked.row for asked in found.plain]
    assert len(shown) == 8 and shown[0] == 0 and shown[-1] == 11
    np.testing.assert_array_equal(found.asked, np.asarray(parts[0].inputs)[shown])
    nearest = [row for asked in found.learned for row in asked.rows]
    np.testing.assert_array_equal(found.learned_pictures, np.asarray(parts[0].inputs)[nearest])


def test_the_share_of_the_same_class_is_over_all_that_were_asked_about():
    # Cats are black and dogs white, the first six training rows are cats: of five nearest all are of the own class.
    labels = np.array(["cat"] * 6 + ["dog"] * 6 + ["cat"] * 9 + ["dog"] * 3)
    images = np.where(labels == "dog", 255, 0).astype(np.uint8)[:, None, None, None] * np.ones((1, 4, 5, 1), np.uint8)
    images[:, 0, 0, 0] = np.arange(24)  # no two alike
    found = retrieved(made((Flatten(), Dense(2), Dense(2)), images=images, labels=labels))
    assert found.plain_share == 1.0
    swapped = np.where(labels == "cat", "dog", "cat")
    swapped[:12] = labels[:12]
    assert retrieved(made((Flatten(), Dense(2), Dense(2)), images=images, labels=swapped)).plain_share == 0.0


def test_without_hidden_layers_there_is_nothing_learned_to_go_by():
    assert retrieved(made((Flatten(), Dense(2)))) is None
