"""Scaling of arrays: hand values, closed forms, no leak, no NaN, misuse."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.archive import load, save
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.affine import SLICE
from thalweg.preprocess.arrays import Center, MinMax, NoPreprocessing, PixelScale, Standardize

KINDS = [Standardize(), MinMax(), MinMax(-1.0, 1.0), Center(), NoPreprocessing()]
ALL_OF_IT = [*KINDS, PixelScale()]


def parts(n_train: int, n: int) -> Split:
    """Return a split whose first rows train and whose others are validation and test."""
    middle = (n_train + n + 1) // 2
    return Split(np.arange(n_train), np.arange(n_train, middle), np.arange(middle, n))


def images(n: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 3, 2, 3), np.uint8)


def test_standardize_by_hand():  # D3
    # mean (1 + 3 + 5 + 7) / 4 = 4, variance (9 + 1 + 1 + 9) / 4 = 5
    x = np.array([[1.0], [3.0], [5.0], [7.0], [4.0 + 2 * np.sqrt(5)]])
    fitted = Standardize().fit(x, parts(4, 5))
    np.testing.assert_allclose(fitted.shift, [4.0])
    np.testing.assert_allclose(fitted.scale, [np.sqrt(5)])
    np.testing.assert_allclose(Standardize().apply(fitted, x)[-1], [2.0], rtol=1e-6)


def test_min_max_by_hand():  # D4
    x = np.array([[2.0, -1.0], [4.0, 3.0], [10.0, 1.0]])
    fitted = MinMax().fit(x, parts(3, 3))
    np.testing.assert_allclose(MinMax().apply(fitted, x), [[0, 0], [0.25, 1], [1, 0.5]])
    stretched = MinMax(-1.0, 1.0)
    np.testing.assert_allclose(stretched.apply(stretched.fit(x, parts(3, 3)), x), [[-1, -1], [-0.5, 1], [1, 0]])
    np.testing.assert_allclose(MinMax().apply(fitted, np.array([[18.0, 3.0]])), [[2, 1]])  # new data may lie outside


def test_center_by_hand():  # D1, D2
    x = np.array([[1.0, 10.0], [3.0, 30.0]])
    fitted = Center().fit(x, parts(2, 2))
    np.testing.assert_allclose(Center().apply(fitted, x), [[-1, -10], [1, 10]])


def test_pixels_by_hand():
    # Two images of one pixel: red 0 and 255, mean 127.5; green both 51; blue 102 and 204, mean 153.
    x = np.array([[[[0, 51, 102]]], [[[255, 51, 204]]]], np.uint8)
    fitted = PixelScale().fit(x, parts(2, 2))
    np.testing.assert_allclose(
        PixelScale().apply(fitted, x)[:, 0, 0], [[-0.5, 0, -0.2], [0.5, 0, 0.2]], rtol=1e-6, atol=1e-7
    )


def test_pixels_have_one_mean_a_channel():
    fitted = PixelScale().fit(images(9), parts(9, 9))
    np.testing.assert_allclose(fitted.shift[0, 0], images(9).mean(axis=(0, 1, 2)))
    np.testing.assert_array_equal(fitted.shift, np.broadcast_to(fitted.shift[0, 0], (3, 2, 3)))


def test_nothing_changes_but_the_type():
    x = np.random.default_rng(0).normal(size=(4, 3))
    got = NoPreprocessing().apply(NoPreprocessing().fit(x, parts(2, 4)), x)
    np.testing.assert_array_equal(got, x.astype(np.float32))


@given(n=st.integers(2, 30), shape=st.sampled_from([(1,), (4,), (2, 3)]), seed=st.integers(0, 99))
def test_training_rows_have_mean_0_and_deviation_1(n, shape, seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(generator.normal(size=shape) * 100, np.exp(generator.normal(size=shape)), (n + 5, *shape))
    got = Standardize().apply(Standardize().fit(x, parts(n, n + 5)), x)[:n]
    assert got.dtype == np.float32
    np.testing.assert_allclose(got.mean(axis=0, dtype=float), 0, atol=1e-6)
    np.testing.assert_allclose(got.std(axis=0, dtype=float), 1, atol=1e-6)


def test_statistics_over_many_slices_equal_those_of_a_plain_loop():
    x = np.random.default_rng(0).normal(3, 2, (SLICE // 50000 + 200, 60000)).astype(np.float32)[:, :50001]
    rows = np.random.default_rng(1).permutation(len(x))[: len(x) - 30]
    fitted = Standardize().fit(x, Split(np.sort(rows), np.array([], int), np.array([], int)))
    np.testing.assert_allclose(fitted.shift, x[rows].mean(axis=0, dtype=float), rtol=1e-12)
    np.testing.assert_allclose(fitted.scale, x[rows].std(axis=0, dtype=float), rtol=1e-10)


@pytest.mark.parametrize("kind", ALL_OF_IT, ids=repr)
def test_rows_outside_training_cannot_leak(kind):  # D7
    x = images(8) if isinstance(kind, PixelScale) else np.random.default_rng(0).normal(size=(8, 4))
    wild = x.copy()
    wild[5:] = 255 - wild[5:] if x.dtype == np.uint8 else wild[5:] * 1e12 + 7
    before, after = kind.fit(x, parts(5, 8)), kind.fit(wild, parts(5, 8))
    assert before.shift.tobytes() == after.shift.tobytes()
    assert before.scale.tobytes() == after.scale.tobytes()


@pytest.mark.parametrize("kind", [Standardize(), MinMax(), MinMax(-1.0, 1.0), Center()], ids=repr)
def test_a_constant_feature_is_named_and_left_at_0(kind):
    x = np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0], [9.0, 3.0]])  # the last row is new
    fitted = kind.fit(x, parts(3, 4))
    np.testing.assert_array_equal(kind.apply(fitted, x)[:, 0], 0.0)
    assert [(r.kind, r.where, r.severity) for r in fitted.remarks] == [("constant", "feature 0", "warning")]
    assert fitted.remarks[0].text == "the same value in every training row, so left at 0: feature 0."


def test_a_constant_feature_stays_0_however_far_a_new_value_lies():
    x = np.array([[-1e308], [-1e308], [1e308]])
    np.testing.assert_array_equal(Standardize().apply(Standardize().fit(x, parts(2, 3)), x), 0.0)


def test_many_constant_features_share_one_remark():
    (remark,) = Standardize().fit(np.zeros((3, 4, 5)), parts(3, 3)).remarks
    assert remark.text.endswith("feature (0, 3), feature (0, 4) and 15 more.")


@pytest.mark.parametrize("kind", KINDS[:-1], ids=repr)
@pytest.mark.parametrize("size", [1e300, 1e-300, 5e-324])
def test_extreme_values_never_give_nan(kind, size):
    x = np.array([[-1.0], [1.0], [0.5]]) * size
    fitted = kind.fit(x, parts(3, 3))
    assert np.isfinite(fitted.shift).all()
    assert not np.isnan(kind.apply(fitted, x)).any()
    if isinstance(kind, Standardize) and size != 5e-324:  # which leaves no digits to compute with
        np.testing.assert_allclose(kind.apply(fitted, x), [[-1.3728129], [0.9805807], [0.39223227]], rtol=1e-6)


@pytest.mark.parametrize("kind", ALL_OF_IT, ids=repr)
def test_what_was_learned_survives_a_file(kind, tmp_path):
    x = images(6) if isinstance(kind, PixelScale) else np.random.default_rng(0).normal(size=(6, 2)) * [[1.0, 0.0]]
    fitted = kind.fit(x, parts(6, 6))
    save(tmp_path / "fit.safetensors", *kind.pack(fitted))
    again = kind.unpack(*load(tmp_path / "fit.safetensors"))
    np.testing.assert_array_equal(kind.apply(again, x), kind.apply(fitted, x))
    assert again.scale.dtype == np.float64


@pytest.mark.parametrize("kind", ALL_OF_IT, ids=repr)
def test_specs_are_trees_of_their_numbers(kind):
    assert jax.tree.leaves(kind) == ([kind.low, kind.high] if isinstance(kind, MinMax) else [])
    assert hash(kind) == hash(type(kind)(*jax.tree.leaves(kind)))


def test_refuses_other_shapes():
    fitted = Standardize().fit(np.eye(3), parts(3, 3))
    with pytest.raises(InputError, match=r"fitted to examples of shape \(3,\); got \(2,\)"):
        Standardize().apply(fitted, np.eye(2))


def test_refuses_pixels_that_are_none():
    with pytest.raises(InputError, match=r"PixelScale needs uint8 images .* got float64 of shape \(3, 3\)"):
        PixelScale().fit(np.eye(3), parts(3, 3))


def test_refuses_an_empty_interval():
    with pytest.raises(InputError, match=r"MinMax\.high must be above MinMax\.low; got low 1.0 and high 1.0"):
        MinMax(1.0, 1.0)


def test_refuses_what_is_not_whole():
    with pytest.raises(InputError, match=r"needs the arrays shift and scale; got \['shift'\]"):
        Standardize().unpack({"shift": np.zeros(1)}, {})
