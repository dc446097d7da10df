"""The experiment that suits the data: its head, its preprocessing, and lengths that grow with the data."""

import numpy as np
import pytest

from thalweg.augmentations.random_crop import RandomCrop
from thalweg.data.arrays import from_arrays
from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.open import open_source
from thalweg.defaults import default_experiment
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.penalties.l2 import L2
from thalweg.preprocess.arrays import PixelScale, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.train.fits import check_fits


def arrays(y, dtype=np.float32, shape=(6,)):
    x = np.random.default_rng(0).integers(0, 200, (len(y), *shape))
    return from_arrays(x.astype(dtype), y, name="toy")


def units(experiment):
    return [layer.units for layer in experiment.network.layers if hasattr(layer, "units")]


@pytest.mark.parametrize(
    ("y", "loss", "outputs", "drop"),
    [
        ([0, 1] * 10, BinaryCrossEntropy(), 1, True),
        ([0, 1, 2] * 10, SoftmaxCrossEntropy(), 3, True),
        ((np.arange(30) / 7).tolist(), SquaredError(), 1, False),
    ],
)
def test_the_head_suits_the_task(y, loss, outputs, drop):
    source = arrays(y)
    found = default_experiment(source, 20)
    assert found.loss == loss
    assert found.network.layers[-1].units == outputs
    assert any("dropout" in name for name in found.network.names()) == drop
    check_fits(found, source.task.kind, len(source.task.classes), (6,))


def test_each_attribute_has_an_output():
    x, y = np.zeros((20, 6)), np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]] * 5)
    found = default_experiment(from_arrays(x, y, name="toy", task="attributes"), 16)
    assert found.loss == AttributeCrossEntropy() and units(found)[-1] == 3
    check_fits(found, "attributes", 3, (6,))


def test_the_preprocessing_suits_the_inputs():
    assert default_experiment(arrays([0, 1] * 5), 8).preprocess == Standardize()
    assert default_experiment(arrays([0, 1] * 5, np.uint8, (4, 4)), 8).preprocess == PixelScale()
    assert default_experiment(open_source("iris"), 96).preprocess == TableEncoding(pieces=32, piece_scale=0.25)


def test_tables_of_amounts_have_pieces_and_what_holds_them():
    found = default_experiment(open_source("diabetes"), 280)
    assert found.preprocess == TableEncoding(pieces=32, piece_scale=0.25) and found.penalty == L2(1e-3)
    assert any("dropout" in name for name in found.network.names())


@pytest.mark.parametrize(("rows", "scale"), [(9_999, 0.25), (10_000, 1.0)])
def test_pieces_weigh_little_where_there_are_few_rows(rows, scale):
    assert default_experiment(open_source("iris"), rows).preprocess.piece_scale == scale


@pytest.mark.parametrize(("rows", "pieces"), [(125_000, 32), (125_001, 16), (250_001, 8), (500_001, 0)])
def test_large_tables_have_fewer_pieces(rows, pieces):
    # Ten columns of numbers, one of names: 32 pieces of 1,250,000 cells are 40 million numbers.
    columns = tuple(NumericColumn(f"c{k}", np.zeros(1)) for k in range(10))
    source = open_source("diabetes")._replace(
        inputs=(*columns, CategoryColumn("n", np.zeros(1, np.int32), ("a",))), targets=np.zeros((rows, 1))
    )
    found = default_experiment(source, rows)
    assert found.preprocess.pieces == pieces
    assert found.penalty == L2(1e-3 if pieces else 1e-4)
    assert any("dropout" in name for name in found.network.names()) == (pieces > 0)


def test_images_fit_the_network_too():
    source = arrays([0, 1, 2] * 5, np.uint8, (4, 4, 3))
    found = default_experiment(source, 10)
    check_fits(found, "classes", 3, (4, 4, 3))
    # 98.4% instead of 98.1% of MNIST's test images are right with 256 units instead of 128.
    assert units(found) == [256, 256, 3]
    assert units(default_experiment(arrays([0, 1] * 10), 10)) == [128, 128, 1]


@pytest.mark.parametrize(("shape", "moved"), [((16, 24, 3), 2), ((28, 28, 1), 3), ((32, 32, 3), 4)])
def test_large_images_get_convolutions_and_are_moved_about(shape, moved):
    found = default_experiment(arrays([0, 1, 2] * 5, np.uint8, shape), 10)
    check_fits(found, "classes", 3, shape)
    assert sum("convolution" in name for name in found.network.names()) == 3 and units(found) == [3]
    assert found.augment == (RandomCrop(moved),)
    for other in (arrays([0, 1] * 5, np.uint8, (15, 40, 3)), arrays([0, 1] * 5, shape=(20, 20))):
        assert default_experiment(other, 10).augment == ()
    assert default_experiment(arrays([0, 1] * 5, shape=(20, 20, 1)), 10).augment == (RandomCrop(2),)


@pytest.mark.parametrize(
    ("rows", "batch", "epochs", "patience"),
    [(100, 32, 100, 50), (5_000, 64, 100, 50), (20_000, 128, 40, 15), (100_000, 512, 20, 15)],
)
def test_the_plan_grows_with_the_rows(rows, batch, epochs, patience):
    training = default_experiment(arrays([0, 1] * 5), rows).training
    assert (training.batch, training.epochs, training.patience) == (batch, epochs, patience)


def test_a_table_of_names_alone_has_no_pieces_and_not_what_holds_them():
    names = (CategoryColumn("n", np.zeros(442, np.int32), ("a",)),)
    found = default_experiment(open_source("diabetes")._replace(inputs=names), 280)
    assert found.preprocess == TableEncoding() and found.penalty == L2(1e-4)
    assert not any("dropout" in name for name in found.network.names())
