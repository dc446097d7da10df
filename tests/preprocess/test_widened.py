"""Folds of one width: each fold's own outputs at its own places, zeros elsewhere, nothing learned from outside."""

import numpy as np
import pytest
from tests.preprocess.test_table import NAN, names, numbers

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.arrays import MinMax, Standardize
from thalweg.preprocess.chain import apply, fit, fit_folds
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.table import TableEncoding, TableFit
from thalweg.preprocess.widened import Widened

NOTHING = np.array([], np.int64)
# Rows 0 to 5, 6 to 11 and, in the test part, 12 to 13. Only the first have "b" and a missing size, only the second "c".
TABLE = (
    numbers("size", *[1.0, 2.0, NAN, 4.0, 4.0, 4.0], *[1.0, 5.0, 6.0, 7.0, 8.0, 9.0], *[1e9, NAN]),
    names("pet", *"aabbaa", *"aaccca", "d", None),
    numbers("same", *[1.0] * 6, *range(8)),
)
SPLITS = (
    Split(np.arange(6), np.arange(6, 12), np.array([12, 13])),
    Split(np.arange(6, 12), np.arange(6), np.array([12, 13])),
)


def test_a_table_has_a_place_for_whatever_any_fold_knows():
    kind = TableEncoding(min_count=1, pieces=4)
    (first, x), (second, other) = fit_folds(kind, TABLE, SPLITS)
    own = [kind.fit(TABLE, split) for split in SPLITS]
    pieces = tuple(f"size piece {k}" for k in (1, 2, 3, 4))
    same = tuple(f"same piece {k}" for k in (1, 2, 3, 4))
    assert first.names == second.names == ("size", *pieces, "size (missing)", "pet=a", "pet=b", "pet=c", "same", *same)
    assert first.name_columns == second.name_columns == ((6, 3),)
    assert first.places.tolist() == [0, 1, 2, 5, 6, 7, 9]  # two pieces, for four of its six sizes are one
    assert second.places.tolist() == [0, 1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13]
    for fitted, made, alone in ((first, x, own[0]), (second, other, own[1])):
        np.testing.assert_array_equal(made[:, fitted.places], kind.apply(alone, TABLE))
        left = np.setdiff1d(np.arange(14), fitted.places)
        assert not made[:, left].any() and made.dtype == np.float32
        np.testing.assert_array_equal(apply(kind, fitted, TABLE), made)
        assert fitted.remarks == alone.remarks


def test_rare_names_and_missing_ones_have_their_places_too():
    table = (names("pet", *["a"] * 5, "b", *["a"] * 5, None),)
    splits = (Split(np.arange(6), np.arange(6, 12), NOTHING), Split(np.arange(6, 12), np.arange(6), NOTHING))
    (first, x), (second, other) = fit_folds(TableEncoding(), table, splits)
    assert first.names == second.names == ("pet=a", "pet (other)", "pet (missing)")
    assert (first.places.tolist(), second.places.tolist()) == ([0, 1], [0, 2])
    assert x[5].tolist() == [0, 1, 0] and x[11].tolist() == [0, 0, 0]
    assert other[5].tolist() == [0, 0, 0] and other[11].tolist() == [0, 0, 1]


def test_a_fold_learns_from_its_own_training_rows_alone():
    kind = (TableEncoding(min_count=1, pieces=3), PCA(variance=0.9))
    wild = tuple(
        column._replace(values=np.where(np.arange(14) < 12, column.values, NAN))
        if hasattr(column, "values")
        else column._replace(codes=np.where(np.arange(14) < 12, column.codes, -1))
        for column in TABLE
    )
    for (_, x), (_, other) in zip(fit_folds(kind, TABLE, SPLITS), fit_folds(kind, wild, SPLITS), strict=True):
        np.testing.assert_array_equal(x[:12], other[:12])  # the test rows made no number
    tame = tuple(c._replace(values=np.where(np.arange(14) < 6, 0.5, c.values)) for c in (TABLE[0], TABLE[2]))
    rows = fit_folds(TableEncoding(), (TABLE[0], TABLE[2]), SPLITS), fit_folds(TableEncoding(), tame, SPLITS[1:])
    ours, theirs = rows[0][1], rows[1][0]
    np.testing.assert_array_equal(ours[1][6:12, ours[0].places], theirs[1][6:12])


