"""One run from end to end: every form of data, every option, and nothing learned from rows held back."""

import inspect
import json

import jax
import numpy as np
import polars
import pytest

from tests.runs.small import OPTIONS, PLAN, PauseAt, contents, copy_of, quick, rows, same_bits, weights, write_table
from thalweg.data.source import Remark
from thalweg.errors import InputError
from thalweg.recipe import Options, check, fit, open_test, reproduce, resume
from thalweg.runs.loading import load
from thalweg.runs.predicting import predict_file
from thalweg.runs.record import read_record
from thalweg.starts.supervised_stack import SupervisedStack

FILES = {
    ".lock", "checkpoint", "experiment.json", "findings.json", "history.parquet", "model.safetensors", "report.html",
    "result.json", "schema.json", "seal.json", "split.safetensors",
}  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("data") / "people.csv", rows())


@pytest.fixture(scope="module")
def finished(table, tmp_path_factory):
    return quick(table, tmp_path_factory.mktemp("finished") / "runs")


def test_a_run_leaves_what_the_design_lists(finished):
    assert {path.name for path in finished.run.iterdir()} == FILES
    assert finished.run.name == "people-1"
    outcome = finished.outcome
    assert (outcome.name, outcome.task, outcome.metric, outcome.status) == (
        "people-1", "classes", "accuracy", "finished",
    )  # fmt: skip
    assert [dict(outcome.data.rows)[part] for part in ("training", "validation", "test")] == [102, 26, 32]
    assert outcome.scores[0].part == "validation" and outcome.scores[0].rows == 26
    assert outcome.scores[0].value > 0.7
    assert outcome.baselines[0].name == "majority class"
    assert outcome.openings == 0


def test_a_run_shows_itself_in_a_line(finished, table, tmp_path):
    score = finished.outcome.scores[0]
    assert repr(finished).startswith(
        f"Fitted(run={str(finished.run)!r}, finished, validation accuracy {score.value:.4g},"
    )
    assert len(repr(finished)) < 400
    assert repr(load(finished.run)) == f"Run({str(finished.run)!r}, classes of 'bought')"
    paused = quick(table, tmp_path, controllers=(PauseAt(3),))
    assert repr(paused) == f"Fitted(run={str(paused.run)!r}, paused at step {paused.state.clock})"


def test_what_a_person_should_know_is_said(table, tmp_path):
    said = []
    quick(table, tmp_path, say=said.append, checks=True)
    assert any("160 rows" in line for line in said)
    assert any("dense_1" in line and "41 parameters" in line for line in said)
    assert any("an identifier, left out" in line for line in said)
    assert any(line.endswith(" checks passed, 2 not judged") for line in said)


@pytest.mark.parametrize(
    ("target", "drop", "units", "task", "metric"),
    [("size", ("bought", "price"), 3, "classes", "accuracy"), ("price", ("bought", "size"), 1, "regression", "r2")],
)
def test_more_classes_and_numbers_are_fitted(table, tmp_path, target, drop, units, task, metric):
    settings = (*(s.replace("units=1", f"units={units}") for s in OPTIONS["settings"]),)
    found = quick(table, tmp_path, target=target, drop=drop, settings=settings, epochs=20)
    assert (found.outcome.task, found.outcome.metric) == (task, metric)
    assert found.outcome.scores[0].metric == metric and found.outcome.scores[0].value > 0.4
    predictions = load(found.run).predict(str(table))
    wanted = ["p_L", "p_M", "p_S"] if task == "classes" else ["low", "high"]
    assert predictions.columns == ["name", "prediction", *wanted]
    assert len(predictions) == 160


def test_frames_and_arrays_are_fitted_as_files_are(table, tmp_path, finished):
    frame = polars.read_csv(table, null_values=["?"])
    from_polars = quick_frame(frame, tmp_path / "polars")
    from_pandas = quick_frame(frame.to_pandas(), tmp_path / "pandas")
    assert same_bits(from_polars.model, from_pandas.model)
    assert from_polars.outcome.scores[0].value > 0.7
    x = np.random.default_rng(0).normal(size=(160, 8)).astype(np.float32)
    options = {**OPTIONS, "settings": PLAN, "runs": tmp_path / "arrays", "target": None, "drop": ()}
    found = fit((x, (x[:, 0] > 0).astype(int)), **options)
    assert found.model.input_shape == (8,)
    assert found.run.parent == tmp_path / "arrays"


