"""Members of several folds side by side come to what a run on their own fold comes to, and see no test row."""

import jax
import numpy as np
import polars as pl
import pytest

from tests.preprocess.test_table import NAN
from tests.search.engine.test_train_trials import results, same, same_as_alone
from tests.search.ground import small
from tests.train.small import examples
from thalweg.activations.relu import ReLU
from thalweg.data.folds import fold_splits
from thalweg.data.open import open_source
from thalweg.data.split import split_source
from thalweg.experiment import Experiment, Training
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.embedding import Embedding
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.platform import compiles
from thalweg.preprocess.arrays import Standardize
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.table import TableEncoding
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.search.engine import train_trials as trainings
from thalweg.search.engine.trial import Trial
from thalweg.search.fold_grounds import fold_grounds
from thalweg.train import evaluate
from thalweg.train import population as populations
from thalweg.updates.momentum import Momentum

TABULAR = TableEncoding(min_count=1, pieces=4)


def grounds(source=None, base=None, metric="accuracy", *, folds=5, split=None, **given):
    """The folds of the small data, or of others."""
    source = open_source(examples()) if source is None else source
    split = split_source(source)[0] if split is None else split
    return fold_grounds(source, fold_splits(source, split, folds), base or small(), metric, **given)


def of_folds(experiments, folds, seed=3):
    """A trial of each experiment in each fold, the folds side by side."""
    pairs = [(one, fold) for one in experiments for fold in range(folds)]
    return [Trial(number, one, seed, spared=True, fold=fold) for number, (one, fold) in enumerate(pairs)]


def found(trials, given, **engine):
    return results(trials, given[0], further=given[1:], **engine)


def all_same_as_alone(found, given):
    for result in found.values():
        same_as_alone(result, given[result.trial.fold])


def table(kind="classes", n=97):
    """Seven names, of which some occur in some folds alone; missing cells; numbers with few values."""
    random = np.random.default_rng(0)
    names = random.choice(list("abcdefg"), n, p=[0.4, 0.3, 0.2, 0.04, 0.03, 0.02, 0.01]).tolist()
    size, few = random.normal(size=n), random.integers(0, 4, n).astype(float)
    size[random.integers(0, n, 2)] = NAN
    amount = np.nan_to_num(size) + np.array([ord(name) for name in names]) + random.normal(size=n)
    target = amount * 100 if kind == "regression" else np.where(amount > np.median(amount), "high", "low")
    columns = {"name": names, "size": size, "few": few, "y": target}
    return open_source(pl.DataFrame(columns), target="y", task=kind, numeric=("few",))


def tabular(rate=0.05, *, loss=None, outputs=2, network=None, preprocess=TABULAR, epochs=3, batch=16, **changes):
    network = network or Sequential((Dense(5), BatchNorm(), Activation(ReLU()), Dense(outputs)))
    loss, training = loss or SoftmaxCrossEntropy(), Training(batch=batch, epochs=epochs)
    return Experiment(network, loss, preprocess, update=Momentum(rate), training=training, **changes)


def tabular_amounts(rate=0.05):
    return tabular(rate, loss=SquaredError(), outputs=1)


# The same as alone


def test_folds_of_a_table_of_which_each_knows_other_names():
    base = tabular()
    given = grounds(table(), base)
    widths = [np.count_nonzero(ground.prepared.x.any(axis=0)) for ground in given]
    assert len(set(widths)) > 1 and len({ground.prepared.x.shape for ground in given}) == 1
    trials = of_folds([tabular(rate) for rate in (0.01, 0.1, 0.3)], 5)
    all_same_as_alone(found(trials, given, workers=2, width=4), given)


