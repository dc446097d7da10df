"""A run that makes an ensemble: its members are runs of other seeds, and its directory predicts as one."""

import json

import jax
import numpy as np
import polars
import pytest

from tests.runs.small import PauseAt, copy_of, edit_json, quick, rows, same_bits, write_table
from thalweg.ensembles import of_run
from thalweg.errors import InputError
from thalweg.recipe import open_test, reproduce, resume
from thalweg.runs.ensemble.combined import combined
from thalweg.runs.ensemble.temperature import calibration_error, tempered
from thalweg.runs.examples import load_split
from thalweg.runs.loading import load
from thalweg.runs.model import load_model, member_path, save_model
from thalweg.runs.record import read_record
from thalweg.runs.reporting import read_run_outcome

CLASSES = ("p_no", "p_yes")
SURE = ("network.layers=[{kind='dense',units=1}]", "training.batch=32", "update.rate=0.05")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "people.csv", rows())


@pytest.fixture(scope="module")
def whole(table, tmp_path_factory):
    """An ensemble of three, never interrupted."""
    return quick(table, tmp_path_factory.mktemp("whole"), ensemble=3, seed=5)


@pytest.fixture(scope="module")
def alone(table, tmp_path_factory):
    """Runs of the three seeds."""
    return [quick(table, tmp_path_factory.mktemp("alone"), seed=seed) for seed in (5, 6, 7)]


def members(model):
    """All networks of an ensemble."""
    return [model._replace(others=()), *model.others]


def same_ensemble(one, other):
    """Both have the same networks, temperature and scores."""
    assert len(one.model.others) == len(other.model.others)
    assert all(same_bits(a, b) for a, b in zip(members(one.model), members(other.model), strict=True))
    assert one.model.temperature == other.model.temperature and one.model.half_width == other.model.half_width
    assert one.outcome.scores == other.outcome.scores and repr(one.outcome.ensemble) == repr(other.outcome.ensemble)


def test_each_member_is_the_run_of_its_seed_bit_for_bit(whole, alone):
    assert [same_bits(a, b.model) for a, b in zip(members(whole.model), alone, strict=True)] == [True] * 3
    record = read_record(whole.run)
    assert [(member.seed, member.trial) for member in record.members] == [(6, -1), (7, -1)]


def test_seeds_go_round_at_their_end(table, tmp_path):
    found = quick(table, tmp_path, ensemble=2, seed=2**32 - 1, epochs=1)
    assert [member.seed for member in found.outcome.ensemble.members] == [2**32 - 1, 0]


@pytest.mark.parametrize("average", ["probabilities", "scores"])
def test_the_directory_predicts_their_mean_at_the_temperature(table, whole, alone, tmp_path, average):
    found = (
        whole if average == "probabilities" else quick(table, tmp_path, ensemble=3, seed=5, ensemble_average=average)
    )
    each = np.stack([load(one.run).predict(str(table)).select(CLASSES).to_numpy() for one in alone])
    loaded = load(found.run)
    said = loaded.predict(str(table))
    wanted = tempered(combined(each, average), found.model.temperature)
    np.testing.assert_allclose(said.select(CLASSES).to_numpy(), wanted, rtol=1e-6)
    assert found.model.temperature != 1 and loaded.model.temperature == found.model.temperature
    assert said["prediction"].to_list() == [("no", "yes")[k] for k in wanted.argmax(axis=1)]


def test_its_scores_are_those_of_all_together(table, whole, alone):
    summary, outcome = whole.outcome.ensemble, whole.outcome
    own = [one.outcome.scores[0].value for one in alone]
    assert [member.score for member in summary.members] == pytest.approx(own, abs=1e-12)
    assert own[summary.best] == max(own) and [member.seed for member in summary.members] == [5, 6, 7]
    (gain,) = summary.gains
    assert gain.part == "validation" and gain.gain.value == pytest.approx(outcome.scores[0].value - max(own))
    assert summary.score == outcome.scores[0].value
    confusion = np.array(outcome.comparison.confusion)
    assert np.trace(confusion) / confusion.sum() == pytest.approx(outcome.scores[0].value)
    assert repr(read_run_outcome(whole.run).ensemble) == repr(summary)


