"""Several preprocessings one after the other: each step sees what the one before makes, files, misuse."""

import dataclasses

import numpy as np
import pytest

from thalweg.catalogue import KINDS
from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import MinMax, Standardize
from thalweg.preprocess.chain import apply, encodes_tables, fit, pack, table_of, unpack
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.polynomial import Polynomial
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.serialise import changed, from_plain, to_plain

NOTHING = np.array([], int)
SPLIT = Split(np.arange(12), np.arange(12, 20), NOTHING)
X = np.random.default_rng(0).normal(size=(20, 3)) * [1.0, 100.0, 0.1] + 7
TABLE = (
    NumericColumn("a", X[:, 0]),
    NumericColumn("b", X[:, 1]),
    CategoryColumn("c", (np.arange(20) % 2).astype(np.int32), ("k", "l")),
)


def experiment(preprocess):
    return Experiment(Sequential((Dense(2),)), SoftmaxCrossEntropy(), preprocess)


def test_a_step_sees_what_the_one_before_it_makes():
    both = (Standardize(), PCA())
    fitted = fit(both, X, SPLIT)
    scaled = Standardize().apply(fitted.steps[0], X)
    np.testing.assert_array_equal(apply(both, fitted, X), PCA().apply(PCA().fit(scaled, SPLIT), scaled))
    # Alone, PCA would follow the input of the largest unit.
    assert abs(PCA().fit(X, SPLIT).directions[0, 1]) > 0.99 > abs(fitted.steps[1].directions[0, 1])


def test_one_step_does_what_it_does_alone():
    alone, chained = fit(Standardize(), X, SPLIT), fit((Standardize(),), X, SPLIT)
    np.testing.assert_array_equal(apply(Standardize(), alone, X), apply((Standardize(),), chained, X))


def test_rows_outside_training_cannot_leak():
    both, wild = (Standardize(), PCA(variance=0.8)), X.copy()
    wild[12:] = wild[12:] * 1e12 + 7
    assert repr(fit(both, X, SPLIT)) == repr(fit(both, wild, SPLIT))


def test_a_table_is_encoded_first():
    both = (TableEncoding(), PCA(components=2))
    fitted = fit(both, TABLE, SPLIT)
    assert encodes_tables(both) and table_of(fitted).names == ("a", "b", "c=k", "c=l")
    assert not encodes_tables((Standardize(), PCA())) and table_of(fit(Standardize(), X, SPLIT)) is None
    assert apply(both, fitted, TABLE).shape == (20, 2)


def test_names_are_those_of_the_last_step_that_gives_some():
    assert fit((TableEncoding(), Standardize()), TABLE, SPLIT).names == ("a", "b", "c=k", "c=l")
    assert fit((TableEncoding(), ZcaWhitening()), TABLE, SPLIT).names == ("a", "b", "c=k", "c=l")
    assert fit((TableEncoding(), PCA(components=2)), TABLE, SPLIT).names == ("component 0", "component 1")
    assert fit((Standardize(), MinMax()), X, SPLIT).names == ()


def test_remarks_of_all_steps_are_told():
    flat = np.concatenate([X, np.ones((20, 1))], axis=1)
    kinds = [remark.kind for remark in fit((Standardize(), PCA()), flat, SPLIT).remarks]
    assert kinds == ["constant", "variance_kept"]


def test_what_was_learned_is_stored_step_by_step():
    both = (Standardize(), MinMax())
    fitted = fit(both, X, SPLIT)
    arrays, facts = pack(both, fitted)
    assert sorted(arrays) == ["0.scale", "0.shift", "1.scale", "1.shift"] and facts == {"steps": [{}, {}]}
    np.testing.assert_array_equal(apply(both, unpack(both, arrays, facts), X), apply(both, fitted, X))


@pytest.mark.parametrize("facts", [{}, {"steps": [{}]}, {"steps": 3}])
def test_refuses_what_was_stored_of_other_steps(facts):
    both = (Standardize(), MinMax())
    arrays, _ = pack(both, fit(both, X, SPLIT))
    with pytest.raises(InputError, match=r"the stored preprocessing is not one of 2 steps; train the run anew\."):
        unpack(both, arrays, facts)


def test_files_give_a_chain_back_and_its_steps_are_reached_by_position():
    made = experiment((Standardize(), PCA(components=2)))
    plain = to_plain(made)
    assert plain["preprocess"] == [{"kind": "standardize"}, {"kind": "pca", "components": 2}]
    assert from_plain(plain, "experiment", KINDS) == made and hash(made) == hash(dataclasses.replace(made))
    other = from_plain(changed(plain, "preprocess.1.components", 3), "experiment", KINDS)
    assert other.preprocess == (Standardize(), PCA(components=3))


def test_refuses_an_empty_list():
    with pytest.raises(InputError, match=r"the list of preprocessings is empty\. Name one at least, such as no_prep"):
        experiment(())


def test_refuses_a_tables_encoding_behind_another_step():
    with pytest.raises(InputError, match=r"TableEncoding .* can be the first alone; got it at position 1, counted"):
        experiment((PCA(), TableEncoding()))


def test_refuses_a_list_within_a_list():
    with pytest.raises(InputError, match=r"preprocess.0: wanted the preprocessing \(a table with its kind"):
        from_plain({**to_plain(experiment(PCA())), "preprocess": [["pca"], "pca"]}, "experiment", KINDS)


def test_refuses_numbers_too_large_for_the_next_step():
    x = X.copy()
    x[4] = 1e30
    with pytest.raises(InputError, match=r"Polynomial \(position 0, counted from 0\) makes of row 4 numbers that"):
        fit((Polynomial(2), Standardize()), x, SPLIT)
    x[4], x[15] = X[4], 1e30  # a row that is not trained on
    fit((Polynomial(2), Standardize()), x, SPLIT)
