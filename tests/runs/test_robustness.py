"""How a run's score falls under distortions: on images of which it is known what they stand, and whatever the task."""

import math

import jax
import numpy as np
import pytest

import thalweg
from thalweg.archive import load
from thalweg.errors import InputError
from thalweg.monitors.distortions.distorted import distorted
from thalweg.monitors.distortions.rotation import ROTATION
from thalweg.runs import robustness as module
from thalweg.runs.answer import decided
from thalweg.runs.robustness import robustness
from thalweg.runs.trained import read_trained

SHORT = {"network": "linear", "checks": False, "attempts": 0.0}


def halves(n, channels=1, seed=0):
    """Images lighter on the left or on the right, and which side that is."""
    random = np.random.default_rng(seed)
    side = random.integers(0, 2, n)
    x = np.full((n, 12, 10, channels), 100) + random.integers(0, 20, (n, 12, 10, channels))
    for k in range(n):
        x[k, :, 5 * side[k] : 5 * side[k] + 5] += 50
    return x.astype(np.uint8), side


@pytest.fixture(scope="module")
def sided(tmp_path_factory):
    """A run that tells the lighter side of coloured images, and its data."""
    folder = tmp_path_factory.mktemp("sided")
    x, side = halves(300, 3)
    np.savez(folder / "sides.npz", x=x, y=np.array(["left", "right"])[side])
    fitted = thalweg.fit(str(folder / "sides.npz"), out=folder / "run", epochs=20, **SHORT)
    return folder, fitted.outcome, robustness(folder / "run")


def by_name(found):
    return {curve.name: curve for curve in found.curves}


def values(curve):
    return [score.value for score in curve.scores]


def test_what_it_withstands_is_what_its_task_leaves_alone(sided):  # M11
    _, outcome, found = sided
    curves = by_name(found)
    assert set(curves) == {"shift", "rotation", "brightness", "warp", "occlusion", "background noise"}
    assert (found.metric, found.part, found.task, found.learned) == ("accuracy", "validation", "classes", True)
    assert outcome.scores[0].value > 0.95
    # A fifth of the range lighter or darker leaves the sides as different as they were: nothing is cut off.
    assert min(values(curves["brightness"])[:3]) > 0.95
    # A quarter turn leaves nothing of left and right, and half of that angle much of it.
    turned = curves["rotation"]
    assert turned.strengths[-1] == 90 and turned.scores[2].value > 0.95 and abs(turned.scores[-1].value - 0.5) < 0.25
    assert 40 < turned.half <= 90
    assert math.isnan(curves["warp"].half)


def test_undistorted_it_is_the_runs_own_score_and_the_guess_is_the_reports(sided):
    _, outcome, found = sided
    for curve in found.curves:
        assert curve.scores[0] == outcome.scores[0]
    assert found.blind == pytest.approx(outcome.baselines[0].score)
    assert found.rows == found.among == outcome.scores[0].rows


def test_scores_are_those_of_a_plain_loop(sided):
    folder, _, found = sided
    _, model = read_trained(folder / "run")
    rows = load(folder / "run" / "split.safetensors")[0]["validation"]
    x = np.load(folder / "sides.npz")["x"][rows]
    side = halves(300, 3)[1][rows]
    for strength, score in zip(ROTATION.strengths, values(by_name(found)["rotation"]), strict=True):
        turned = np.concatenate([distorted(x[k : k + 1], rows[k : k + 1], ROTATION, strength) for k in range(len(x))])
        assert score == pytest.approx(np.mean(module.predict_inputs(model, turned).argmax(axis=1) == side))


def test_it_is_the_same_in_every_call(sided):
    folder, _, found = sided
    again = robustness(folder / "run")
    assert [values(curve) for curve in again.curves] == [values(curve) for curve in found.curves]
    assert (again.row, again.truth) == (found.row, found.truth)


def test_the_pictures_show_one_image_and_what_it_is_taken_for(sided):
    folder, _, found = sided
    data = np.load(folder / "sides.npz")
    validation = load(folder / "run" / "split.safetensors")[0]["validation"]
    assert found.row in validation and found.truth == data["y"][found.row]
    _, model = read_trained(folder / "run")
    for curve in found.curves:
        assert curve.pictures.shape == (6, 12, 10, 3)
        np.testing.assert_array_equal(curve.pictures[0], data["x"][found.row])
        outputs = module.predict_inputs(model, curve.pictures)  # small enough to be whole
        assert curve.said == tuple(np.array(model.task.classes)[decided(model.task, outputs)])
        assert curve.said[0] == found.truth  # one that it recognises


def test_an_image_of_ones_choice_changes_no_score_and_no_sealed_one_is_shown(sided):
    folder, _, found = sided
    split = load(folder / "run" / "split.safetensors")[0]
    for part in ("train", "validation"):
        row = int(split[part][2])
        asked = robustness(folder / "run", row=row)
        assert asked.row == row and asked.rows == found.rows
        assert [curve.scores for curve in asked.curves] == [curve.scores for curve in found.curves]
        np.testing.assert_array_equal(asked.curves[0].pictures[0], np.load(folder / "sides.npz")["x"][row])
    sealed = int(split["test"][0])
    with pytest.raises(InputError, match=f"row {sealed} is of the sealed test part. Choose one that is not"):
        robustness(folder / "run", row=sealed)


