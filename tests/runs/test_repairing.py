"""What is found while a run goes on is told, stops it, or is repaired; and a run killed meanwhile ends the same."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.runs.small import PauseAt, copy_of, edit_json, same_bits
from tests.train.small import assert_same_run
from thalweg.diagnosis.repair import Repair
from thalweg.errors import InputError
from thalweg.recipe import fit, open_test, reproduce, resume
from thalweg.report.page import render
from thalweg.runs.record import read_record
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.trained import read_trained
from thalweg.runs.training import save_state
from thalweg.serialise import to_plain
from thalweg.spec import replaced
from thalweg.train.controllers import Continue, Pause, Stop

X, Y = load_digits(return_X_y=True)
DATA = (X[:500].astype(np.float32), Y[:500])
LAYERS = "[{kind='dense',units=16},{kind='activation',function='relu'},{kind='dense',units=10}]"
# The rate rises over nearly the whole run: it is fine at first, and far too high from the second epoch on.
FOUND = 10.0  # the epoch at which that is certain
RISING = {
    "epochs": 40,
    "checks": False,
    "monitors": "none",
    "settings": (f"network.layers={LAYERS}", "update.rate=1.0", "schedule.share=0.9", "training.batch=32"),
}


@pytest.fixture(scope="module", autouse=True)
def quick_tries():
    """Few tries: the right one is among the first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("thalweg.diagnosis.attempts.ATTEMPT_SECONDS", 2.0)
        patch.setattr("thalweg.diagnosis.attempts.ATTEMPT_MOST", 2)
        yield


def run(folder, act, **options):
    """Fit, and return the run with what was said."""
    said = []
    return fit(DATA, on_finding=act, say=said.append, runs=str(folder), **{**RISING, **options}), said


@pytest.fixture(scope="module")
def repaired(tmp_path_factory):
    return run(tmp_path_factory.mktemp("repaired"), "repair")


def test_a_warning_changes_nothing_and_is_told_while_the_run_goes_on(tmp_path):
    warned, said = run(tmp_path, "warn", attempts=0)
    (line,) = (line for line in said if line.startswith("error at epoch"))
    assert "The training loss rose and stayed up." in line and line.endswith("Training goes on.")
    assert warned.outcome.ending == "all epochs were trained" and warned.outcome.repairs == ()
    assert warned.outcome.history.evaluations[-1].epoch == 40.0


def test_a_run_is_stopped_where_the_finding_is_certain(tmp_path):
    stopped, said = run(tmp_path, "stop", attempts=0)
    assert stopped.outcome.ending == "stopped by a finding (the training loss rose and stayed up)"
    assert [line for line in said if line.endswith("Training stops.")]
    epoch = stopped.outcome.history.evaluations[-1].epoch
    assert epoch < 20
    assert any(f"error at epoch {epoch:.3g}: " in line for line in said)
    assert stopped.outcome.findings[0].symptom == "diverged"


def test_a_repair_goes_on_from_the_last_healthy_epoch_with_the_rate_that_helps(repaired):
    found, said = repaired
    (repair,) = found.outcome.repairs
    assert repair.symptom == "diverged" and repair.change.startswith("rate ")
    assert 0 < repair.back_to < repair.epoch
    (setting,) = repair.settings
    assert setting == f"update.rate={float(found.model.experiment.update.rate):g}"
    assert found.outcome.experiment["update"]["rate"] < 1.0
    assert found.outcome.scores[0].value > 0.85
    epochs = [e.epoch for e in found.outcome.history.evaluations]
    assert epochs == sorted(set(epochs))  # what went wrong is no part of the curve
    assert found.state.restarts == (f"step {round(repair.epoch * 10)}: {repair.change}",)
    assert any(line.startswith("Repaired: rate ") and f"from epoch {repair.back_to:g} " in line for line in said)


def test_the_epochs_before_are_those_of_the_run_as_it_was(repaired, tmp_path):
    found, _ = repaired
    warned, _ = run(tmp_path, "warn", attempts=0, epochs=40)
    back = found.outcome.repairs[0].back_to
    before, same = ([e for e in one.outcome.history.evaluations if e.epoch <= back] for one in (found, warned))
    assert [e.training_loss for e in before] == [e.training_loss for e in same] and len(before) == back + 1


