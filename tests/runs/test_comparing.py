"""Runs side by side: scores on the same rows, the difference and its interval, the settings that differ."""

import numpy as np
import polars
import pytest

from tests.runs.small import OPTIONS, quick, rows, write_table
from thalweg.errors import InputError
from thalweg.report.compared import compared_lines, setting_rows, side_rows
from thalweg.runs import comparing
from thalweg.runs.comparing import Beside, _check_same_rows, _judged, compare
from thalweg.runs.ensemble.summary import Gain
from thalweg.runs.examples import load_split
from thalweg.runs.loading import load
from thalweg.runs.paired import Paired, paired
from thalweg.runs.record import read_record

SLOW = ("update.rate=1e-5",)
LINEAR = ("network.layers=[{kind='dense',units=1}]",)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "people.csv", rows())


@pytest.fixture(scope="module")
def pair(table, tmp_path_factory):
    """A run that learns, and one that hardly does, both in three folds."""
    folder = tmp_path_factory.mktemp("pair")
    good = quick(table, folder, folds=3)
    return good, quick(table, folder, folds=3, settings=(*OPTIONS["settings"], *SLOW))


def right(run, table):
    """Which validation rows a run predicts right."""
    split = load_split(run / "split.safetensors", 160, read_record(run).identity)
    some = polars.read_csv(table)[split.validation]
    return (load(run).predict(some)["prediction"] == some["bought"]).to_numpy().astype(float)


def test_the_difference_is_that_of_both_on_the_same_rows(table, pair):
    good, poor = pair
    found = compare([good.run, poor.run])
    hits = [right(one.run, table) for one in pair]
    (beside,) = found.beside
    assert beside.gain.value == pytest.approx(hits[0].mean() - hits[1].mean(), abs=1e-12) and beside.gain.value > 0
    assert beside.gain.low < beside.gain.value < beside.gain.high and beside.gain.rows == len(hits[0])
    assert [side.score for side in found.sides] == [one.outcome.scores[0] for one in pair]
    assert [side.test for side in found.sides] == [None, None] and found.metric == "accuracy"
    turned = compare([poor.run, good.run]).beside[0].gain
    assert turned.value == -beside.gain.value and turned.low == pytest.approx(-beside.gain.high)


def test_folds_are_compared_in_pairs(pair):
    scores = [[fold.score for fold in one.outcome.folds.folds] for one in pair]
    sizes = [(fold.training, fold.validation) for fold in pair[0].outcome.folds.folds]
    wanted = paired(np.subtract(*scores).tolist(), *(sum(size) for size in zip(*sizes, strict=True)))
    assert compare([one.run for one in pair]).beside[0].folds == wanted


def test_settings_that_differ_are_listed(table, pair, tmp_path):
    found = compare([one.run for one in pair])
    assert found.settings == (("update.rate", (0.05, 1e-5)),)
    assert setting_rows(found) == [("update.rate", "0.05", "1e-5")]
    other = quick(table, tmp_path, epochs=2, settings=(*LINEAR, "training.batch=32", "update.rate=0.05"))
    found = compare([pair[0].run, other.run])
    assert dict(found.settings)["network.layers"] == ("dense 4 > dropout > activation > dense 1", "dense 1")
    assert dict(found.settings)["training.epochs"] == (6, 2)
    assert not any(setting.path.startswith("network.layers.") for setting in found.settings)
    assert found.beside[0].folds is None  # the other has none
    layers = [sum(count for _, _, count in one.outcome.layers) for one in (pair[0], other)]
    assert [side.parameters for side in found.sides] == layers and [side.epochs for side in found.sides] == [6, 2]


def test_a_setting_that_only_one_run_has(table, pair, tmp_path):
    other = quick(table, tmp_path, epochs=6, settings=(*OPTIONS["settings"], "update={kind='sgd',rate=0.05}"))
    found = dict(compare([pair[0].run, other.run]).settings)
    assert found["update.kind"] == ("adam", "sgd")
    assert any(values[0] is not None and values[1] is None for values in found.values())  # Adam's own settings


def test_other_columns_and_a_test_part_that_was_opened(table, pair, tmp_path):
    other = quick(table, tmp_path, drop=("size", "price", "city"), open_test=True, ensemble=2, metric="cross_entropy")
    found = compare([pair[0].run, other.run])
    assert found.metric == "accuracy" and found.sides[1].networks == 2
    assert found.sides[1].test == next(s for s in other.outcome.scores if (s.part, s.metric) == ("test", "accuracy"))
    assert "test part sealed" in side_rows(found)[0] and "2 networks of" in side_rows(found)[1][3]


