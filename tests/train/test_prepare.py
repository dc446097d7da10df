"""Fitted on the training rows alone; what does not go together is refused before anything is trained."""

import dataclasses

import numpy as np
import polars
import pytest

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.softmax import Softmax
from thalweg.data.arrays import from_arrays
from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.open import open_source
from thalweg.data.split import split_source
from thalweg.defaults import default_experiment
from thalweg.errors import InputError
from thalweg.experiment import Experiment, Training
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.maxout import Maxout
from thalweg.layers.prelu import PReLU
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.losses.kl_divergence import KLDivergence
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from thalweg.losses.poisson import Poisson
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Center, MinMax, PixelScale, Standardize
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.target import StandardizeTarget
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.spec import replaced
from thalweg.train.fits import check_batch, check_fits
from thalweg.train.prepare import prepare
from thalweg.updates.adam import Adam
from thalweg.updates.lbfgs import LBFGS


def experiment(loss, *layers):
    return Experiment(Sequential(layers), loss)


@pytest.mark.parametrize(
    ("made", "task", "classes", "message"),
    [
        (experiment(SoftmaxCrossEntropy(), Dense(1)), "regression", 0, "does not go with a regression task. Use --set"),
        (experiment(SquaredError(), Dense(3)), "classes", 3, "with its linear head does not go with a classes task"),
        (
            experiment(SoftmaxCrossEntropy(), Dense(2)),
            "attributes",
            2,
            "the loss SoftmaxCrossEntropy with its softmax head does not go with an attributes task. Use --set "
            "loss=attribute_cross_entropy, or --task",
        ),
        (
            experiment(AttributeHinge(), Dense(3)),
            "classes",
            3,
            "the loss AttributeHinge with its signs head does not go with a classes task. Use --set loss=softmax",
        ),
        (experiment(AttributeCrossEntropy(), Dense(1)), "regression", 0, "sigmoids head does not go with a reg"),
        (
            experiment(AttributeCrossEntropy(), Dense(3)),
            "attributes",
            2,
            r"\(3,\) an example; AttributeCrossEntropy on these data needs \(2,\). Set the last layer's units to 2",
        ),
        (
            experiment(BinaryCrossEntropy(), Dense(1)),
            "classes",
            3,
            "is for 2 classes; the data have 3. Use --set loss=",
        ),
        (experiment(SoftmaxCrossEntropy(), Dense(2)), "classes", 3, r"needs \(3,\). Set the last layer's units to 3"),
        (
            experiment(SoftmaxCrossEntropy(), Dense(3), Activation(ReLU())),
            "classes",
            3,
            "the pair ReLU and SoftmaxCrossEntropy does not go together: the loss takes raw scores",
        ),
        (
            experiment(SoftmaxCrossEntropy(), Dense(3), PReLU()),
            "classes",
            3,
            "the pair PReLU and SoftmaxCrossEntropy does not go together: the loss takes raw scores",
        ),
        (
            experiment(SquaredError(), Dense(1), Activation(Softmax())),
            "regression",
            0,
            "the pair Softmax and SquaredError does not go together: the softmax of a single output is always 1. Leave",
        ),
        (
            experiment(SoftmaxCrossEntropy(), Maxout(10**12), Dense(3)),
            "classes",
            3,
            "the network has 15,000,000,000,003 parameters",
        ),
        (
            experiment(HierarchicalSoftmax(), Dense(3)),
            "classes",
            3,
            "the loss HierarchicalSoftmax takes the logs of probabilities; Dense gives none. Make the last layer "
            r"\{kind = 'hierarchical_dense', classes = 3\}, or use --set loss=softmax_cross_entropy",
        ),
        (
            experiment(SoftmaxCrossEntropy(), HierarchicalDense(3)),
            "classes",
            3,
            "the last layer HierarchicalDense gives the logs of probabilities, which SoftmaxCrossEntropy does not take",
        ),
        (
            experiment(HierarchicalSoftmax(), Named("tree", HierarchicalDense(3)), Dense(3)),
            "classes",
            3,
            "HierarchicalDense gives the logs of probabilities, so that it can be the last layer only. Leave out",
        ),
        (
            experiment(HierarchicalSoftmax(), HierarchicalDense(4)),
            "classes",
            3,
            r"needs \(3,\). Set the last layer's classes to 3",
        ),
        (
            experiment(SoftmaxCrossEntropy(), Dense(10**9), Dense(3)),
            "classes",
            3,
            "the network has 9,000,000,003 parameters on these data; at most 2,000,000,000 are trained. Make",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(made, task, classes, message):
    with pytest.raises(InputError, match=message):
        check_fits(made, task, classes, (5,))


def test_a_last_activation_that_changes_nothing_is_no_matter():
    check_fits(experiment(SoftmaxCrossEntropy(), Dense(3), Activation(Linear())), "classes", 3, (5,))


@pytest.mark.parametrize(
    ("loss", "task", "classes", "message"),
    [
        (
            KLDivergence(),
            "classes",
            3,
            "KLDivergence is for a share of each class an example; the data give one.",
        ),
        (
            CosineProximity(),
            "regression",
            0,
            "CosineProximity is for two amounts an example at least; the data give one.",
        ),
    ],
)
def test_losses_of_targets_that_no_table_holds_are_refused(loss, task, classes, message):
    with pytest.raises(InputError, match=message):
        check_fits(experiment(loss, Dense(classes or 1)), task, classes, (5,))


def amounts_for(loss, changed=None):
    values = np.random.default_rng(0).gamma(2.0, 50.0, 40)
    if changed is not None:
        values[7] = changed
    source = from_arrays(np.arange(80.0).reshape(40, 2), values, name="toy", target="count", task="regression")
    split, _ = split_source(source)
    return source, prepare(source, split, experiment(loss, Dense(1)))


def test_a_loss_of_raw_targets_gets_them_in_their_own_unit():
    for loss in (Poisson(), MeanAbsolutePercentageError(), MeanSquaredLogarithmicError()):
        source, prepared = amounts_for(loss)
        np.testing.assert_array_equal(prepared.y, source.targets.astype(np.float32))
        assert prepared.unit == 1.0
        outputs = np.array([[3.0]], np.float32)
        np.testing.assert_array_equal(StandardizeTarget().undo(prepared.target_fitted, outputs), outputs)
    _, standard = amounts_for(SquaredError())
    assert standard.unit > 10 and abs(standard.y[standard.split.train].mean()) < 1e-6


@pytest.mark.parametrize(
    ("loss", "value", "wanted"),
    [
        (Poisson(), -2.0, "counts of 0 or more in 'count'; got -2."),
        (MeanAbsolutePercentageError(), 0.0, "amounts other than 0 in 'count'; got 0."),
        (MeanAbsolutePercentageError(), 1e-60, "amounts other than 0 in 'count'; got 1e-60."),
        (MeanSquaredLogarithmicError(), -1.0, "amounts above -1 in 'count'; got -1."),
        (Poisson(), 1e16, "amounts within 1e+15 of 0, since it takes them in their own unit, in 'count'; got 1e+16."),
    ],
)
def test_a_target_that_the_loss_has_no_value_for_is_refused(loss, value, wanted):
    with pytest.raises(InputError) as caught:
        amounts_for(loss, value)
    assert str(caught.value) == (
        f"row 7 (from 0, of those with a target): the loss {type(loss).__name__} needs {wanted} Correct the cell, "
        "empty it to leave the row out, or use --set loss=squared_error."
    )


def test_a_preprocessing_for_other_data_is_refused():
    source = from_arrays(np.arange(60.0).reshape(30, 2), np.arange(30) % 2, name="toy")
    split, _ = split_source(source)
    with pytest.raises(
        InputError, match="the preprocessing TableEncoding is for tables; the data are of the kind 'array'"
    ):
        prepare(source, split, Experiment(Sequential((Dense(1),)), BinaryCrossEntropy(), TableEncoding()))


def test_a_tables_preprocessing_must_encode():
    source, split = a_table("classes")
    for preprocess in (Standardize(), (Standardize(), PCA())):
        with pytest.raises(
            InputError, match=r"Standardize is for arrays; the data are a table\. Use --set preprocess=table_"
        ):
            prepare(source, split, Experiment(Sequential((Dense(1),)), BinaryCrossEntropy(), preprocess))


def test_a_last_activation_with_a_name_is_seen():
    made = experiment(SoftmaxCrossEntropy(), Dense(3), Named("head", Activation(ReLU())))
    with pytest.raises(InputError, match="the pair ReLU and SoftmaxCrossEntropy does not go together"):
        check_fits(made, "classes", 3, (5,))


# Nothing is learned from rows held back, whatever they hold.


def a_table(task):
    random = np.random.default_rng(0)
    age = random.normal(40, 10, 200)
    age[::13] = np.nan
    target = random.normal(size=200) if task == "regression" else random.choice(["a", "b", "c"], 200)
    frame = {"age": age, "city": random.choice(["Bonn", "Ulm", "Kiel"], 200), "target": target}
    source = open_source(polars.DataFrame(frame), target="target")
    return source, split_source(source)[0]


def an_array(task):
    random = np.random.default_rng(0)
    y = random.normal(size=200) if task == "regression" else random.integers(0, 3, 200)
    source = from_arrays(random.normal(3, 2, (200, 4)), y, name="toy")
    return source, split_source(source)[0]


def images(task):
    random = np.random.default_rng(0)
    y = random.normal(size=200) if task == "regression" else random.integers(0, 3, 200)
    source = from_arrays(random.integers(0, 256, (200, 4, 4), dtype=np.uint8), y, name="toy")
    return source, split_source(source)[0]


def wild(source, held_back):
    """The same source with other inputs, weights and labels in some rows."""
    if isinstance(source.inputs, tuple):
        inputs = tuple(map(lambda column: _wild_column(column, held_back), source.inputs))
    else:
        inputs = source.inputs.copy()
        inputs[held_back] = 255 if inputs.dtype == np.uint8 else 1e9
    targets, weight = source.targets.copy(), source.weight.copy()
    targets[held_back] = targets[held_back] * 1e6 if targets.ndim == 2 else (targets[held_back] + 1) % 3
    weight[held_back] = 1e6
    return source._replace(inputs=inputs, targets=targets, weight=weight)


def _wild_column(column, held_back):
    if isinstance(column, NumericColumn):
        values = column.values.copy()
        values[held_back] = -1e12
        return column._replace(values=values)
    codes = column.codes.copy()
    codes[held_back] = len(column.levels)
    return CategoryColumn(column.name, codes, (*column.levels, "Zürich"))


@pytest.mark.parametrize("task", ["classes", "regression"])
@pytest.mark.parametrize(
    ("make", "preprocess"),
    [
        (a_table, TableEncoding()), (a_table, TableEncoding(MinMax(), min_count=1)), (an_array, Standardize()),
        (an_array, MinMax()), (an_array, Center()), (images, PixelScale()), (images, Standardize()),
        (an_array, PCA(variance=0.9)), (images, ZcaWhitening()), (a_table, (TableEncoding(), PcaWhitening())),
    ],
)  # fmt: skip
def test_rows_held_back_teach_nothing(make, preprocess, task):
    source, split = make(task)
    odd = wild(source, np.concatenate([split.validation, split.test]))
    chosen = [default_experiment(s, len(split.train)) for s in (source, odd)]
    assert chosen[0] == chosen[1]
    experiment = dataclasses.replace(chosen[0], preprocess=preprocess)
    tame, other = (prepare(s, split, experiment) for s in (source, odd))
    assert repr(tame.fitted) == repr(other.fitted) and repr(tame.target_fitted) == repr(other.target_fitted)
    assert tame.unit == other.unit
    for one, two in ((tame.x, other.x), (tame.y, other.y), (tame.weight, other.weight)):
        np.testing.assert_array_equal(one[split.train], two[split.train])
    assert not np.array_equal(tame.x[split.test], other.x[split.test])
    assert tame.x.dtype == np.float32 and tame.x.shape[0] == 200


def test_targets_are_trained_in_their_deviations():
    source, split = an_array("regression")
    found = prepare(source, split, default_experiment(source, len(split.train)))
    np.testing.assert_allclose(found.y[split.train].mean(), 0, atol=1e-6)
    np.testing.assert_allclose(found.y[split.train].std(), 1, rtol=1e-6)
    np.testing.assert_allclose(found.unit, source.targets[split.train].std(), rtol=1e-9)
    assert prepare(*an_array("classes"), default_experiment(an_array("classes")[0], 128)).unit == 1.0


@pytest.mark.parametrize(
    ("update", "batch", "layer", "message"),
    [
        (LBFGS(), 40, Named("quiet", Dropout(0.0)), None),
        (Adam(), 7, Dropout(0.5), None),
        (LBFGS(), 39, Dropout(0.0), r"LBFGS needs all training rows in every step, 40; got a batch of 39\. Use --set"),
        (
            LBFGS(),
            40,
            Named("n", GaussianNoise(0.1)),
            r"no layer may draw noise; got n\. Set shares",
        ),
        (LBFGS(), 40, DropConnect(4, 0.1), r"no layer may draw noise; got drop_connect_1\. Set shares"),
    ],
)
def test_a_rule_for_full_batches_gets_all_rows_and_no_noise(update, batch, layer, message):
    made = experiment(SoftmaxCrossEntropy(), Dense(4), layer, Dense(3))
    made = replaced(made, update=update, training=Training(batch=batch))
    if message is None:
        check_batch(made, 40)
    else:
        with pytest.raises(InputError, match=message):
            check_batch(made, 40)
