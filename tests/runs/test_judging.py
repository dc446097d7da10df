"""What a finished run came to: the best moment, runs that go wrong, parts that lack something."""

import numpy as np
import pytest

from tests.runs.small import OPTIONS, quick, rows, same_bits, write_table
from thalweg.recipe import fit, resume
from thalweg.runs.judging import INTERVAL, half_width, judge
from thalweg.runs.loading import load
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.scoring import Predicted


def test_the_best_moment_is_that_of_the_kept_weights(finished):
    outcome = finished.outcome
    scores = [float(e.validation_score[0]) for e in outcome.history.evaluations]
    best = next(e for e in outcome.history.evaluations if e.step == outcome.best_step)
    assert float(best.validation_score[0]) == max(scores)
    assert outcome.best_epoch == best.epoch == outcome.best_step / 4
    assert outcome.scores[0].value == pytest.approx(max(scores), abs=1e-6)


def test_the_numbers_of_a_run_are_in_its_outcome(finished):
    outcome = finished.outcome
    assert outcome.layers == (
        ("dense_1", "(-, 4)", 36), ("dropout_1", "(-, 4)", 0), ("activation_1", "(-, 4)", 0), ("dense_2", "(-, 1)", 5),
    )  # fmt: skip
    assert outcome.examples_per_second > 0 and outcome.seconds >= outcome.compile_seconds > 0
    assert outcome.seeds == {"seed": 0, "split_seed": 0}
    assert outcome.ending == "all epochs were trained"
    assert {"thalweg", "jax", "jaxlib", "numpy", "python", "machine", "cores"} <= set(outcome.versions)


def test_the_data_are_summed_up(finished):
    data = finished.outcome.data
    assert data.classes == (("no", 59), ("yes", 43)) or sum(count for _, count in data.classes) == 102
    assert data.features == 8 and data.target == "bought"
    columns = {name: (role, note) for name, role, note in data.columns}
    missing = [sum(row[name] in ("", "?") for row in rows()) for name in ("age", "city")]
    assert columns["age"] == ("numeric", f"numbers, {missing[0]} missing")
    assert columns["city"] == ("category", f"4 categories, {missing[1]} missing")
    assert columns["income"] == ("numeric", "numbers")


def test_a_run_that_diverges_keeps_its_best_weights_and_is_reported(table, tmp_path):
    settings = (*OPTIONS["settings"], "update.rate=1e30")
    found = quick(table, tmp_path, settings=settings)
    outcome = found.outcome
    assert outcome.status == "diverged" and "no longer a finite number" in outcome.ending
    assert all(np.isfinite(leaf).all() for leaf in found.model.params["dense_1"].values())
    assert (found.run / "report.html").stat().st_size > 1000
    assert outcome.findings[0].symptom == "diverged"
    assert read_run_outcome(found.run).status == "diverged"
    assert load(found.run).predict(str(table))["p_yes"].is_finite().all()
    assert same_bits(resume(found.run).model, found.model)


def test_a_rate_of_a_million_is_survived(table, tmp_path):
    found = quick(table, tmp_path, settings=(*OPTIONS["settings"], "update.rate=1e6"))
    assert found.outcome.scores[0].value >= 0.3
    assert (found.run / "report.html").exists()


def test_inputs_beyond_float32_end_in_words(tmp_path):
    x = np.random.default_rng(0).normal(size=(160, 8)) * 1e300
    y = (x[:, 0] * 1e-300).round(3)
    settings = (*OPTIONS["settings"], "preprocess=no_preprocessing")
    options = {**OPTIONS, "target": None, "drop": (), "settings": settings, "runs": tmp_path}
    found = fit((x, y), task="regression", **options)
    assert found.outcome.status == "diverged"
    assert np.isnan(found.model.half_width)
    assert np.isnan(load(found.run).model.half_width)
    assert np.isnan(read_run_outcome(found.run).scores[0].value)


def test_a_class_that_validation_lacks_is_scored_as_far_as_it_goes(tmp_path):
    table = write_table(tmp_path / "train.csv", rows(124))
    choose = [row for row in rows(100, seed=1) if row["size"] != "L"][:36]
    settings = tuple(setting.replace("units=1", "units=3") for setting in OPTIONS["settings"])
    found = quick(
        table, tmp_path / "runs", target="size", drop=("bought", "price"), settings=settings,
        validation_data=str(write_table(tmp_path / "choose.csv", choose)), metric="balanced_accuracy",
    )  # fmt: skip
    confusion = np.array(found.outcome.comparison.confusion)
    assert confusion.shape == (3, 3) and confusion[0].sum() == 0 and confusion.sum() == 36
    assert found.outcome.scores[0].metric == "balanced_accuracy" and np.isfinite(found.outcome.scores[0].value)


def test_predictions_all_alike_are_scored(table, tmp_path):
    settings = (*OPTIONS["settings"], "update.rate=1e-12")
    found = quick(table, tmp_path, target="price", drop=("bought", "size"), settings=settings)
    assert found.outcome.scores[0].metric == "r2" and -1 < found.outcome.scores[0].value < 0.3
    assert found.model.half_width > 0


def test_weights_count_in_training_and_in_scores(tmp_path):
    heavy = [{**row, "weight": "50" if row["city"] == "Ulm" else "0.02"} for row in rows()]
    table = write_table(tmp_path / "heavy.csv", heavy, ("age", "income", "city", "weight", "bought"))
    found = quick(table, tmp_path / "runs", weight_column="weight", drop=())
    even = quick(table, tmp_path / "runs", drop=("weight",))
    assert not same_bits(found.model, even.model)
    predictions = load(found.run).predict(str(table))["prediction"].to_numpy()
    right = predictions == np.array([row["bought"] for row in heavy])
    at = even.outcome.data.rows[1][1]
    assert found.outcome.scores[0].rows == at
    assert found.outcome.scores[0].value != pytest.approx(right.mean())


def test_the_interval_holds_nine_of_ten_new_rows():
    inside = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        truth, new = random.normal(size=(40, 1)), random.standard_t(4, 50)
        error = random.standard_t(4, (40, 1))
        width = half_width(Predicted("validation", truth, truth + error, np.ones(40)))
        inside += (np.abs(new) <= width).sum()
    assert INTERVAL - 0.01 <= inside / (300 * 50) <= INTERVAL + 0.03  # at most 1 / (n + 1) more


@pytest.mark.parametrize(("errors", "width"), [([3.0], 3.0), (list(range(1, 10)), 9.0), (list(range(1, 20)), 18.0)])
def test_the_interval_by_hand(errors, width):
    truth = np.zeros((len(errors), 1))
    assert half_width(Predicted("validation", truth, np.array(errors)[:, None], np.ones(len(errors)))) == width


def test_the_model_is_safe_with_its_interval_before_its_run_is_judged(tmp_path, monkeypatch):
    x = np.random.default_rng(0).normal(size=(120, 2))
    seen = []

    def judged(run, *args):
        seen.append(load(run).model.half_width)
        return judge(run, *args)

    monkeypatch.setattr("thalweg.conduct.judge", judged)
    layers = ("network.layers=[{kind='dense',units=1}]",)
    found = fit((x, x[:, 0] + 0.5), epochs=2, checks=False, attempts=0, settings=layers, out=tmp_path / "run")
    assert seen == [found.model.half_width]
    assert seen[0] > 0