def test_a_repaired_run_is_read_again_and_tells_of_the_repair(repaired):
    found, _ = repaired
    outcome, (record, model) = read_run_outcome(found.run), read_trained(found.run)
    assert outcome.repairs == record.repairs == found.outcome.repairs
    assert record.experiment["update"]["rate"] == 1.0 and record.final["update"]["rate"] < 1.0
    assert same_bits(model, found.model)
    page = render(outcome)
    assert "repaired</span>" in page and found.outcome.repairs[0].tried[0] in page
    assert resume(found.run, data=DATA).outcome.repairs == outcome.repairs


def test_the_model_of_another_experiment_is_refused(repaired, tmp_path):
    place = copy_of(repaired[0].run, tmp_path / "run")
    edit_json(place / "experiment.json", repairs=[])
    with pytest.raises(InputError, match="is of another run"):
        read_trained(place)


def test_a_repaired_run_is_reproduced_with_its_repair(repaired, tmp_path):
    again, same = reproduce(repaired[0].run, data=DATA, out=tmp_path / "again")
    assert same
    assert again.outcome.repairs == repaired[0].outcome.repairs


@pytest.mark.parametrize("moment", [3, 14])
def test_a_paused_run_is_repaired_as_one_never_paused(repaired, tmp_path, moment):
    paused, _ = run(tmp_path, "repair", controllers=(PauseAt(moment),))
    assert paused.outcome is None
    assert_same_run(resume(paused.run, data=DATA).state, repaired[0].state)


def test_a_run_killed_while_it_was_tried_takes_it_up_again(repaired, tmp_path, monkeypatch):
    def killed(*args, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("thalweg.runs.repairing.find_repair", killed)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, "repair")
    (place,) = tmp_path.iterdir()
    again = resume(place, data=DATA)
    assert_same_run(again.state, repaired[0].state)
    assert again.outcome.repairs == repaired[0].outcome.repairs