def quick_frame(frame, folder):
    return fit(frame, **{**OPTIONS, "runs": folder})


@pytest.fixture
def compiles():
    """The names of the events by which JAX tells of every compile in this process, eager operations' included."""
    seen = []

    def listen(name, seconds, **_):
        if name.endswith("backend_compile_duration"):
            seen.append(name)

    jax.monitoring.register_event_duration_secs_listener(listen)
    yield seen
    jax.monitoring.clear_event_listeners()


def test_a_second_run_of_the_same_structure_compiles_nothing(table, tmp_path, compiles):
    quick(table, tmp_path, checks=True)
    jax.jit(lambda x: 3 * x + len(compiles))(1.0)
    assert compiles  # or nothing is heard of
    compiles.clear()
    settings = (*OPTIONS["settings"], "update.rate=0.0123", "training.patience=3")
    quick(table, tmp_path, checks=True, seed=5, settings=settings)
    assert compiles == []
    settings = (*(s.replace("units=1", "units=3") for s in settings),)
    quick(table, tmp_path, checks=True, target="size", drop=("bought", "price"), settings=settings)
    assert compiles  # another structure


# The tables below have 160 rows in all and 97 to 128 to train on: then every run here is one compiled program.


def test_files_for_the_other_parts_become_those_parts(tmp_path):
    train = write_table(tmp_path / "train.csv", rows(110))
    validation = write_table(tmp_path / "choose.csv", [{**r, "bought": r["bought"] + "."} for r in rows(20, seed=1)])
    test = write_table(tmp_path / "judge.csv", [{**r, "bought": f" {r['bought'].upper()}."} for r in rows(30, seed=2)])
    found = quick(train, tmp_path / "runs", validation_data=str(validation), test_data=str(test))
    assert dict(found.outcome.data.rows) == {"training": 110, "validation": 20, "test": 30}
    assert any(remark.kind == "label_match" and "yes." in remark.text for remark in found.outcome.remarks)
    record = json.loads((found.run / "experiment.json").read_text())
    assert (record["validation_data"], record["test_data"]) == (str(validation), str(test))
    assert record["sealed"] != record["fingerprint"]


# What is held back must teach nothing.


def wild(table_rows):
    """Rows of other numbers, other levels and the opposite label."""
    other = {"yes": "no", "no": "yes"}
    return [
        {**row, "age": str(10**6 + 7 * k), "income": "-1e12", "city": "Ulm", "bought": other[row["bought"]]}
        for k, row in enumerate(table_rows)
    ]


def test_a_wild_test_file_changes_no_bit_of_training(tmp_path):
    train = write_table(tmp_path / "train.csv", rows(120))
    tame = write_table(tmp_path / "tame.csv", rows(40, seed=1))
    odd = write_table(tmp_path / "odd.csv", wild(rows(40, seed=1)))
    one, other = (quick(train, tmp_path / str(k), test_data=str(p)) for k, p in enumerate((tame, odd)))
    assert (one.run / "model.safetensors").stat().st_size == (other.run / "model.safetensors").stat().st_size
    assert same_bits(one.model, other.model)
    assert repr(one.model.fitted) == repr(other.model.fitted)
    assert one.model.experiment == other.model.experiment
    assert [s.value for s in one.outcome.scores] == [s.value for s in other.outcome.scores]


def test_wild_validation_rows_change_the_choice_alone(tmp_path):
    train = write_table(tmp_path / "train.csv", rows(124))
    tame = write_table(tmp_path / "tame.csv", rows(36, seed=1))
    odd = write_table(tmp_path / "odd.csv", wild(rows(36, seed=1)))
    one, other = (quick(train, tmp_path / str(k), validation_data=str(p)) for k, p in enumerate((tame, odd)))
    assert repr(one.model.fitted) == repr(other.model.fitted)
    assert one.model.experiment == other.model.experiment
    last = [weights_of_carry(found) for found in (one, other)]
    assert all(np.array_equal(a, b) for a, b in zip(*last, strict=True))
    assert one.outcome.scores[0].value != other.outcome.scores[0].value


def weights_of_carry(found):
    carry = found.state.members.carry
    return weights(found.model._replace(params=carry.params, state=carry.state))


# Every option does something: those on data and parts, which are settled before training, and the others.


def groups_whole(found, base):
    groups = found.source.groups
    return not set(groups[found.split.train]) & set(groups[found.split.test])


