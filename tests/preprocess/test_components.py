"""Directions of the training rows: hand values, closed forms, rounding told from variance, no leak, misuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import components
from thalweg.preprocess.components import choose_kept, training_components, unpack

NOTHING = np.array([], int)


def parts(n_train, n):
    return Split(np.arange(n_train), np.arange(n_train, n), NOTHING)


def found(x, n_train=None):
    x = np.asarray(x)
    return training_components(x, parts(n_train or len(x), len(x)), "PCA")


def mixed(n, d, *, low=0.0, high=0.0, seed=0):
    """Rows whose deviations along unknown axes are near 10^low to 10^high, around a mean of 5."""
    random = np.random.default_rng(seed)
    axes = np.linalg.qr(random.normal(size=(d, d)))[0]
    return random.normal(size=(n, d)) * 10.0 ** np.linspace(high, low, d) @ axes + 5.0


def test_four_points_by_hand():
    # Mean (2, 1). Centred: (2, 1), (-2, -1), (1, -2) / 2, (-1, 2) / 2, which lie along (2, 1) and (1, -2).
    # Variances: 2 (4 + 1) / 4 = 2.5 along the first and 2 (1 + 4) / 4 / 4 = 0.625 along the second.
    got = found([[4.0, 2.0], [0.0, 0.0], [2.5, 0.0], [1.5, 2.0]])
    np.testing.assert_allclose(got.mean, [2.0, 1.0])
    np.testing.assert_allclose(got.deviations**2, [2.5, 0.625])
    np.testing.assert_allclose(got.directions, np.array([[2.0, 1.0], [-1.0, 2.0]]) / np.sqrt(5))
    np.testing.assert_allclose(got.shares, [0.8, 0.2])


@given(n=st.integers(2, 30), d=st.integers(1, 12), seed=st.integers(0, 99))
def test_they_are_the_eigenvectors_of_the_covariance(n, d, seed):
    x = np.random.default_rng(seed).normal(size=(n + 3, d)) * np.arange(1, d + 1)
    got = found(x, n)
    centred = x[:n] - x[:n].mean(axis=0)
    covariance = centred.T @ centred / n
    assert len(got.deviations) == min(n - 1, d)
    np.testing.assert_allclose(
        covariance @ got.directions.T, got.directions.T * got.deviations**2, atol=1e-10 * covariance.trace()
    )
    np.testing.assert_allclose(got.directions @ got.directions.T, np.eye(len(got.directions)), atol=1e-12)
    assert (np.diff(got.deviations) <= 0).all()


def test_small_deviations_keep_their_digits_beside_large_ones():
    # The eigenvalues span a factor of 10^20, of which the matrix X'X holds 10^16.
    x = mixed(300, 8, low=-7.0, high=3.0)
    got = found(x)
    along = (x - x.mean(axis=0)) @ got.directions.T
    np.testing.assert_allclose(along.std(axis=0), got.deviations, rtol=1e-5)
    assert len(got.deviations) == 8 and got.deviations[0] / got.deviations[-1] > 1e9


def test_what_is_taken_in_slices_is_what_is_taken_at_once(monkeypatch):
    x = mixed(90, 4)
    whole = found(x)
    monkeypatch.setattr(components, "SLICE", 1)
    np.testing.assert_allclose(found(x).directions, whole.directions, atol=1e-12)
    np.testing.assert_allclose(found(x).deviations, whole.deviations, rtol=1e-12)


def test_the_largest_entry_is_positive_and_of_equal_ones_the_first():
    x = np.array([[1.0, -1.0], [-1.0, 1.0], [0.1, 0.1], [-0.1, -0.1]])
    np.testing.assert_allclose(found(x).directions, np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2), atol=1e-12)
    np.testing.assert_array_equal(found(-x).directions, found(x).directions)
    signs = np.sign(found(mixed(50, 9)).directions)
    largest = np.abs(found(mixed(50, 9)).directions).argmax(axis=1)
    np.testing.assert_array_equal(signs[np.arange(9), largest], 1.0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sum_of_other_inputs_is_no_direction_of_its_own(dtype):
    x = mixed(60, 3).astype(dtype)
    dependent = np.concatenate([x, x[:, :1] + x[:, 1:2]], axis=1)  # rounded to its own type
    assert dependent.dtype == dtype and len(found(dependent).deviations) == 3


def test_inputs_of_very_different_units_are_no_rounding():
    x = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32) * np.float32([1e9, 1.0, 1e-3])
    assert len(found(x).deviations) == 3


def test_whole_numbers_count_as_exact():
    x = np.random.default_rng(0).integers(0, 256, (40, 2, 3, 1), np.uint8)
    assert len(found(x).deviations) == 6


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_extreme_values_never_give_nan(size):
    got = found(np.array([[-1.0, 0.5], [1.0, -1.0], [0.5, 1.0]]) * size)
    like = found(np.array([[-1.0, 0.5], [1.0, -1.0], [0.5, 1.0]]))
    np.testing.assert_allclose(got.deviations / size, like.deviations, rtol=1e-12)
    np.testing.assert_allclose(got.directions, like.directions, rtol=1e-10)


def test_rows_outside_training_cannot_leak():
    x = mixed(20, 4)
    wild = x.copy()
    wild[12:] = wild[12:] * 1e12 + 7
    for one, other in zip(found(x, 12)[:3], found(wild, 12)[:3], strict=True):
        assert one.tobytes() == other.tobytes()


def test_so_many_are_kept_as_hold_the_share_asked_for():
    # Deviations 3, 2, 1 along the axes: variances 9, 4, 1 of 14.
    x = np.concatenate([np.diag([3.0, 2.0, 1.0]), -np.diag([3.0, 2.0, 1.0])])
    of = found(x)
    for share, kept in ((0.1, 1), (9 / 14, 1), (9 / 14 + 1e-6, 2), (13 / 14, 2), (0.95, 3), (1.0, 3), (1, 3)):
        chosen = choose_kept(of, 6, "PCA", None, share)
        assert (len(chosen.directions), len(chosen.deviations)) == (kept, 3)
        assert chosen.variance_kept == pytest.approx([9 / 14, 13 / 14, 1.0][kept - 1])
    assert len(choose_kept(of, 6, "PCA", None, None).directions) == 3


def test_the_share_kept_is_told_and_never_as_more_than_it_is():
    x = np.concatenate([np.diag([1.0, 1.0, 1e-4]), -np.diag([1.0, 1.0, 1e-4])])
    (remark,) = choose_kept(found(x), 6, "PCA", 2, None).remarks
    assert remark.text == "PCA keeps 2 of 3 components, with 99.99% of the variance of the training rows."
    assert (remark.kind, remark.severity) == ("variance_kept", "note")
    flat = np.concatenate([x, np.ones((6, 2))], axis=1)
    (remark,) = choose_kept(found(flat), 6, "PCA", None, None).remarks
    assert remark.text == (
        "PCA keeps 3 of 5 components, with all of the variance of the training rows; along 2 of 5 they do not vary."
    )


def test_refuses_what_does_not_vary():
    with pytest.raises(InputError, match=r"preprocessing PCA finds no input that varies over the training rows, so"):
        found(np.full((5, 3), 0.1))
    with pytest.raises(InputError, match="finds no input that varies"):
        found(np.full((2, 3), 0.1))
    with pytest.raises(InputError, match="finds no input that varies"):
        found(np.concatenate([np.ones((4, 2)), np.eye(2)]), 4)  # only new rows vary


def test_refuses_more_components_than_there_are():
    with pytest.raises(InputError, match=r"was asked for 4 components; the 9 training rows of 3 numbers vary in 3 dir"):
        choose_kept(found(mixed(9, 3)), 9, "PCA", 4, None)
    with pytest.raises(
        InputError, match=r"the 3 training rows of 5 numbers vary in 2 directions\. Ask for 2 at most\."
    ):
        choose_kept(found(mixed(3, 5)), 3, "PCA", 3, None)


def test_refuses_more_numbers_than_memory_holds_before_it_takes_any():
    x = np.broadcast_to(np.float32(1), (100_000, 20_000))  # holds one number
    with pytest.raises(InputError, match=r"would need 20,000 directions of 20,000 numbers each; at most 268,435,456 n"):
        found(x)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.pop("mean"), r"need the arrays deviations, directions, mean; got \['deviations', 'directions'\]"),
        (
            lambda a: a.update(directions=np.eye(2)),
            r"of shapes \(2, 2\) and \(3,\) do not go with a mean of shape \(3,",
        ),
        (lambda a: a.update(directions=np.zeros((0, 3))), "do not go with a mean"),
        (lambda a: a.update(deviations=np.ones(2)), "do not go with a mean"),
        (lambda a: a.update(deviations=np.ones((3, 3))), "do not go with a mean"),
    ],
)
def test_refuses_what_is_not_whole(change, said):
    arrays, facts = components.pack(found(mixed(9, 3)))
    assert unpack(arrays, facts).variance_kept == 1.0
    change(arrays)
    with pytest.raises(InputError, match=said):
        unpack(arrays, facts)