def test_a_run_killed_behind_a_repair_goes_on_from_it(repaired, tmp_path, monkeypatch):
    def killed(line):
        if line.startswith("Repaired"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(DATA, on_finding="repair", say=killed, runs=str(tmp_path), **RISING)
    (place,) = tmp_path.iterdir()
    monkeypatch.setattr("thalweg.runs.repairing.find_repair", None)  # nothing is tried again
    again = resume(place, data=DATA)
    assert_same_run(again.state, repaired[0].state)
    assert json.loads((place / "result.json").read_text())["repairs"][0]["symptom"] == "diverged"


def test_where_nothing_helps_training_goes_on_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.diagnosis.repair.suspects", lambda case: ())
    found, said = run(tmp_path, "repair")
    assert [repair.change for repair in found.outcome.repairs][:1] == [""]
    assert "Nothing could be tried, so all was left as it was" in said
    assert found.outcome.ending == "all epochs were trained"
    assert found.model.experiment.update.rate == 1.0
    assert "not repaired</span>" in render(found.outcome)


def test_what_does_not_go_on_well_begins_anew(tmp_path, monkeypatch):
    def made_worse(finding, case, ground, *, share):
        experiment = replaced(case.experiment, update=replaced(case.experiment.update, rate=300.0))
        line = Repair(finding.symptom, "", "", 9.0, "rate 300", "", ("update.rate=300",), ("better",), 9.0, {})
        return line._replace(experiment=to_plain(experiment)), experiment

    monkeypatch.setattr("thalweg.runs.repairing.find_repair", made_worse)
    found, said = run(tmp_path, "repair")
    first, second, *_ = found.outcome.repairs
    assert first.back_to > 0
    assert (second.change, second.back_to, second.tried) == ("a new beginning", 0.0, ())
    assert second.experiment == first.experiment
    assert "Repaired: training began anew, for what it had gone on from was not sound any more" in said
    assert len(found.outcome.repairs) == 3  # what is found after them is told and left alone
    assert any(line.startswith("error at") and line.endswith("Training goes on.") for line in said)
    assert found.outcome.history.evaluations[0].epoch == 0.0


def test_what_goes_wrong_later_after_a_healthy_time_is_tried_anew(tmp_path, monkeypatch):
    calls = []

    def lower(finding, case, ground, *, share):
        calls.append(finding.symptom)
        rate = (0.3, 0.03)[min(len(calls), 2) - 1]  # fine for a while, as the rate still rises; then fine for good
        experiment = replaced(case.experiment, update=replaced(case.experiment.update, rate=rate))
        line = Repair(finding.symptom, "", "", 9.0, f"rate {rate}", "", (), ("better",), 9.0, {})
        return line._replace(experiment=to_plain(experiment)), experiment

    monkeypatch.setattr("thalweg.runs.repairing.find_repair", lower)
    found, _ = run(tmp_path, "repair", epochs=60)
    assert len(calls) == len(found.outcome.repairs) == 2
    assert all(repair.back_to > 0 for repair in found.outcome.repairs)


def test_units_that_are_copies_are_drawn_anew_before_the_first_step(tmp_path):
    settings = (*RISING["settings"], "update.rate=0.01", "network.layers.0.weights=constant_weights")
    found, said = run(tmp_path, "repair", settings=settings, checks=True, epochs=15)
    repair = found.outcome.repairs[0]
    assert (repair.symptom, repair.epoch, repair.change) == ("alike_units", 0.0, "automatic first weights")
    assert found.outcome.scores[0].value > 0.8
    assert not any("all was left" in line for line in said)


def test_a_run_that_something_else_ended_is_not_repaired(tmp_path, monkeypatch):
    class Spent:
        def decide(self, progress):
            return Stop("enough") if progress.evaluated and progress.epoch >= FOUND else Continue()

    monkeypatch.setattr("thalweg.runs.repairing.find_repair", None)
    found, _ = run(tmp_path, "repair", controllers=(Spent(),), attempts=0.1)
    assert (found.outcome.ending, found.outcome.repairs) == ("enough", ())
    assert found.outcome.history.evaluations[-1].epoch == FOUND
    assert found.outcome.scores[0].value > 0.5


def test_a_pause_at_the_moment_of_a_finding_is_a_pause(repaired, tmp_path):
    class Pausing:
        def decide(self, progress):
            return Pause("later") if progress.evaluated and progress.epoch == FOUND else Continue()

    paused, _ = run(tmp_path, "repair", controllers=(Pausing(),))
    assert paused.outcome is None and paused.state.paused == "later"
    assert_same_run(resume(paused.run, data=DATA).state, repaired[0].state)


def test_a_damaged_note_is_named(repaired, tmp_path):
    place = copy_of(repaired[0].run, tmp_path / "run")
    for name in ("result.json", "model.safetensors"):
        (place / name).unlink()
    record = read_record(place)
    state = repaired[0].state
    for note, message in (
        ("[", r"checkpoint: repairs is not JSON"),
        ("[1]", r"checkpoint: repairs"),
        (json.dumps([{**found_dict(repaired[0]), "experiment": {"kind": "x"}}]), r"checkpoint: .* Delete the folder"),
    ):
        save_state(place, state._replace(note=note), record._replace(repairs=()))
        with pytest.raises(InputError, match=message):
            resume(place, data=DATA)


def found_dict(fitted):
    """The repair of a run as plain values."""
    return fitted.outcome.repairs[0]._asdict()


def test_a_number_that_is_no_longer_finite_is_repaired(tmp_path):
    x = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    settings = ("network.layers=[{kind='dense',units=1}]", "update=sgd", "update.rate=30.0")
    data = (x, x[:, 0] * 2 + 1)
    found = fit(data, on_finding="repair", runs=str(tmp_path), epochs=30, checks=False, settings=settings)
    (repair,) = found.outcome.repairs
    assert repair.symptom == "diverged" and "no longer a finite number" in repair.evidence
    assert found.outcome.status == "finished" and found.outcome.scores[0].value > 0.9


def test_the_sealed_part_of_a_repaired_run_is_opened_as_of_any_other(repaired, tmp_path):
    place = copy_of(repaired[0].run, tmp_path / "run")
    outcome = open_test(place, data=DATA)
    assert outcome.repairs == repaired[0].outcome.repairs
    assert any(score.part == "test" and score.value > 0.8 for score in outcome.scores)