def later_last(found, base):
    times, split = found.source.times, found.split
    return times[split.train].max() < times[split.validation].min() < times[split.test].min()


def names(examples):
    return [column.name for column in examples.source.inputs]


def searched(found):
    """The stages of a run's search."""
    return found.outcome.search.stages


OF_DATA = {
    "target": ({"target": "income"}, lambda found, base: found.source.task.target == "income"),
    "task": ({"target": "age", "task": "classes"}, lambda found, base: len(found.source.task.classes) > 20),
    "header": ({"target": 6, "drop": (4, 5), "header": "no"}, lambda found, base: len(found.source.targets) == 161),
    "drop": ({"drop": "city"}, lambda found, base: names(found) == ["age", "income", "size", "price"]),
    "categorical": ({"categorical": "age"}, lambda found, base: found.source.inputs[0].levels),
    "group": ({"group": "size"}, groups_whole),
    "time_column": ({"time_column": "income"}, later_last),
    "id": ({"id": "city"}, lambda found, base: found.source.schema["id"] == "city"),
    "weight_column": ({"weight_column": "income"}, lambda found, base: found.source.weight.std() > 0.1),
    "test_data": ({"test_data": None}, lambda found, base: (found.split.test == np.arange(160, 320)).all()),
    "validation_data": ({"validation_data": None}, lambda found, base: (found.split.validation >= 160).all()),
    "split_seed": ({"split_seed": 1}, lambda found, base: not np.array_equal(found.split.test, base.split.test)),
}
OF_TRAINING = {
    "metric": ({"metric": "cross_entropy"}, lambda found, base: found.outcome.scores[0].metric == "cross_entropy"),
    "class_weight": ({"class_weight": "balanced"}, lambda found, base: not same_bits(found.model, base.model)),
    "config": ({"config": {"update": {"rate": 0.01}, "kind": "experiment"}, "settings": OPTIONS["settings"][:2]},
               lambda found, base: found.model.experiment.update.rate == 0.01),
    "settings": ({"settings": (*OPTIONS["settings"], "update.rate=0.02")},
                 lambda found, base: found.model.experiment.update.rate == 0.02),
    "network": ({"network": "linear", "settings": OPTIONS["settings"][1:]},
                lambda found, base: found.model.experiment.network.names() == ("dense_1",)),
    "pretrain": ({"pretrain": "supervised", "settings": (*OPTIONS["settings"], "start.epochs=2")},
                 lambda found, base: found.model.experiment.start == SupervisedStack(epochs=2)),
    "epochs": ({"epochs": 2}, lambda found, base: (found.state.clock, base.state.clock) == (8, 24)),
    "time_budget": ({"time_budget": 1e-6}, lambda found, base: "time budget" in found.outcome.ending),
    "seed": ({"seed": 1}, lambda found, base: not np.array_equal(weights(found.model)[0], weights(base.model)[0])),
    "open_test": ({"open_test": True}, lambda found, base: found.outcome.scores[0].part == "test"),
    "checks": ({"checks": True}, lambda found, base: found.outcome.checks and not base.outcome.checks),
    "monitors": ({"monitors": "none"}, lambda found, base: base.state.history.steps and not found.state.history.steps),
    "attempts": ({"attempts": 0.5}, lambda found, base: read_record(found.run).attempts == 0.5),
    "on_finding": ({"on_finding": "stop"}, lambda found, base: read_record(found.run).on_finding == "stop"),
    "search": ({"search": 1, "finalist_seeds": 1},
               lambda found, base: found.outcome.search and not base.outcome.search),
    "strategy": ({"search": 1, "strategy": "random"}, lambda found, base: searched(found)[0].name == "random"),
    "space": ({"search": 1, "space": {"update": {"rate": "log 1e-2 .. 1"}}},
              lambda found, base: searched(found)[0].ranges["update.rate"].text == "log 1e-2 .. 1e0"),
    "over": ({"search": 1, "over": "update.rate=log 1e-2 .. 1"},
             lambda found, base: searched(found)[0].ranges["update.rate"].text == "log 1e-2 .. 1e0"),
    "finalists": ({"search": 3, "strategy": "random", "finalists": 1},
                  lambda found, base: len(found.outcome.search.finalists) == 1),
    "finalist_seeds": ({"search": 1, "strategy": "random", "finalist_seeds": 4},
                       lambda found, base: len(found.outcome.search.finalists[0].scores) == 4),
    "folds": ({"folds": 3}, lambda found, base: len(found.outcome.folds.folds) == 3 and not base.outcome.folds),
    "ensemble": ({"ensemble": 2}, lambda found, base: len(found.model.others) == 1 and not base.model.others),
    "ensemble_of": ({"search": 2, "strategy": "random", "ensemble": 2, "ensemble_of": "trials"},
                    lambda found, base: {m.trial for m in found.outcome.ensemble.members} == {0, 1}),
    "ensemble_average": ({"ensemble": 2, "ensemble_average": "scores"},
                         lambda found, base: found.model.average == "scores"),
    "command": ({"command": "thalweg fit"}, lambda found, base: found.outcome.command == "thalweg fit"),
    "runs": ({}, lambda found, base: found.run.parent != base.run.parent),
    "out": ({"out": "given by name"}, lambda found, base: found.run.name == "given by name"),
}  # fmt: skip