def test_calibration_is_measured_on_the_validation_rows(table, whole, alone):
    validation = polars.read_csv(table)[whole_split(whole).validation]
    each = np.stack([load(one.run).predict(validation).select(CLASSES).to_numpy() for one in alone])
    truth = (validation["bought"] == "yes").to_numpy().astype(int)
    before, after = combined(each), tempered(combined(each), whole.model.temperature)
    summary = whole.outcome.ensemble
    assert summary.error_before == pytest.approx(calibration_error(before, truth), abs=1e-6)
    assert summary.error_after == pytest.approx(calibration_error(after, truth), abs=1e-6)


def whole_split(fitted):
    """The parts of a run."""
    return load_split(fitted.run / "split.safetensors", 160, read_record(fitted.run).identity)


def test_where_every_validation_row_is_right_no_temperature_is_taken_from_them(tmp_path):
    easy = [{**row, "age": "20" if row["bought"] == "no" else "70"} for row in rows()]
    table = write_table(tmp_path / "easy.csv", easy)
    found = quick(table, tmp_path / "runs", ensemble=2, epochs=60, settings=SURE)
    assert found.outcome.scores[0].value == 1 and found.model.temperature == 1
    assert found.outcome.ensemble.error_after == found.outcome.ensemble.error_before > 0


def test_a_regression_is_the_mean_with_an_interval_of_its_own(table, tmp_path):
    given = {"target": "price", "drop": ("bought", "size"), "epochs": 30}
    found = quick(table, tmp_path / "three", ensemble=3, **given)
    each = [quick(table, tmp_path / str(seed), seed=seed, **given) for seed in (0, 1, 2)]
    said = load(found.run).predict(str(table))
    alone = [load(one.run).predict(str(table))["prediction"].to_numpy() for one in each]
    np.testing.assert_allclose(said["prediction"], np.mean(alone, axis=0), rtol=1e-6)
    assert found.model.temperature == 1 and np.isnan(found.outcome.ensemble.error_before)
    validation = whole_split(found).validation
    errors = np.abs(said["prediction"].to_numpy() - polars.read_csv(table)["price"].to_numpy())[validation]
    assert found.model.half_width == pytest.approx(np.sort(errors)[int(np.ceil(0.9 * (len(errors) + 1))) - 1])
    np.testing.assert_allclose(said["high"] - said["low"], 2 * found.model.half_width)


def test_the_test_part_shows_the_gain_over_the_member_that_validation_chose(table, whole, alone, tmp_path):
    run = copy_of(whole.run, tmp_path / "run")
    outcome = open_test(run)
    summary = outcome.ensemble
    assert [one.part for one in summary.gains] == ["test", "validation"]
    test = polars.read_csv(table)[whole_split(whole).test]
    one = load(alone[summary.best].run).predict(test)["prediction"]
    together = load(run).predict(test)["prediction"]
    wanted = (together == test["bought"]).mean() - (one == test["bought"]).mean()
    assert summary.gains[0].gain.value == pytest.approx(wanted, abs=1e-12) and summary.gains[0].gain.rows == len(test)
    assert [one.part for one in open_test(run, again=True).ensemble.gains] == ["test", "validation"]


def test_the_best_trials_of_a_search_are_members(table, tmp_path):
    searching = {"search": 5, "strategy": "random", "over": "update.rate=log 1e-3 .. 1", "finalists": 2}
    found = quick(table, tmp_path, ensemble=3, ensemble_of="trials", **searching)
    record, search = read_record(found.run), found.outcome.search
    finalists = [one.trial for one in search.finalists]
    chosen = [member.trial for member in found.outcome.ensemble.members]
    others = [trial.score for trial in search.trials[:5] if trial.number not in finalists]
    assert chosen[:2] == finalists and len(chosen) == 3 and search.trials[chosen[2]].score == max(others)
    rates = [one.experiment.update.rate for one in members(found.model)]
    assert rates == [search.trials[number].point["update.rate"] for number in chosen]
    scores = {trial.number: trial.score for trial in search.trials}
    assert [m.score for m in found.outcome.ensemble.members] == pytest.approx(
        [scores[m.trial] for m in found.outcome.ensemble.members]
    )
    again, same = reproduce(found.run)
    assert same and read_record(again.run).members == record.members
    same_ensemble(again._replace(outcome=found.outcome), found)


