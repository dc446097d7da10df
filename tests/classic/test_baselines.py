"""The baselines against hand values and scikit-learn's own scores, and everything that bounds them."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LassoCV, LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from tests.checks.prepared import from_arrays
from thalweg.classic import models
from thalweg.classic.baselines import _candidates, baselines
from thalweg.classic.models import Examples
from thalweg.classic.rows import DISTANCE_WORK, LASSO_WORK, LINEAR_WORK, MOST, SOLVER_WORK


def parts(prepared):
    train, validation = prepared.split.train, prepared.split.validation
    return prepared.x[train], prepared.y[train], prepared.x[validation], prepared.y[validation]


def by_name(prepared, **settings):
    return {b.name: b for b in baselines(prepared, seed=0, **settings)}


def test_iris_scores_are_scikit_learns():
    prepared = from_arrays(*load_iris(return_X_y=True))
    x, y, x_new, y_new = parts(prepared)
    found = by_name(prepared, task="classes", metric="accuracy")
    assert list(found) == ["majority class", "linear", "k nearest neighbours (k = 5)"]
    assert found["majority class"].score == np.mean(y_new == np.bincount(y).argmax())
    linear = LogisticRegression(max_iter=100).fit(x.astype(float), y)
    assert found["linear"].score == pytest.approx(accuracy_score(y_new, linear.predict(x_new)))
    near = KNeighborsClassifier(5).fit(x, y)
    assert found["k nearest neighbours (k = 5)"].score == pytest.approx(accuracy_score(y_new, near.predict(x_new)))
    assert {b.rows for b in found.values()} == {len(x)}
    assert {b.remark for b in found.values()} == {""}


def test_balanced_accuracy_of_the_blind_guess_is_one_in_c():
    x, y = load_iris(return_X_y=True)
    found = by_name(from_arrays(x[:120], y[:120]), task="classes", metric="balanced_accuracy")
    assert found["majority class"].score == pytest.approx(1 / 3)
    x, y, x_new, y_new = parts(from_arrays(x[:120], y[:120]))
    predicted = LogisticRegression(max_iter=100).fit(x.astype(float), y).predict(x_new)
    assert found["linear"].score == pytest.approx(balanced_accuracy_score(y_new, predicted))


def test_cross_entropy_of_the_blind_guess_is_the_entropy():
    # 30 rows of each of 2 classes to train on: smoothed shares are 1/2, so every row costs ln 2.
    x = np.random.default_rng(0).normal(size=(100, 2))
    y = np.arange(100) % 2
    prepared = from_arrays(x, y)
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert found["majority class"].score == pytest.approx(np.log(2))
    assert np.isfinite(found["k nearest neighbours (k = 5)"].score)  # though all 5 neighbours may be wrong
    # On labels that have nothing to do with the inputs no model is much better than the blind one.
    assert found["linear"].score > np.log(2) - 0.1


def test_five_neighbours_of_one_class_leave_a_sixth_of_the_prior_to_the_other():
    train = Examples(np.zeros((5, 1)), np.zeros(5, np.int32), np.ones(5), 2)
    # Shares are (5 + 1) / 7 and 1 / 7; probabilities (5 * 1 + 6 / 7) / 6 and (1 / 7) / 6.
    np.testing.assert_allclose(models.neighbours(train, np.zeros((1, 1))).values, [[41 / 42, 1 / 42]])


def test_weights_count_in_fit_and_score():
    x, y = np.arange(60)[:, None] * 1e-6, np.arange(60) % 2  # too close together to tell anything
    prepared = from_arrays(x, y, standardize=False)._replace(weight=np.where(y == 1, 3.0, 1.0).astype(np.float32))
    found = by_name(prepared, task="classes", metric="accuracy")
    # Class 1 has three quarters of the weight: naming it always is right for three quarters.
    assert found["majority class"].score == pytest.approx(0.75)
    assert found["linear"].score == pytest.approx(0.75)


def test_is_the_same_every_time():
    prepared = from_arrays(*load_digits(return_X_y=True))
    first, again = (baselines(prepared, task="classes", metric="accuracy", seed=3) for _ in range(2))
    assert [b.score for b in first] == [b.score for b in again]


def test_uses_some_rows_and_says_so(monkeypatch):
    monkeypatch.setattr("thalweg.classic.baselines.MOST", 50)
    found = by_name(from_arrays(*load_digits(return_X_y=True)), task="classes", metric="accuracy")
    assert (found["linear"].rows, found["linear"].available, found["linear"].remark) == (50, 1150, "")
    assert "scored on 50 of 288 rows" in found["k nearest neighbours (k = 5)"].remark
    assert found["linear"].score > 0.6


def test_a_slow_machine_changes_nothing_but_the_times(monkeypatch):
    prepared = from_arrays(*load_iris(return_X_y=True))
    settings = {"task": "classes", "metric": "accuracy", "seed": 0}
    quick = baselines(prepared, **settings)
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr("thalweg.classic.baselines.time.perf_counter", lambda: float(next(hours)))
    slow = baselines(prepared, **settings)
    assert {b.seconds for b in slow} == {3600.0}
    assert [b._replace(seconds=0.0) for b in slow] == [b._replace(seconds=0.0) for b in quick]


def test_a_lasso_looks_at_what_counts_alone():
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 12))
    y = 2 * x[:, 3] - x[:, 7] + 0.1 * random.normal(size=400)
    weight = np.where(np.arange(400) < 200, 1.0, 2.0)
    train = Examples(x[:300], y[:300, None], weight[:300], 0)
    found = models.lasso(train, x[300:])
    folds = KFold(3, shuffle=True, random_state=0)
    scaling = StandardScaler().fit(x[:300], sample_weight=weight[:300])
    inputs, asked = map(scaling.transform, (x[:300], x[300:]))
    theirs = LassoCV(alphas=20, cv=folds).fit(inputs, y[:300], weight[:300])
    np.testing.assert_allclose(found.values[:, 0], theirs.predict(asked), rtol=1e-6)
    used = int(np.count_nonzero(theirs.coef_))
    assert 2 <= used < 12 and found.remark == f"looks at {used} of 12 inputs"


def test_a_lasso_minds_no_unit(monkeypatch):
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 4))
    train = Examples(x, x[:, :1] + 0.1 * random.normal(size=(200, 1)), np.ones(200), 0)
    scaled = train._replace(x=np.concatenate([x * [1e-6, 1.0, 1e6, 1.0], np.ones((200, 1))], axis=1))
    plain, other = (models.lasso(one, one.x) for one in (train, scaled))
    np.testing.assert_allclose(other.values, plain.values, rtol=1e-6, atol=1e-9)
    monkeypatch.setattr(models, "ITERATIONS", 1)
    assert models.lasso(train, x).remark.endswith("; stopped after 1 iterations")


@pytest.mark.parametrize(
    ("y", "told"), [(np.arange(5.0), "too few rows"), (np.ones(60), "one amount only among its rows")]
)
def test_a_lasso_of_rows_that_tell_nothing_is_the_mean(y, told):
    train = Examples(np.random.default_rng(1).normal(size=(len(y), 2)), y[:, None], np.ones(len(y)), 0)
    found = models.lasso(train, np.zeros((3, 2)))
    assert found.remark == told
    np.testing.assert_allclose(found.values, np.full((3, 1), y.mean()))


def test_amounts_have_both_penalties_by_name():
    x = np.random.default_rng(2).normal(size=(200, 3))
    prepared = from_arrays(x, x[:, :1] + 0.0)
    found = by_name(prepared, task="regression", metric="r2")
    assert list(found) == ["mean", "ridge regression (L2)", "lasso (L1)", "k nearest neighbours (k = 5)"]
    assert found["lasso (L1)"].score > 0.99 and found["ridge regression (L2)"].score > 0.99
    _, _, lasso, _ = _candidates("regression", 1001, 1, 60_000, 10_000)
    assert lasso.reason == "left out: more than 1,000 inputs"
    _, _, lasso, _ = _candidates("regression", 1000, 1, 60_000, 10_000)
    assert not lasso.reason and lasso.rows == LASSO_WORK / 1000


def stripes(count, side=16):
    """Images of upright and of level stripes, at any place and of any strength: pixels alone tell little."""
    random = np.random.default_rng(3)
    y = np.arange(count) % 2
    waves = np.sin(np.arange(side) * 1.2 + random.uniform(0, 6.28, (count, 1))) * random.uniform(20, 90, (count, 1))
    level = np.broadcast_to(waves[:, :, None], (count, side, side))
    images = np.where(y[:, None, None] == 1, level, level.transpose(0, 2, 1)) + 128
    return images.astype(np.uint8)[..., None], y


def test_of_images_their_gradients_are_asked_too():
    images, y = stripes(240)
    prepared = from_arrays(images.reshape(240, -1), y)
    settings = {"task": "classes", "metric": "accuracy", "seed": 0}
    without, found = ({b.name: b for b in baselines(prepared, **settings, images=given)} for given in (None, images))
    assert list(found) == [*without, "linear on image features"]
    best = found["linear on image features"]
    assert best.score == 1.0 and best.rows == len(prepared.split.train)
    assert without["linear"].score < 0.8  # than which chance alone would be 0.5


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_images_of_any_channels_are_asked(channels):
    images, y = stripes(120, side=18)
    images = np.repeat(images, channels, axis=3)
    prepared = from_arrays(images.reshape(120, -1), y)
    found = baselines(prepared, task="classes", metric="accuracy", seed=0, images=images)[-1]
    assert found.score == 1.0 and found.remark == ""


def test_where_there_is_time_for_few_images_of_a_class_none_are_asked(monkeypatch):
    images, y = stripes(60)
    prepared = from_arrays(images.reshape(60, -1), y)
    monkeypatch.setattr("thalweg.classic.baselines.FEATURE_WORK", 16 * 16 * 19)
    found = baselines(prepared, task="classes", metric="accuracy", seed=0, images=images)[-1]
    assert found.remark == "left out: there is time for 19 images, few for 2 classes"


def test_few_images_are_all_asked():
    images, y = stripes(24)  # less than ten of a class to train on, for which there is time
    prepared = from_arrays(images.reshape(24, -1), y)
    assert len(prepared.split.train) < 20
    found = baselines(prepared, task="classes", metric="accuracy", seed=0, images=images)[-1]
    assert found.rows == len(prepared.split.train) and found.remark == ""


def test_small_images_have_no_gradients_in_cells():
    images, y = stripes(60, side=15)
    prepared = from_arrays(images.reshape(60, -1), y)
    found = baselines(prepared, task="classes", metric="accuracy", seed=0, images=images)[-1]
    assert (found.name, found.remark) == ("linear on image features", "left out: images of less than 16 x 16 pixels")
    assert np.isnan(found.score)


def test_features_are_made_of_few_images(monkeypatch):
    monkeypatch.setattr("thalweg.classic.baselines.FEATURE_WORK", 16 * 16 * 100)
    images, y = stripes(400)
    prepared = from_arrays(images.reshape(400, -1), y)
    found = baselines(prepared, task="classes", metric="accuracy", seed=0, images=images)[-1]
    assert found.rows == 100 and found.remark.startswith("scored on 50 of ")


@pytest.mark.parametrize("inputs", [1, 784, 3072, 200_000])
@pytest.mark.parametrize("outputs", [1, 2, 10, 1000])
def test_the_work_is_bounded_by_the_sizes_alone(inputs, outputs):
    _, line, *lasso, near = _candidates("regression" if outputs == 1 else "classes", inputs, outputs, 60_000, 10_000)
    rows = min(line.rows, MOST)
    if outputs == 1:
        assert rows * inputs * min(rows, inputs) <= SOLVER_WORK * (1 + 1e-9)
        assert lasso[0].rows * inputs <= LASSO_WORK * (1 + 1e-9)
    else:
        assert rows * inputs * outputs <= LINEAR_WORK * (1 + 1e-9)
    assert min(near.rows, MOST) * min(10_000, near.scored) * inputs <= DISTANCE_WORK * (1 + 1e-9)


def test_leaves_out_what_needs_finite_inputs():
    x, y = load_iris(return_X_y=True)
    prepared = from_arrays(x, y)
    prepared.x[prepared.split.train[0], 1] = np.nan
    found = by_name(prepared, task="classes", metric="accuracy")
    assert np.isfinite(found["majority class"].score)
    assert np.isnan(found["linear"].score)
    assert found["linear"].remark == "left out: some inputs are not finite numbers"


def test_a_fit_cut_short_is_a_remark_and_no_warning(monkeypatch):
    x, y = load_digits(return_X_y=True)
    prepared = from_arrays(x, y, standardize=False)
    monkeypatch.setattr(models, "ITERATIONS", 3)
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert found["linear"].remark == "stopped after 3 iterations"
    assert np.isfinite(found["linear"].score)


def test_a_class_without_training_rows_costs_finitely_much():
    x, y = load_iris(return_X_y=True)
    prepared = from_arrays(x, y)
    train = prepared.split.train[prepared.y[prepared.split.train] != 2]
    prepared = prepared._replace(split=prepared.split._replace(train=train))
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert all(np.isfinite(b.score) for b in found.values())
    # A third of the rows to score are of that class, each given less than one row's share.
    assert found["linear"].score > np.log(len(train)) / 3


def test_one_class_leaves_nothing_to_fit():
    train = Examples(np.zeros((4, 1)), np.zeros(4, np.int32), np.ones(4), 2)
    predicted = models.linear(train, np.zeros((2, 1)))
    assert predicted.remark == "one class only among its rows"
    np.testing.assert_allclose(predicted.values, [[5 / 6, 1 / 6]] * 2)


def test_no_validation_rows_is_said():
    prepared = from_arrays(*load_iris(return_X_y=True))
    prepared = prepared._replace(split=prepared.split._replace(validation=np.array([], np.int64)))
    for baseline in baselines(prepared, task="classes", metric="accuracy", seed=0):
        assert (np.isnan(baseline.score), baseline.remark) == (True, "left out: no validation rows")


def test_refuses_an_unknown_metric():
    with pytest.raises(ValueError, match=r"score_of knows accuracy, .*; got 'luck'"):
        baselines(from_arrays(*load_iris(return_X_y=True)), task="classes", metric="luck", seed=0)