def test_only_so_many_images_are_taken_and_none_of_another_part(sided, monkeypatch):
    folder, _, found = sided
    seen = []
    monkeypatch.setattr(module, "MOST_ROWS", 20)
    monkeypatch.setattr(module, "distorted", lambda x, rows, *more: seen.append(rows) or distorted(x, rows, *more))
    few = robustness(folder / "run")
    validation = load(folder / "run" / "split.safetensors")[0]["validation"]
    assert (few.rows, few.among) == (20, len(validation)) == (20, found.among)
    assert all(len(rows) == 20 and set(rows) <= set(validation.tolist()) for rows in seen) and len(seen) == 6 * 5


def test_where_nothing_was_learned_nothing_is_lost(sided, monkeypatch):
    folder, _, _ = sided
    record, model = read_trained(folder / "run")
    blank = model._replace(params=jax.tree.map(lambda leaf: 0 * leaf, model.params))
    monkeypatch.setattr(module, "read_trained", lambda run, parts: (record, blank))
    found = robustness(folder / "run")
    assert not found.learned and all(math.isnan(curve.half) for curve in found.curves)


def test_a_network_of_no_finite_numbers_has_no_score(sided, monkeypatch):
    folder, _, _ = sided
    record, model = read_trained(folder / "run")
    broken = model._replace(params=jax.tree.map(lambda leaf: leaf * np.nan, model.params))
    monkeypatch.setattr(module, "read_trained", lambda run, parts: (record, broken))
    with pytest.raises(InputError, match=r"the network puts out numbers that are not finite, which have no score"):
        robustness(folder / "run")


@pytest.mark.parametrize("metric", ["r2", "rmse"])
def test_amounts_go_by_the_runs_metric_whichever_way_is_better(tmp_path, metric):
    x, side = halves(200)
    amount = x.mean(axis=(1, 2, 3)) + 100.0 * side
    np.savez(tmp_path / "d.npz", x=x, y=amount)
    thalweg.fit(str(tmp_path / "d.npz"), out=tmp_path / "run", metric=metric, epochs=150, **SHORT)
    found = robustness(tmp_path / "run")
    first, blind = found.curves[0].scores[0].value, found.blind
    assert (found.task, found.metric, found.learned) == ("regression", metric, True)
    assert (first > 0.9 and abs(blind) < 0.1) if metric == "r2" else first < 0.3 * blind
    turned = by_name(found)["rotation"]
    assert 20 < turned.half < 90
    assert float(turned.said[0]) == pytest.approx(float(found.truth), abs=30) and float(turned.said[-1]) > 0


def test_answers_are_scored_and_told_each(tmp_path):
    x, side = halves(200)
    upper = np.random.default_rng(1).integers(0, 2, 200)
    x[upper == 1, :6] += 60
    np.savez(tmp_path / "d.npz", x=x, y=np.stack([side, upper], axis=1))
    thalweg.fit(str(tmp_path / "d.npz"), out=tmp_path / "run", task="attributes", epochs=20, **SHORT)
    found = robustness(tmp_path / "run")
    assert (found.task, found.metric, found.learned) == ("attributes", "accuracy", True)
    assert found.curves[0].scores[0].value > 0.9 and 0.4 < found.blind < 0.7
    assert found.truth == f"{side[found.row]}, {upper[found.row]}" == found.curves[0].said[0]


def test_scores_that_are_no_probabilities_do(tmp_path):
    x, side = halves(200)
    np.savez(tmp_path / "d.npz", x=x, y=np.array(["left", "right"])[side])
    settings = ("loss=multiclass_hinge", "network.layers=['flatten',{kind='dense',units=2}]")
    thalweg.fit(str(tmp_path / "d.npz"), out=tmp_path / "run", settings=settings, epochs=10, checks=False, attempts=0.0)
    found = robustness(tmp_path / "run")
    assert found.curves[0].scores[0].value > 0.9 and {"left", "right"} >= set(found.curves[1].said)


def test_what_is_no_image_is_refused(tmp_path):
    x, side = halves(100)
    for name, inputs, said in (
        ("flat", x.reshape(100, -1), "a table|examples of shape"),
        ("real", x / 7.0, r"examples of shape \(12, 10, 1\)"),
    ):
        np.savez(tmp_path / f"{name}.npz", x=inputs, y=np.array(["left", "right"])[side])
        thalweg.fit(str(tmp_path / f"{name}.npz"), out=tmp_path / name, epochs=1, **SHORT)
        with pytest.raises(InputError, match=f"distortions are for images of pixels from 0 to 255; .* {said}"):
            robustness(tmp_path / name)