def test_one_that_was_told_to_stop_goes_on_with_the_members_that_are_missing(table, whole, tmp_path):
    def stop():
        return bool(list(tmp_path.glob("*/members/*.safetensors")))

    paused = quick(table, tmp_path, ensemble=3, seed=5, stop=stop)
    assert paused.outcome is None and paused.state.paused == "it was told to stop"
    lies = len(list((paused.run / "members").iterdir()))
    assert 1 <= lies <= 2  # each of two workers may be at its last
    said = []
    same_ensemble(resume(paused.run, say=said.append), whole)
    assert any(f"ensemble: training {2 - lies} further network" in line for line in said) or lies == 2


def test_one_killed_before_its_model_was_written_goes_on(whole, tmp_path, table):
    run = copy_of(whole.run, tmp_path / "run")
    for name in ("model.safetensors", "result.json", "findings.json", "report.html", "history.parquet"):
        (run / name).unlink()
    (run / "members" / "1.safetensors").unlink()
    edit_json(run / "experiment.json", members=[])  # which is written after the network has been trained
    same_ensemble(resume(run), whole)


def test_a_paused_network_is_trained_on_before_its_further_members(table, whole, tmp_path):
    paused = quick(table, tmp_path, ensemble=3, seed=5, controllers=(PauseAt(2),))
    assert paused.outcome is None and not (paused.run / "members").exists()
    same_ensemble(resume(paused.run), whole)


def test_reproduced_it_has_the_same_bits_and_another_member_is_noticed(whole, tmp_path):
    again, same = reproduce(whole.run, out=tmp_path / "again")
    assert same
    same_ensemble(again, whole)
    run = copy_of(whole.run, tmp_path / "run")
    member = load_model(member_path(run, 1))
    doubled = jax.tree.map(lambda leaf: 2 * leaf, member.params)
    save_model(member_path(run, 1), member._replace(params=doubled))
    assert not reproduce(run, out=tmp_path / "other")[1]


def test_a_member_that_goes_astray_is_left_out_and_it_is_said(table, tmp_path, monkeypatch):
    whole = of_run.train_trials

    def failing(engine, trials, told):
        return whole(engine, trials, lambda r: told(r._replace(failed=r.trial.seed == 1, ending="its loss rose")))

    monkeypatch.setattr(of_run, "train_trials", failing)
    said = []
    found = quick(table, tmp_path, ensemble=3, say=said.append)
    assert "warning: seed 1 gave no member: its loss rose" in said
    assert [member.seed for member in found.outcome.ensemble.members] == [0, 2]
    assert found.outcome.ensemble.remarks == ("seed 1 gave no member: its loss rose",)
    assert len(load_model(found.run / "model.safetensors").others) == 1
    assert same_bits(load(found.run).model.others[0], load_model(member_path(found.run, 2)))


def test_trials_without_probabilities_are_no_members_of_those_with(table, tmp_path):
    space = {"loss": [{"kind": "binary_cross_entropy"}, {"kind": "squared_hinge"}]}
    searching = {"search": 2, "strategy": "grid", "space": space, "finalist_seeds": 1}
    found = quick(table, tmp_path, ensemble=2, ensemble_of="trials", **searching)
    assert len(found.outcome.ensemble.members) == 1
    assert "it gives scores where the run's own network gives probabilities" in found.outcome.ensemble.remarks[0]
    assert found.outcome.ensemble.gains[0].gain.value == 0 and load(found.run).predict(str(table)).height == 160


def test_targets_without_spread_have_no_score_and_no_traceback(table, tmp_path):
    same = [{**row, "price": "7"} for row in rows(12, seed=3)]
    other = write_table(tmp_path / "same.csv", same)
    given = {"target": "price", "drop": ("bought", "size"), "epochs": 2, "validation_data": str(other)}
    found = quick(table, tmp_path / "runs", ensemble=2, **given)
    assert np.isnan(found.outcome.scores[0].value) and np.isnan(found.outcome.ensemble.gains[0].gain.value)
    assert len(load(found.run).model.others) == 1