def test_what_is_asked_for_beside_the_experiment_is_listed(table, pair, tmp_path):
    other = quick(table, tmp_path, seed=1, class_weight="balanced", ensemble=2)
    found = dict(compare([pair[0].run, other.run]).settings)
    assert found["seed"] == (0, 1) and found["class_weight"] == ("none", "balanced")
    assert found["ensemble.members"] == (None, 2)


def test_rows_that_weigh_otherwise_are_other_rows(pair, tmp_path, table):
    first, second = (_judged(one.run, {}, ()) for one in pair)
    _check_same_rows(first, second)
    other = second._replace(predicted=second.predicted._replace(weight=second.predicted.weight * 2))
    with pytest.raises(InputError, match=r"were judged on different rows"):
        _check_same_rows(first, other)
    with pytest.raises(InputError, match=r"were judged on different rows"):
        _check_same_rows(first, second._replace(record=second.record._replace(fingerprint="of another file")))


@pytest.mark.parametrize("change", ["seed", "folds", "metric", "sizes"])
def test_other_folds_are_not_compared(pair, change):
    outcome = pair[0].outcome.folds
    records = [read_record(one.run) for one in pair]
    if change == "seed":
        records[1] = records[1]._replace(split_seed=1)
    elif change == "folds":
        records[1] = records[1]._replace(folds=4)
    elif change == "metric":
        outcome = outcome._replace(metric="cross_entropy")
    else:
        outcome = outcome._replace(folds=(outcome.folds[0]._replace(training=5), *outcome.folds[1:]))
    sides = [_judged(one.run, {}, ())._replace(record=record) for one, record in zip(pair, records, strict=True)]
    sides[1] = sides[1]._replace(outcome=sides[1].outcome._replace(folds=outcome))
    assert comparing._over_folds(*sides, "accuracy") is None


def test_runs_judged_on_other_rows_or_for_another_target_are_refused(table, pair, tmp_path):
    other = quick(table, tmp_path / "split", split_seed=1, epochs=1)
    with pytest.raises(
        InputError, match=r"were judged on different rows\. Compare runs on the same data with the same"
    ):
        compare([pair[0].run, other.run])
    amount = quick(table, tmp_path / "amount", target="price", drop=("bought", "size"), epochs=1)
    with pytest.raises(InputError, match=r"predict different things\. Compare runs with one target and the same"):
        compare([pair[0].run, amount.run])


def test_a_metric_of_probabilities_needs_them(table, pair, tmp_path):
    entropy = quick(table, tmp_path / "entropy", epochs=1, metric="cross_entropy")
    hinge = quick(table, tmp_path / "hinge", epochs=1, settings=(*OPTIONS["settings"], "loss=squared_hinge"))
    assert compare([hinge.run, entropy.run]).metric == "accuracy"
    with pytest.raises(InputError, match=r"gives no probabilities, so it has no cross-entropy\. Name a run of another"):
        compare([entropy.run, hinge.run])


def test_two_different_runs_are_needed(pair):
    with pytest.raises(InputError, match=r"compare needs two runs or more\. Name another run directory\."):
        compare([pair[0].run])
    with pytest.raises(InputError, match=r"is named twice\. Name two different runs\."):
        compare([pair[0].run, str(pair[0].run)])


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.02, 0.01, 0.03, "a is 2.0 points better than b (95% interval 1 point to 3.0 points)."),
        (
            -0.02,
            -0.03,
            -0.01,
            "a is 2.0 points worse than b (95% interval \N{MINUS SIGN}3.0 points to \N{MINUS SIGN}1 point).",
        ),
        (0.02, -0.01, 0.05, "to 5.0 points), so that chance alone could explain it."),
        (0.0, 0.0, 0.0, "a is as good as b."),
    ],
)
def test_what_is_said(pair, value, low, high, said):
    found = compare([one.run for one in pair])
    first = found.sides[0]._replace(run="a")
    beside = Beside("b", Gain("accuracy", value, low, high, 0.9, 0.8, 26, 1), Paired(value, low, high))
    lines = compared_lines(found._replace(sides=(first, found.sides[1]), beside=(beside,)))
    assert lines[0].startswith("On 26 validation rows a is") and lines[0].endswith(said)
    assert lines[1].startswith("Over the same folds a is") and lines[1].endswith(said)