def test_what_preparing_the_data_shows_is_said_and_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.random.default_rng(0).normal(size=(120, 3)).astype(np.float32)
    x[:, 1] = 7.0
    said = []
    layers = ("network.layers=[{kind='dense',units=1}]",)
    options = {"epochs": 1, "checks": False, "settings": layers, "out": str(tmp_path / "run")}
    found = fit((x, (x[:, 0] > 0).astype(int)), say=said.append, **options)
    text = "the same value in every training row, so left at 0: feature 1."
    assert f"warning: {text}" in said
    assert found.outcome.remarks[-1] == Remark("constant", text, "feature 1", "warning")
    assert text in (found.run / "report.html").read_text()
    assert resume(found.run).outcome.remarks == found.outcome.remarks
    said.clear()
    checked = fit((x, (x[:, 0] > 0).astype(int)), say=said.append, **{**options, "checks": True, "out": None})
    assert f"warning: {text}" not in said and any("1 of 3 inputs holds one value only: input 1" in s for s in said)
    assert any(check.name == "constant columns" and not check.passed for check in checked.outcome.checks)


def test_the_variance_kept_is_said_and_reported_with_checks_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    x = (random.normal(size=(120, 3)) * [5.0, 1.0, 0.1] + 3).astype(np.float32)
    settings = ("network.layers=[{kind='dense',units=1}]", "preprocess=['center',{kind='pca',components=2}]")
    said = []
    found = fit((x, (x[:, 0] > 3).astype(int)), say=said.append, epochs=1, settings=settings, out="run")
    (text,) = (line for line in said if "variance" in line)
    # The input left out has 0.01 of a variance of 26.01, or 0.04% of it, give or take the draw.
    assert text.startswith("PCA keeps 2 of 3 components, with 99.9") and text.endswith("of the training rows.")
    assert Remark("variance_kept", text) in found.outcome.remarks
    assert text in (found.run / "report.html").read_text()
    assert found.model.fitted.steps[1].variance_kept == pytest.approx(0.9996, abs=2e-4)
    assert load(found.run).predict(x).equals(predict_file(found.run, x).table)
    with pytest.raises(
        InputError, match=r"wanted examples of shape \(3,\), as the first data were; got examples of shape \(2,\)"
    ):
        load(found.run).predict(x[:, :2])


def test_rows_judged_on_that_were_trained_on_are_said_without_checks_too(tmp_path, monkeypatch):
    table = write_table(tmp_path / "table.csv", rows(120))
    copied = [*rows(30, seed=5), *({**row, "name": "again"} for row in rows(120)[:10])]
    test = str(write_table(tmp_path / "test.csv", copied))
    chosen, said = str(write_table(tmp_path / "chosen.csv", rows(20, seed=6))), []
    found = quick(table, tmp_path / "runs", validation_data=chosen, test_data=test, say=said.append)
    text = (
        "10 of 40 test rows (25.0%) equal training rows in every input and the label. Scores on copies say nothing "
        "about new data. If these are copies, take them out of one of the files."
    )
    assert f"warning: {text}" in said
    assert found.outcome.remarks[-1] == Remark("shared_rows", text, "test", "warning")
    assert resume(found.run).outcome.remarks == found.outcome.remarks
    monkeypatch.setattr("thalweg.runs.checking.run_checks", lambda *args, **named: ())
    examples, _ = check(str(table), **{**OPTIONS, "test_data": test, "checks": True})
    assert not any(remark.kind == "shared_rows" for remark in examples.remarks)  # the check of that name says it