def test_a_member_whose_loss_rises_goes_on_as_its_run_would(table, tmp_path):
    settings = (*SURE[:2], "update={kind='sgd',rate=400.0}")
    found = quick(table, tmp_path / "both", ensemble=2, settings=settings)
    alone = quick(table, tmp_path / "alone", seed=1, settings=settings)
    losses = alone.state.history.evaluation_table()["validation_loss"]
    assert max(losses) > 3 * losses[0]  # for which a search would have given it up
    assert same_bits(found.model.others[0], alone.model)


def test_fewer_trials_than_members_are_refused_or_told_of(table, tmp_path):
    with pytest.raises(InputError, match=r"--ensemble 3 of the best trials needs a search of as many; got --search 2"):
        quick(table, tmp_path / "refused", search=2, ensemble=3, ensemble_of="trials")
    searching = {"search": 3, "strategy": "random", "over": "update.rate=[0.05, 0.06]", "finalist_seeds": 1}
    found = quick(table, tmp_path, ensemble=3, ensemble_of="trials", **searching)
    told = "the search has no more than 2 trials of full length with a score"
    assert found.outcome.ensemble.remarks == (told,) and len(read_record(found.run).members) == 1
    assert len(found.outcome.ensemble.members) == 2 and found.outcome.ensemble.of == "trials"
    assert told[1:] in (found.run / "report.html").read_text()


def test_a_member_s_file_is_taken_for_that_member_alone(whole, tmp_path, table):
    other = quick(table, tmp_path / "other", ensemble=2, seed=9)
    for name, path in (("swapped", member_path(whole.run, 2)), ("strange", member_path(other.run, 1))):
        run = copy_of(whole.run, tmp_path / name)
        (run / "result.json").unlink()
        member_path(run, 1).write_bytes(path.read_bytes())
        with pytest.raises(InputError, match=r"1\.safetensors is of another ensemble\. Remove it, and it is trained"):
            resume(run)
        member_path(run, 1).unlink()
        same_ensemble(resume(run), whole)


def test_a_member_is_no_ensemble_of_its_own(whole, tmp_path):
    run = copy_of(whole.run, tmp_path / "run")
    (run / "result.json").unlink()
    member = load_model(member_path(run, 1))
    save_model(member_path(run, 1), member._replace(others=(member,)))
    with pytest.raises(InputError, match=r"1\.safetensors is of another ensemble\. Remove it, and it is trained"):
        resume(run)


def test_reproducing_can_be_told_to_stop(whole, tmp_path):
    again, _ = reproduce(whole.run, out=tmp_path / "again", stop=lambda: (tmp_path / "again" / "members").exists())
    assert again.outcome is None
    same_ensemble(resume(again.run), whole)


@pytest.mark.parametrize("changes", [{"metric": "r2"}, {"best": 9}, {"best": -1}, {"gains": []}, {"members": []}])
def test_a_result_that_cannot_be_is_refused_before_anything_is_opened(whole, tmp_path, changes):
    run = copy_of(whole.run, tmp_path / "run")
    plain = json.loads((run / "result.json").read_text())["ensemble"]
    edit_json(run / "result.json", ensemble={**plain, **changes})
    with pytest.raises(InputError, match=r"result\.json has a wrong entry 'ensemble'"):
        open_test(run)
    assert json.loads((run / "seal.json").read_text())["openings"] == 0


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        ("ensemble", {"ensemble": {"members": 10**9, "of": "seeds", "average": "probabilities"}}),
        ("ensemble", {"ensemble": {"members": 3, "of": "luck", "average": "probabilities"}}),
        ("ensemble", {"ensemble": {"members": 3, "of": "seeds", "average": "votes"}}),
        ("members", {"members": [{"seed": k, "trial": -1, "experiment": {}} for k in range(3)]}),
        ("members", {"members": [{"seed": -1, "trial": -1, "experiment": {}}]}),
        ("members", {"members": [{"seed": 1, "trial": -2, "experiment": {}}]}),
        ("folds", {"folds": 10**9}),
        ("folds", {"folds": 1}),
    ],
)
def test_a_record_that_asks_for_what_cannot_be_is_refused(whole, tmp_path, entry, changes):
    run = copy_of(whole.run, tmp_path / "run")
    edit_json(run / "experiment.json", **changes)
    with pytest.raises(InputError, match=rf"experiment\.json has a wrong entry '{entry}'"):
        read_record(run)


