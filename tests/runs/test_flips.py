"""Test-time flips: predictions averaged with those of mirror images, and told so wherever they go."""

import inspect

import jax
import numpy as np
import pytest

from tests.runs.small import copy_of
from thalweg.archive import load as load_archive
from thalweg.data.arrays import from_arrays
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.dense import Dense
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Standardize
from thalweg.recipe import fit, open_test
from thalweg.runs.evaluating import evaluate_file, evaluate_test
from thalweg.runs.loading import load
from thalweg.runs.model import Model, predict_inputs
from thalweg.runs.predicting import predict_rows
from thalweg.runs.reporting import read_run_outcome
from thalweg.train.prepare import prepare

WORDS = "by the means over each image and its mirror image"


def _data():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (120, 4, 3, 1), dtype=np.uint8), random.choice(["a", "b", "c"], 120)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A run on images of noise with three classes; not to be changed."""
    settings = ("network.layers=[{kind='dense',units=3}]", "loss=softmax_cross_entropy", "preprocess=standardize")
    folder = tmp_path_factory.mktemp("photos") / "runs"
    return fit(_data(), runs=str(folder), settings=settings, epochs=2, checks=False, attempts=0)


def test_probabilities_are_the_means_over_both_images_mirrored_before_preprocessing(photos):  # D12
    x, run = _data()[0], load(photos.run)
    found = run.predict(x, test_time_flips=True)
    # Plainly: each pixel by its own mean and deviation, so that a mirrored input is not a mirrored preprocessed one.
    parts = load_archive(photos.run / "split.safetensors")[0]
    train = np.delete(x, [*parts["validation"], *parts["test"]], axis=0).astype(np.float64)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    w, b = (np.asarray(photos.model.params["dense_1"][name], np.float64) for name in "wb")
    both = []
    for images in (x, x[:, :, ::-1]):
        powers = np.exp(((images - mean) / deviation).reshape(len(x), -1) @ w + b)
        both.append(powers / powers.sum(axis=1, keepdims=True))
    expected = (both[0] + both[1]) / 2
    np.testing.assert_allclose(found.select("p_a", "p_b", "p_c").to_numpy(), expected, atol=1e-5)
    assert found["prediction"].to_list() == np.array(["a", "b", "c"])[expected.argmax(axis=1)].tolist()
    assert found["test_time_flips"].to_list() == [True] * len(x)
    assert not found.drop("test_time_flips").equals(run.predict(x))
    mirrored = run.predict(x[:, :, ::-1], test_time_flips=True)  # an image and its mirror image cannot be told apart
    np.testing.assert_array_equal(mirrored.drop("prediction").to_numpy(), found.drop("prediction").to_numpy())


def test_of_amounts_the_mean_is_in_their_unit_and_has_no_interval():
    x, amounts = _data()[0], np.random.default_rng(1).normal(1000, 50, (120, 1))
    source = from_arrays(x, amounts, name="pets", target="weight", task="regression")
    split = Split(np.arange(80), np.arange(80, 120), np.array([], int))
    made = prepare(source, split, Experiment(Sequential((Dense(1),)), SquaredError(), preprocess=Standardize()))
    params, state = made.experiment.network.init(jax.random.key(0), (4, 3, 1))
    model = Model(
        made.experiment, source.task, (4, 3, 1), params, state, made.fitted, made.target_fitted, 9.0, source.schema,
        source.kind, "",
    )  # fmt: skip
    found = predict_rows(model, x[:5], test_time_flips=True).table
    expected = (predict_inputs(model, x[:5]) + predict_inputs(model, x[:5, :, ::-1])) / 2
    np.testing.assert_array_equal(found["prediction"].to_numpy(), expected[:, 0])
    assert found.columns == ["prediction", "test_time_flips"]
    assert predict_rows(model, x[:5]).table.columns == ["prediction", "low", "high"]


def test_a_test_score_with_flips_is_told_from_one_without(photos, tmp_path):
    run = copy_of(photos.run, tmp_path / "runs" / "photos")
    outcome = open_test(run, data=_data(), test_time_flips=True)
    assert {score.part: score.test_time_flips for score in outcome.scores} == {"test": True, "validation": False}
    assert read_run_outcome(run).scores == outcome.scores
    page = (run / "report.html").read_text(encoding="utf-8")
    assert WORDS in page and "Predictions are the means over each image and its mirror image." in page
    plain, after = evaluate_test(run, again=True, data=_data())
    assert plain.scores[-1].value != outcome.scores[len(plain.scores) - 1].value
    assert not any(score.test_time_flips for score in after.scores)


def test_a_file_is_scored_with_flips(photos, tmp_path):
    x, y = _data()
    np.savez(tmp_path / "new.npz", x=255 - x, y=y)
    scores = evaluate_file(photos.run, str(tmp_path / "new.npz"), test_time_flips=True).scores
    assert all(score.test_time_flips for score in scores)
    probable = load(photos.run).predict(255 - x, test_time_flips=True)
    assert scores[0].metric == "accuracy" and scores[0].value == (probable["prediction"].to_numpy() == y).mean()


def test_what_is_no_image_is_refused_and_nothing_is_opened(finished, photos, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "people")
    with pytest.raises(InputError, match=r"^test-time flips are for images .*; the run was trained on a table\. Leave"):
        open_test(run, test_time_flips=True)
    assert not (run.parent / "test-openings.json").exists()
    flat = photos.model._replace(schema={"kind": "array", "shape": [12]})
    with pytest.raises(InputError, match=r"the run was trained on examples of shape \(12,\)\. Leave them out\.$"):
        predict_rows(flat, np.zeros((2, 12)), test_time_flips=True)
    with pytest.raises(InputError, match=r"^--test-time-flips must be true or false; got 'no'"):
        inspect.unwrap(predict_rows)(photos.model, _data()[0], test_time_flips="no")
    with pytest.raises(InputError, match=r"^--test-time-flips must be true or false; got 1"):
        inspect.unwrap(open_test)(photos.run, test_time_flips=1)