def test_every_option_is_tried():
    elsewhere = {"numeric", "again", "label_column", "image_size", "parts", "from_run", "freeze"}
    assert {*OF_DATA, *OF_TRAINING, *elsewhere} == set(Options._fields)


def test_a_second_opening_needs_again_and_is_refused_before_training(tmp_path):
    table = write_table(tmp_path / "table.csv", rows(160))
    folder = tmp_path / "all"
    assert quick(table, folder, open_test=True).outcome.openings == 1
    with pytest.raises(InputError, match="opened once before"):
        quick(table, folder, open_test=True)
    assert len(list(folder.glob("*/experiment.json"))) == 1
    assert quick(table, folder, open_test=True, again=True).outcome.openings == 2
    with pytest.raises(InputError, match="--again goes with --open-test"):
        quick(table, folder, again=True)


def test_again_is_true_or_false_and_nothing_is_opened_by_a_text(finished):
    before = contents(finished.run.parent)
    with pytest.raises(InputError, match=r"--again must be true or false; got 'no'\."):
        inspect.unwrap(open_test)(finished.run, again="no")  # without the types that tests check
    assert contents(finished.run.parent) == before


@pytest.mark.parametrize("option", OF_DATA)
def test_an_option_changes_the_data_or_their_parts(table, monkeypatch, option):
    monkeypatch.setattr("thalweg.runs.checking.run_checks", lambda *args, **named: ())
    given, changed = OF_DATA[option]
    given = {name: str(table) if value is None else value for name, value in given.items()}
    base, _ = check(str(table), target="bought")
    found, _ = check(str(table), **{"target": "bought", **given})
    assert changed(found, base)


def test_a_column_said_to_be_numeric_is_taken_at_its_word(table):
    with pytest.raises(InputError, match=r"'Bonn'|'Köln'|'Ulm'|'Kiel'.* is not a finite number"):
        check(str(table), target="bought", numeric=("city",))