def test_parts_of_members_that_a_kill_left_are_cleared(whole, tmp_path):
    run = copy_of(whole.run, tmp_path / "run")
    (run / "result.json").unlink()
    part = run / "members" / "1.safetensors.part"
    part.write_bytes(b"half")
    resume(run)
    assert not part.exists()


def test_a_network_that_came_to_nothing_is_alone_and_the_result_says_so(table, tmp_path):
    said = []
    settings = ("network.layers=[{kind='dense',units=1}]", "training.batch=32", "update={kind='sgd',rate=1e30}")
    found = quick(table, tmp_path, ensemble=2, folds=2, settings=settings, say=said.append)
    assert found.outcome.status == "diverged" and found.outcome.ensemble is None and found.outcome.folds is None
    told = "no folds and no ensemble: the run's own network did not come to its end"
    assert any(told in line for line in said)
    assert told in read_run_outcome(found.run).remarks[-1].text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ensemble": 1}, r"--ensemble must be a whole number of networks from 2 to 100; got 1\."),
        ({"ensemble": True}, r"--ensemble must be a whole number of networks from 2 to 100; got True\."),
        ({"ensemble_of": "trials"}, r"--ensemble-of is for an ensemble\. Say of how many networks with --ensemble"),
        ({"ensemble": 2, "ensemble_of": "trials"}, r"--ensemble-of trials takes the best trials of a search\. Add"),
        ({"ensemble": 2, "ensemble_of": "luck"}, r"unknown source of an ensemble's members 'luck'"),
        ({"ensemble": 2, "ensemble_average": "votes"}, r"unknown average of an ensemble 'votes'"),
        ({"ensemble": 2, "time_budget": 5.0}, r"--time-budget does not go with an ensemble"),
        (
            {"ensemble": 2, "ensemble_average": "scores", "target": "price", "drop": ("bought", "size")},
            r"--ensemble-average scores is for probabilities, and a regression gives none\. Leave it out",
        ),
        (
            {"ensemble": 2, "ensemble_average": "scores", "config": {"kind": "experiment", "loss": {"kind": "hinge"}}},
            r"--ensemble-average scores is for probabilities, and the loss Hinge gives none",
        ),
    ],
)
def test_what_no_ensemble_can_be_made_of_is_refused_in_words(table, tmp_path, given, told):
    with pytest.raises(InputError, match=told):
        quick(table, tmp_path / "runs", **given)
    assert not (tmp_path / "runs").exists()


def test_a_result_that_tells_of_other_members_is_refused_and_nothing_is_opened(whole, tmp_path):
    run = copy_of(whole.run, tmp_path / "run")
    plain = json.loads((run / "result.json").read_text())["ensemble"]
    edit_json(run / "result.json", ensemble={**plain, "members": plain["members"] * 2})
    with pytest.raises(InputError, match=r"tells of members that its model has not\. Restore its files\."):
        open_test(run)
    assert json.loads((run / "seal.json").read_text())["openings"] == 0


def test_the_test_part_influences_nothing_before_it_is_opened(table, tmp_path):
    asked = {"search": 2, "strategy": "random", "finalist_seeds": 1, "ensemble": 2, "ensemble_of": "trials", "folds": 2}
    poison = [{**row, "age": "1e30", "city": "Mars", "bought": "no"} for row in rows(60, seed=2)]
    found = [
        quick(table, tmp_path / name, test_data=str(write_table(tmp_path / f"{name}.csv", part)), **asked)
        for name, part in (("sound", rows(60, seed=2)), ("poisoned", poison))
    ]
    same_ensemble(*found)
    assert repr(found[0].outcome.folds) == repr(found[1].outcome.folds)
    assert repr(found[0].outcome.search) == repr(found[1].outcome.search)
    assert open_test(found[0].run).scores[0].value != open_test(found[1].run).scores[0].value
