"""From a setup to the table, with one tiny setup; nothing is trained twice, and what is kept is read as it was."""

import numpy as np
from bench.diagnosis.jobs import Chosen, chosen, share
from bench.diagnosis.outcomes import judge_all, outcome_of
from bench.diagnosis.store import read
from bench.diagnosis.table import table
from bench.diagnosis.told import told_during
from bench.diagnosis.training import Kept
from bench.diagnosis.working import train_all

from tests.diagnosis.curves import EXPERIMENT, history
from tests.faults.catalogue import FAULTS
from tests.faults.setups import Fault, Setup, with_settings
from tests.faults.tasks import TASKS, dense
from thalweg.train.history import pack
from thalweg.updates.sgd import SGD

BASE = with_settings(
    TASKS["iris"].experiment,
    {"network": dense(4, outputs=3), "update": SGD(0.1), "training.epochs": 3, "training.batch": 64},
)
TINY = Fault(
    "iris: a rate of 1e-6",
    ("rate_too_low",),
    Setup("iris", with_settings(BASE, {"update.rate": 1e-6})),
    Setup("iris", BASE),
)

ENDING = "dense_1/w was no longer a finite number at step 9"


def test_from_a_setup_to_the_table(tmp_path, monkeypatch):
    monkeypatch.setitem(TASKS, "iris", TASKS["iris"]._replace(experiment=BASE))  # the twin is the usual run
    which, lines = Chosen((TINY,), (), (), seeds=1), []
    diagnosed = which.diagnosed_jobs()
    assert diagnosed == {*which.jobs()}
    train_all(tmp_path, which.jobs(), diagnosed, say=lines.append)
    assert len(lines) == 2 and not any("FAILED" in line for line in lines)
    train_all(tmp_path, which.jobs(), diagnosed, say=lines.append)
    assert len(lines) == 2  # they were there
    kept = read(tmp_path, TINY.faulty, 0)
    assert kept.setup == TINY.faulty and kept.experiment == TINY.faulty.experiment
    assert (kept.task, kept.metric, kept.seed, kept.validation_rows) == ("classes", "accuracy", 0, 45)
    assert [e.epoch for e in kept.history.evaluations] == [0, 1, 2, 3]
    assert kept.score == max(float(e.validation_score[0]) for e in kept.history.evaluations)
    assert any("update_ratio" in name for name in pack(kept.history)) and kept.history.looks()
    assert {"initial loss", "overfits a tiny set"} <= {check.name for check in kept.checks}
    assert kept.baselines[0].name == "majority class"
    prepared, source = kept.prepared()
    assert prepared.x.shape == (150, 4) and source.task.classes == ("class 0", "class 1", "class 2")
    judge_all(tmp_path, which.jobs(), diagnosed, share=0.0, say=lines.append)
    outcome = outcome_of(tmp_path, TINY.faulty, 0)
    assert outcome is not None and outcome.score == kept.score and outcome.found
    page = table(tmp_path, which)
    assert "Faults that show: 0 of 1;" in page  # one seed is too few
    assert "- iris: a rate of 1e-6: " in page
    # The twin is the usual run, and so sound, whether or not the fault shows.
    assert "| healthy runs flagged: twins | 1 | 0.0% |" in page
    assert "| symptom told of 1 healthy runs at the end | runs |" in page


def test_of_seeds_that_are_not_judged_the_score_is_enough(tmp_path, monkeypatch):
    monkeypatch.setitem(TASKS, "iris", TASKS["iris"]._replace(experiment=BASE))
    which, lines = Chosen((TINY,), (), (), seeds=2, judged=1), []
    train_all(tmp_path, which.jobs(), which.diagnosed_jobs(), say=lines.append)
    assert [bool(read(tmp_path, TINY.faulty, seed).checks) for seed in (0, 1)] == [True, False]
    judge_all(tmp_path, which.jobs(), which.diagnosed_jobs(), share=0.0, say=lines.append)
    first, second = (outcome_of(tmp_path, TINY.faulty, seed) for seed in (0, 1))
    assert first.found and not second.found and second.score == read(tmp_path, TINY.faulty, 1).score
    both = which._replace(judged=0)
    train_all(tmp_path, both.jobs(), both.diagnosed_jobs(), say=lines.append)
    assert len(lines) == 6  # the second seed was trained again, with its checks
    assert read(tmp_path, TINY.faulty, 1).checks


def test_what_is_told_while_a_run_goes_on_is_found_in_a_kept_one():
    curve = np.concatenate([np.linspace(2.3, 1.5, 10), np.full(31, 6.0)])
    kept = Kept(TINY.faulty, 0, history(curve), (), EXPERIMENT, "classes", "accuracy", "", (), 1000, 0.5, 1.0)
    assert told_during(kept) == (("diverged", 14 / 40),)
    broken = kept._replace(history=history([2.3, np.inf], score=[0.1, 0.1]), ending=ENDING)
    assert told_during(broken) == (("diverged", 1 / 40),)


def test_halves_and_words_choose():
    both, tuning, test = chosen(), chosen("tuning"), chosen("test")
    assert len(both.faults) == len(tuning.faults) + len(test.faults)
    assert {one.faulty.half for one in test.faults} == {"test"}
    few = chosen(only=["spiral: adam"])
    assert {one.name.partition(",")[0] for one in few.faults} == {"spiral: adam"} and few.odd == ()
    alone = chosen(groups=["odd"])
    assert (alone.faults, alone.odd, alone.healthy) == ((), both.odd, ())


def test_workers_divide_the_runs_by_structure():
    jobs = Chosen(FAULTS[:6], (), (), seeds=2).jobs()
    first, second = share(jobs, 0, 2), share(jobs, 1, 2)
    assert sorted(map(repr, first + second)) == sorted(map(repr, jobs))
    assert first and second