@pytest.mark.parametrize("option", OF_TRAINING)
def test_an_option_changes_the_run(table, tmp_path, finished, monkeypatch, option):
    monkeypatch.chdir(tmp_path)
    given, changed = OF_TRAINING[option]
    assert changed(quick(table, tmp_path, **given), finished)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tarjet": "bought"}, r"unknown option of fit 'tarjet'. Did you mean 'target'\?"),
        ({"target": 1.5}, r"--target must be a column's name or position, or several of them; got 1.5"),
        ({"drop": (None,)}, r"--drop must be names or positions of columns; got \(None,\)"),
        ({"monitors": "ful"}, r"unknown choice of monitors 'ful'. Did you mean 'full'\? There are: none"),
        ({"monitors": None}, r"--monitors must be a name; got None"),
        ({"attempts": 1.5}, r"--attempts must be a share of the run from 0 to 1, such as 0.1; got 1.5"),
        ({"attempts": True}, r"--attempts must be a share of the run from 0 to 1, such as 0.1; got True"),
        ({"on_finding": "mend"}, r"unknown action on a finding 'mend'. There are: warn, stop, repair"),
        ({"on_finding": True}, r"--on-finding must be warn, stop or repair; got True"),
        ({"on_finding": "repair", "attempts": 0}, r"--on-finding repair tries what helps .* Give a share above 0"),
        ({"epochs": 2.5}, r"--epochs must be a whole number; got 2.5"),
        ({"epochs": 0}, r"Training.epochs must be in \[1, 1e\+07\]; got 0"),
        ({"time_budget": 0}, r"--time-budget must be a number of seconds above 0; got 0"),
        ({"time_budget": float("nan")}, r"--time-budget must be a number of seconds above 0; got nan"),
        ({"seed": -1}, r"--seed must be a whole number from 0 to 4294967295; got -1"),
        ({"split_seed": 2**32}, r"--split-seed must be a whole number from 0"),
        ({"class_weight": "even"}, r"--class-weight must be balanced; got 'even'"),
        ({"metric": "acuracy"}, r"unknown metric 'acuracy'. Did you mean 'accuracy'\?"),
        ({"metric": "r2"}, r"unknown metric for classes 'r2'"),
        ({"metric": "average_precision"}, r"--metric average_precision is measured once training is over, .* Take"),
        ({"target": "income", "class_weight": "balanced"}, r"--class-weight balanced is for classes; the task is regr"),
        ({"settings": (1,)}, r"--settings must be texts such as update.rate=0.01; got \(1,\)"),
        ({"settings": "update.rat=1"}, r"unknown field of adam 'rat'. Did you mean 'rate'\?"),
        ({"settings": "preprocess=standardize"}, r"Standardize is for arrays; the data are a table"),
        ({"config": ["update"]}, r"--config must be a table of an experiment's fields; got \['update'\]"),
        ({"config": {"opdate": 1}}, r"unknown field of experiment 'opdate'. Did you mean 'update'\?"),
        ({"config": {"update": {"rate": -1}}}, r"Adam.rate must be in"),
        ({"out": ""}, r"--out must be a folder; got ''"),
        ({"runs": None}, r"--runs must be a folder; got None"),
        ({"task": 3}, r"--task must be a name; got 3"),
        ({"metric": 3}, r"--metric must be a name; got 3"),
        ({"header": True}, r"--header must be yes, no or infer; got True"),
        ({"open_test": "no"}, r"--open-test must be true or false; got 'no'"),
        ({"open_test": 1}, r"--open-test must be true or false; got 1"),
        ({"open_test": True, "again": "no"}, r"--again must be true or false; got 'no'"),
        ({"checks": "no"}, r"--checks must be true or false; got 'no'"),
        ({"test_data": "nowhere.csv"}, r"nowhere.csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_leaves_nothing(table, tmp_path, options, message):
    given = {"target": "bought", "checks": False, **options}
    with pytest.raises(InputError, match=message):
        fit(str(table), **{"runs": tmp_path / "runs", **given})
    assert contents(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_run_may_be_named_by_a_text(finished, tmp_path):
    copy_of(finished.run, tmp_path / "people")
    place = str(tmp_path / "people")
    resumed = resume(place).outcome
    assert resumed and finished.outcome and resumed.scores == finished.outcome.scores
    again, same = reproduce(place, out=str(tmp_path / "again"))
    assert same and again.run == tmp_path / "again"
    assert open_test(place).openings == 1


@pytest.mark.parametrize("verb", [resume, reproduce, open_test, load, predict_file])
@pytest.mark.parametrize("run", [3, None, ""])
def test_what_is_no_place_of_a_run_is_refused(verb, run):
    more = {"data": []} if verb is predict_file else {}
    with pytest.raises(InputError, match=rf"^the run must be a folder, as text or a Path; got {run!r}\. Give its run"):
        inspect.unwrap(verb)(run, **more)


@pytest.mark.parametrize("verb", [fit, resume, reproduce])
@pytest.mark.parametrize(
    ("watch", "message"),
    [
        ({"say": 3}, r"^say must be a function that takes a line of text; got 3\. Leave it out for silence\.$"),
        (
            {"controllers": [3]},
            r"^controllers must be a list of objects with a method `decide`; got \[3\]\. Leave it out for none\.$",
        ),
        (
            {"controllers": 3},
            r"^controllers must be a list of objects with a method `decide`; got 3\. Leave it out for none\.$",
        ),
        ({"observers": 3}, r"^observers must be a list of functions; got 3\. Leave it out for none\.$"),
        (
            {"observers": [repr]},
            r"^observers must be a function written with def, so that it has a name and a source; got <built-in",
        ),
    ],
)
def test_what_cannot_be_called_is_refused_before_anything_is_written(table, finished, tmp_path, verb, watch, message):
    before = contents(finished.run.parent)
    given = {"target": "bought", "runs": tmp_path / "runs"} if verb is fit else {}
    with pytest.raises(InputError, match=message):
        inspect.unwrap(verb)(str(table) if verb is fit else finished.run, **given, **watch)
    assert contents(finished.run.parent) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", [3, ""])
def test_the_new_place_of_a_run_is_a_folder(finished, out):
    with pytest.raises(InputError, match=rf"^--out must be a folder; got {out!r}\.$"):
        inspect.unwrap(reproduce)(finished.run, out=out)


def test_more_steps_than_can_be_counted_are_refused(table, tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.runs.training.MOST_STEPS", 23)
    with pytest.raises(InputError, match=r"6 epochs of 4 steps are 24 steps; at most 23 can be counted"):
        quick(table, tmp_path / "runs")
    assert list(tmp_path.iterdir()) == []