def test_folds_of_unequal_sizes_have_unequal_numbers_of_steps():
    x, y = examples()
    source = open_source((x, y))._replace(groups=np.random.default_rng(0).integers(0, 9, len(y)) ** 2 // 9)
    base = small(epochs=5)
    given = grounds(source, base, folds=3)
    sizes = [len(ground.prepared.split.train) for ground in given]
    assert len({-(-size // 16) for size in sizes}) > 1
    kinds = [small(rate, batch=16, epochs=epochs) for rate, epochs in ((0.02, 5), (0.2, 3))]
    all_same_as_alone(found(of_folds(kinds, 3), given, workers=1), given)


def test_amounts_are_scored_in_each_fold_s_own_unit():
    for metric in ("r2", "rmse"):
        given = grounds(table("regression"), tabular_amounts(), metric)
        assert len({ground.prepared.unit for ground in given}) == 5
        trials = of_folds([tabular_amounts(rate) for rate in (0.001, 0.01)], 5)
        all_same_as_alone(found(trials, given), given)


@pytest.mark.parametrize("n", [100, 97], ids=["equal folds", "unequal folds"])
def test_full_batch(n):
    base = tabular(batch=1000, epochs=120)
    source = table(n=n)
    given = grounds(source, base, split=split_source(source, test_share=0.0)[0])
    before = compiles(populations._compiled_advance)
    done = found(of_folds([tabular(rate, batch=1000, epochs=120) for rate in (0.01, 0.1)], 5), given)
    sizes = {len(ground.prepared.split.train) for ground in given}
    assert compiles(populations._compiled_advance) - before == len(sizes) == (1 if n == 100 else 2)
    all_same_as_alone(done, given)


def test_a_batch_that_some_folds_fill_and_others_do_not():
    source = table()
    given = grounds(source, tabular(), split=split_source(source, test_share=0.0)[0])
    sizes = sorted({len(ground.prepared.split.train) for ground in given})
    assert len(sizes) == 2
    trials = of_folds([tabular(0.05, batch=sizes[0], epochs=60)], 5)
    all_same_as_alone(found(trials, given), given)


def test_other_preprocessing_and_other_losses_than_the_ground_s():
    given, kind = grounds(folds=3), small(0.1, preprocess=(Standardize(), PCA(variance=0.8)))
    all_same_as_alone(found(of_folds([kind], 3), given), grounds(base=kind, folds=3))
    binned = tabular(loss=RegressionByClassification(4), outputs=4)
    amounts, own = (grounds(table("regression"), base, "mae", folds=2) for base in (tabular_amounts(), binned))
    done = found(of_folds([binned], 2), amounts, workers=1)
    all_same_as_alone(done, own)


def test_an_embedding_has_the_columns_of_all_folds():
    network = Sequential((Embedding(2, least=3), Dense(2)))
    base = tabular(network=network)
    given = grounds(table(), base)
    assert len({ground.prepared.experiment.network for ground in given}) == 1
    all_same_as_alone(found(of_folds([tabular(0.1, network=network)], 5), given), given)


def test_each_fold_is_steered_by_its_own_scores():
    given = grounds()
    kinds = [small(0.3, epochs=30, patience=4, training={"plateau": ReduceOnPlateau(patience=2)})]
    done = found(of_folds(kinds, 5), given)
    assert len({result.steps for result in done.values()}) > 1
    all_same_as_alone(done, given)


def test_balanced_classes_are_weighed_by_each_fold_s_own_rows():
    given = grounds(class_weight="balanced")
    assert len({float(ground.weight[0]) for ground in given}) > 1
    all_same_as_alone(found(of_folds([small(0.1)], 5), given), given)


def test_a_trial_rests_and_goes_on_in_its_fold():
    given = grounds()
    trials = of_folds([small(0.1, epochs=4)], 5)
    whole = found(trials, given)
    half = found([trial._replace(until=2) for trial in trials], given)
    on = found([half[n].trial._replace(until=0, rest=half[n].rest) for n in half], given, workers=2, width=2)
    for number, result in whole.items():
        same(on[number], result)


def test_neither_workers_nor_width_nor_order_change_a_bit():
    given = grounds(table(), tabular())
    trials = of_folds([tabular(rate) for rate in (0.01, 0.1)], 5)
    first = found(trials, given, workers=1, width=1)
    for other in (found(trials[::-1], given, workers=2, width=3), found(trials, given)):
        for number, result in first.items():
            same(result, other[number])


# Programs


def test_five_folds_of_eight_settings_are_one_program():
    # D10: five folds are what one gets where nothing is said.
    given = grounds(base=small(width=13))
    before = compiles(populations._compiled_advance), compiles(evaluate._compiled_assess)
    trials = of_folds([small(rate, width=13, epochs=2) for rate in np.geomspace(1e-3, 1, 8)], 5)
    assert len(found(trials, given, workers=2)) == 40
    sizes = {len(ground.prepared.split.validation) for ground in given}
    assert compiles(populations._compiled_advance) == before[0] + 1
    assert compiles(evaluate._compiled_assess) <= before[1] + 2 * len(sizes)  # of two widths of populations at most


def test_an_experiment_that_does_not_fit_one_fold_is_refused_with_the_reason():
    given = grounds(table(), tabular())
    wrong = tabular(preprocess=(TABULAR, PCA(components=30)))
    done = found(of_folds([tabular(), wrong], 5), given)
    assert not done[0].failed and done[5].failed
    assert done[5].ending.startswith("fold 1 of 5: the preprocessing PCA was asked for 30 components; the ")


# No leak


@pytest.mark.parametrize("kind", ["classes", "regression"])
def test_poisoned_test_rows_change_no_number(kind):
    source, random = table(kind), np.random.default_rng(5)
    split, _ = split_source(source)
    test = split.test
    assert len(test) > 15
    inputs = []
    for column in source.inputs:
        cells = np.array(column[1])
        cells[test] = -1 if cells.dtype == np.int32 else random.choice([NAN, 1e30], len(test))
        inputs.append(column._replace(**{column._fields[1]: cells}))
    targets = np.array(source.targets)
    targets[test] = NAN if kind == "regression" else random.permutation(1 - targets[test])
    poisoned = source._replace(inputs=tuple(inputs), targets=targets, fingerprint="other")
    loss = {"loss": SquaredError(), "outputs": 1} if kind == "regression" else {}
    metric = "rmse" if kind == "regression" else "accuracy"
    kinds = [tabular(0.01, **loss), tabular(0.01, preprocess=(TABULAR, PCA(variance=0.9)), **loss)]
    clean, other = (
        found(
            of_folds(kinds, 5), grounds(one, kinds[0], metric, split=split, class_weight="balanced" if not loss else "")
        )
        for one in (source, poisoned)
    )
    for number, result in clean.items():
        assert np.isfinite(result.loss)
        same(result, other[number])


def test_a_fold_s_numbers_hang_on_its_training_rows_alone_until_they_are_scored():
    source = table()
    split, _ = split_source(source)
    base = tabular()
    given = grounds(source, base, split=split)
    held = given[0].prepared.split.validation
    inputs = tuple(
        column._replace(**{column._fields[1]: np.where(np.isin(np.arange(97), held), column[1][held[0]], column[1])})
        for column in source.inputs
    )
    other = fold_grounds(source._replace(inputs=inputs), [g.prepared.split for g in given], base, "accuracy")
    train = given[0].prepared.split.train
    # Where the others' names are gone, places may be, too; what is left at them is the same.
    ours, theirs = (dict(zip(g.prepared.names, g.prepared.x[train].T, strict=True)) for g in (given[0], other[0]))
    for name in set(ours) & set(theirs):
        np.testing.assert_array_equal(ours[name], theirs[name])
    assert len(set(ours) & set(theirs)) > 5 and not any(ours[name].any() for name in set(ours) - set(theirs))


# Side by side, as on a GPU


def test_folds_side_by_side_come_to_the_same(monkeypatch):
    given = grounds(table(), tabular())
    trials = of_folds([tabular(0.05)], 5)
    plain = found(trials, given)
    for module in (populations, trainings):
        monkeypatch.setattr(module, "backend", lambda: "gpu")
    monkeypatch.setattr(trainings, "free_memory", lambda: None)
    jax.clear_caches()
    for number, result in found(trials, given, workers=1).items():
        np.testing.assert_allclose(plain[number].loss, result.loss, rtol=1e-3)
    jax.clear_caches()