@pytest.mark.parametrize("kind", [PCA, PcaWhitening])
def test_a_share_of_the_variance_keeps_as_many_components_as_the_fold_that_needs_most(kind):
    random = np.random.default_rng(0)
    flat = random.normal(size=(20, 1)) * [1.0, 1.0, 0.01]
    x = np.concatenate([flat, random.normal(size=(20, 3))])
    splits = (Split(np.arange(20), np.arange(20, 40), NOTHING), Split(np.arange(20, 40), np.arange(20), NOTHING))
    (first, ours), (second, theirs) = fit_folds(kind(variance=0.95), x, splits)
    assert len(first.own.directions) == 1 and len(second.places) == 3
    assert ours.shape == theirs.shape == (40, 3) and not ours[:, 1:].any()
    np.testing.assert_array_equal(ours[:, :1], kind(variance=0.95).apply(kind(variance=0.95).fit(x, splits[0]), x))
    assert first.names == ("component 0", "component 1", "component 2")


def test_each_step_of_a_chain_learns_from_what_the_fold_s_own_steps_make():
    kind = (TableEncoding(min_count=1), MinMax(-1.0, 1.0))
    (fitted, x), _ = fit_folds(kind, TABLE, SPLITS)
    encoded = apply(kind[0], fitted.steps[0], TABLE)
    np.testing.assert_array_equal(x, MinMax(-1.0, 1.0).apply(MinMax(-1.0, 1.0).fit(encoded, SPLITS[0]), encoded))
    np.testing.assert_array_equal(apply(kind, fitted, TABLE), x)
    assert isinstance(fitted.steps[0], Widened) and not x[:, fitted.names.index("pet=c")].any()


def test_folds_that_learn_the_same_form_are_left_as_they_are():
    table = (numbers("size", *range(8)), names("pet", *"abababab"))
    splits = (Split(np.arange(4), np.arange(4, 8), NOTHING), Split(np.arange(4, 8), np.arange(4), NOTHING))
    for kind, inputs in ((TableEncoding(min_count=1), table), (Standardize(), np.arange(16.0).reshape(8, 2))):
        for (fitted, x), split in zip(fit_folds(kind, inputs, splits), splits, strict=True):
            alone = fit(kind, inputs, split)
            assert not isinstance(fitted, Widened) and isinstance(fitted, type(alone) if kind else TableFit)
            np.testing.assert_array_equal(x, apply(kind, alone, inputs))


def test_what_is_amiss_in_one_fold_is_told_with_its_number():
    x = np.concatenate([np.zeros((4, 2)), np.ones((4, 2)) * np.arange(4)[:, None]])
    splits = (Split(np.arange(4, 8), np.arange(4), NOTHING), Split(np.arange(4), np.arange(4, 8), NOTHING))
    text = (
        "fold 2 of 2: the preprocessing PCA finds no input that varies over the training rows, so there is nothing to "
        "learn from. Give inputs that differ from row to row."
    )
    with pytest.raises(InputError) as error:
        fit_folds(PCA(), x, splits)
    assert str(error.value) == text
    huge = np.array([[1.0], [2.0], [1e200], [2e200]])
    halves = (Split(np.array([0, 1]), np.array([2, 3]), NOTHING), Split(np.array([2, 3]), np.array([0, 1]), NOTHING))
    text = (
        "fold 2 of 2: the preprocessing Standardize (position 0, counted from 0) makes of row 2 numbers that are too "
        "large for 32 bits. Put standardize before it."
    )
    kind = (Enlarged(), Standardize())
    with pytest.raises(InputError) as error:
        fit_folds(kind, huge, halves)
    assert str(error.value) == text.replace("Standardize (", "Enlarged (")


class Enlarged:
    """A step that leaves numbers as they are, in 32 bits."""

    def fit(self, inputs, split):
        return Standardize().fit(np.zeros_like(inputs), split)

    def apply(self, fitted, inputs):
        with np.errstate(over="ignore"):
            return inputs.astype(np.float32)
