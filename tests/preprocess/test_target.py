"""Standardised targets: hand values, the way back, no leak, a target that never changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thalweg.archive import load, save
from thalweg.data.split import Split
from thalweg.preprocess.target import StandardizeTarget

KIND = StandardizeTarget()


def training(n: int, of: int) -> Split:
    return Split(np.arange(n), np.arange(n, of), np.array([], int))


def test_by_hand():
    # mean 200, deviation 100; the third row is not for training
    targets = np.array([[100.0], [300.0], [900.0]])
    fitted = KIND.fit(targets, training(2, 3))
    got = KIND.apply(fitted, targets)
    assert got.dtype == np.float32
    assert got.tolist() == [[-1], [1], [7]]


@given(mean=st.floats(-1e6, 1e6), deviation=st.floats(1e-3, 1e6), seed=st.integers(0, 99))
def test_undo_gives_back_what_apply_took(mean, deviation, seed):
    targets = np.random.default_rng(seed).normal(mean, deviation, (9, 2))
    fitted = KIND.fit(targets, training(9, 9))
    np.testing.assert_allclose(KIND.undo(fitted, KIND.apply(fitted, targets)), targets, atol=1e-6 * deviation)


def test_rows_outside_training_cannot_leak():
    targets = np.arange(6.0)[:, None]
    before = KIND.fit(targets, training(4, 6))
    after = KIND.fit(np.where(targets < 4, targets, 1e9), training(4, 6))
    assert (before.shift.tobytes(), before.scale.tobytes()) == (after.shift.tobytes(), after.scale.tobytes())


def test_a_target_that_never_changes_keeps_its_unit_and_is_said():
    fitted = KIND.fit(np.full((3, 1), 5.0), training(3, 3))
    assert KIND.apply(fitted, np.array([[5.0], [6.0]])).tolist() == [[0], [1]]
    assert KIND.undo(fitted, np.array([[0.0], [1.0]])).tolist() == [[5], [6]]
    assert [(r.kind, r.severity) for r in fitted.remarks] == [("constant", "warning")]


def test_what_was_learned_survives_a_file(tmp_path):
    fitted = KIND.fit(np.array([[1.0], [4.0]]), training(2, 2))
    save(tmp_path / "fit.safetensors", *KIND.pack(fitted))
    again = KIND.unpack(*load(tmp_path / "fit.safetensors"))
    assert KIND.undo(again, np.array([[2.0]])).tolist() == KIND.undo(fitted, np.array([[2.0]])).tolist()
