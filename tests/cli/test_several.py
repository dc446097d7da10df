"""`fit --ensemble`, `fit --folds` and `compare`: the words reach the work, and what it came to is told."""

import os
import signal

import pytest

from thalweg.runs import model
from thalweg.runs.record import read_record

EXTRA = ["ensemble.members", "ensemble.of", "ensemble.average", "ensemble"]
QUICK = ("--target", "species", "--id", "plant", "--epochs", 2, "--no-checks", "--attempts", 0)


@pytest.fixture
def words(flowers, tmp_path, monkeypatch):
    """What every run begins with."""
    monkeypatch.chdir(tmp_path)
    return (flowers / "iris.csv", *QUICK)


def test_several_networks_predict_as_one(thalweg, words, tmp_path, flowers):
    said = thalweg("fit", *words, "--ensemble", 3, "--folds", 2, "--json")
    assert said.exit == 0
    told = said.err + said.out
    assert "cross-validation: training once in each of 2 folds" in told and "Over 2 folds accuracy is" in told
    assert "ensemble: training 2 further networks" in told and "3 networks predict together, by the mean of" in told
    assert [member["seed"] for member in said.facts["ensemble"]["members"]] == [0, 1, 2]
    assert len(said.facts["folds"]["folds"]) == 2
    record = read_record(tmp_path / "runs" / "iris-1")
    assert (record.ensemble, record.folds) == ((3, "seeds", "probabilities"), 2)
    page = (tmp_path / "runs" / "iris-1" / "report.html").read_text()
    assert 'id="folds"' in page and 'id="ensemble"' in page and "these 3 networks" in page
    assert thalweg("predict", "runs/iris-1", flowers / "iris.csv", "-o", "out.csv").exit == 0
    opened = thalweg("evaluate", "runs/iris-1", "--test", "--json")
    assert "On the test part that is" in opened.out + opened.err
    assert [one["part"] for one in opened.facts["ensemble"]["gains"]] == ["test", "validation"]
    plain = thalweg("fit", *words, "--json")
    assert "ensemble" not in plain.facts and "folds" not in plain.facts
    both = thalweg("compare", "runs/iris-1", "runs/iris-2", "--json")
    assert both.exit == 0 and [side["networks"] for side in both.facts["runs"]] == [3, 1]
    assert (
        both.facts["comparisons"][0]["other"] == "runs/iris-2"
        and [one["path"] for one in both.facts["settings"]] == EXTRA
    )
    loud = thalweg("compare", "runs/iris-1", "runs/iris-2")
    assert "3 networks of" in loud.out and "settings that differ:" in loud.out + loud.err
    assert loud.out.count("validation rows") >= 1


def test_a_fit_that_opens_the_test_part_tells_the_gain_there(thalweg, words):
    said = thalweg("fit", *words, "--ensemble", 2, "--open-test")
    assert said.exit == 0 and said.out.count("On the test part that is") == 1


def test_ctrl_c_among_the_further_networks_keeps_those_that_ended(thalweg, words, monkeypatch):
    whole, kept = model.save, []

    def pressing(path, arrays, facts):
        whole(path, arrays, facts)
        if path.parent.name == "members":
            kept.append(path)
            if len(kept) == 1:
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(model, "save", pressing)
    said = thalweg("fit", *words, "--ensemble", 5, "--json")
    assert said.exit == 130 and said.facts["status"] == "paused"
    assert "paused; the network is, and each further member that has ended is saved." in said.err + said.out
    monkeypatch.setattr(model, "save", whole)
    missing = 4 - len(kept)  # networks side by side end together
    said = thalweg("resume", "runs/iris-1", "--json")
    assert said.exit == 0 and len(said.facts["ensemble"]["members"]) == 5
    assert (f"training {missing} further network" in said.err + said.out) == bool(missing)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("fit", "--ensemble", 1), "--ensemble must be a whole number of networks from 2 to 100; got 1."),
        (("fit", "--ensemble", "five"), "--ensemble wants a whole number; got 'five'."),
        (("fit", "--ensemble-of", "trials"), "--ensemble-of is for an ensemble."),
        (("fit", "--ensemble", 2, "--ensemble-of", "luck"), 'Invalid value "luck" for --ensemble-of.'),
        (("fit", "--folds", 1), "--folds must be a whole number of folds from 2 to 1,000; got 1."),
        (("fit", "--folds", 100), "100 folds need at least 100 different rows of each class outside the test part"),
        (("fit", "--folds", 3, "--time-budget", "5s"), "--time-budget does not go with folds"),
    ],
)
def test_what_cannot_be_is_one_sentence(thalweg, words, tmp_path, given, told):
    verb, *options = given
    said = thalweg(verb, *words, *options)
    assert said.exit == 2 and told in said.err and said.err.count("\n") <= 2
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), "thalweg compare needs RUN"),
        (("one",), "thalweg compare needs OTHER"),
        (("one", "two"), "one is not a run directory: it has no experiment.json."),
    ],
)
def test_compare_says_what_it_lacks(thalweg, tmp_path, monkeypatch, given, told):
    monkeypatch.chdir(tmp_path)
    said = thalweg("compare", *given)
    assert said.exit == 2 and told in said.err
