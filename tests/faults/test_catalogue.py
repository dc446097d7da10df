"""The catalogue holds what it says: names, causes, halves, and experiments that fit their data."""

import numpy as np
import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.causes import CAUSES
from tests.faults.healthy import ordinary
from tests.faults.odd import ODD
from tests.faults.parts import FUNCTIONS
from tests.faults.setups import fault
from tests.faults.tasks import TASKS, parts_of, present, source_of_task
from thalweg.catalogue import KINDS
from thalweg.functions import by_name
from thalweg.serialise import from_plain, to_plain
from thalweg.train.fits import check_batch, check_fits

HEALTHY = (*ordinary(), *ODD)


def setups():
    """Every setup whose data are always there, once."""
    all_of = [setup for one in FAULTS for setup in (one.faulty, one.twin)]
    all_of += [setup for one in HEALTHY for setup in (one.setup, one.setup.usual)]
    return {setup.digest: setup for setup in all_of if not TASKS[setup.task].variable}.values()


def test_there_are_enough_of_each():
    assert len(FAULTS) >= 60 and len(ODD) >= 40
    assert sum(len(one.seeds) for one in ordinary() if not TASKS[one.setup.task].variable) >= 300


def test_names_are_unique():
    for group in (FAULTS, HEALTHY):
        names = [one.name for one in group]
        assert len(set(names)) == len(names)


def test_every_accepted_cause_is_in_the_vocabulary_and_each_is_the_true_one_somewhere():
    assert {cause for one in FAULTS for cause in one.causes} <= set(CAUSES)
    assert {one.causes[0] for one in FAULTS} == set(CAUSES)


def test_both_halves_have_every_cause():
    for half in ("tuning", "test"):
        here = [one for one in FAULTS if one.faulty.half == half and not TASKS[one.faulty.task].variable]
        assert {one.causes[0] for one in here} == set(CAUSES), half


def test_a_faulty_run_differs_from_its_twin_and_from_every_other_faulty_run():
    faulty = {one.faulty.digest for one in FAULTS}
    assert len(faulty) == len(FAULTS)
    assert not faulty & {one.twin.digest for one in FAULTS if not one.twin.class_weight}


def test_no_healthy_run_is_a_faulty_one():
    assert not {one.setup.digest for one in HEALTHY} & {one.faulty.digest for one in FAULTS}


def test_every_healthy_run_that_looks_ill_has_its_reason():
    assert all(one.reason for one in ODD)


@pytest.mark.parametrize("task", [name for name, base in TASKS.items() if not base.variable])
def test_a_task_is_the_same_each_time_and_splits_by_its_seed(task):
    source = source_of_task(task)
    assert TASKS[task].make().targets.tolist() == source.targets.tolist()
    first, second = parts_of(source, 0), parts_of(source, 1)
    assert len(first.test) == 0 and abs(len(first.validation) / len(source.targets) - 0.3) < 0.02
    assert first.validation.tolist() != second.validation.tolist()


def test_data_that_are_elsewhere_are_left_out(monkeypatch):
    monkeypatch.delenv("MNIST", raising=False)
    assert present("iris") and not present("mnist")


def test_every_experiment_fits_its_data():
    checked = set()
    for setup in setups():
        source, one = setup.source(), setup.experiment
        check_batch(one, source.targets.size)
        # What `check_fits` looks at; the slow part of it is the same for all that differ in something else.
        looked_at = (setup.task, one.network, one.loss, one.start, one.rates, one.augment, one.mix)
        if looked_at not in checked:
            checked.add(looked_at)
            check_fits(one, source.task.kind, source.task.size, source.inputs.shape[1:])


def test_every_experiment_can_be_written_and_read_again():
    given = by_name(list(FUNCTIONS))
    for setup in (*(one.faulty for one in FAULTS), *(one.setup for one in ODD)):
        assert from_plain(to_plain(setup.experiment), "experiment", KINDS, given=given) == setup.experiment


def test_a_change_of_the_data_changes_nothing_but_what_it_says():
    one = next(one for one in FAULTS if one.name == "clusters: shuffled labels")
    before, after = one.twin.source(), one.faulty.source()
    np.testing.assert_array_equal(after.inputs, before.inputs)
    assert sorted(after.targets) == sorted(before.targets) and (after.targets != before.targets).any()
    assert after.task == before.task


def test_settings_reach_what_they_name():
    one = fault("x", "iris", "rate_too_high", {"update.rate": 5.0, "training.epochs": 3})
    assert one.faulty.experiment.update.rate == 5.0 and one.twin.experiment.update.rate == 0.01
    assert one.faulty.experiment.training.epochs == 3
    assert one.faulty.experiment.network == one.twin.experiment.network
