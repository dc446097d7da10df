"""A repair is a change that was shown to help, and goes on only where the network can."""

import pytest

from tests.diagnosis.curves import EXPERIMENT
from tests.diagnosis.test_attempts import trained
from thalweg.catalogue import KINDS
from thalweg.diagnosis.by_rules import by_rules
from thalweg.diagnosis.repair import Repair, find_repair, goes_on, repaired
from thalweg.experiment import Training
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.preprocess.pca import PCA
from thalweg.serialise import from_plain, to_plain
from thalweg.spec import replaced
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum


def test_a_rate_far_too_low_is_raised():
    case, ground = trained("iris", update=Adam(1e-5))
    finding = by_rules(case)[0]
    repair, experiment = find_repair(finding, case, ground, share=0.1)
    assert experiment is not None and float(experiment.update.rate) >= 1e-4
    assert repair.symptom == finding.symptom and repair.epoch == 20.0
    assert repair.settings == (f"update.rate={float(experiment.update.rate):g}",)
    assert repair.change in repair.tried[0] and "instead of" in repair.tried[0]
    assert from_plain(repair.experiment, "experiment", KINDS) == experiment


def test_what_nothing_helps_against_is_left_as_it_is():
    case, ground = trained("iris", update=Adam(0.01))  # a healthy run, of which a warning is made up
    finding = by_rules(case)[0]._replace(symptom="diverged", severity="error")
    repair, experiment = find_repair(finding, case, ground, share=0.1)
    assert experiment is None
    assert (repair.change, repair.cause, repair.settings) == ("", "", ())
    assert repair.tried and repair.experiment == to_plain(case.experiment)


def test_a_longer_run_is_no_repair():
    case, ground = trained("iris", update=Adam(1e-4), training=Training(batch=32, epochs=5))
    finding = by_rules(case)[0]._replace(severity="error")
    repair, _ = find_repair(finding, case, ground, share=0.1)
    assert not any("epochs" in setting for setting in repair.settings)
    assert not any("as long" in tried for tried in repair.tried)


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({"update": Adam(0.001)}, True),
        ({"penalty": L2(0.1)}, True),
        ({"update": Momentum(0.01)}, False),
        ({"network": dense_network(10, hidden=(7,))}, False),
        ({"preprocess": PCA()}, False),
        ({"training": Training(epochs=40, batch=7)}, False),
    ],
)
def test_only_a_change_of_numbers_goes_on_with_the_network_as_it_is(changes, on):
    assert goes_on(EXPERIMENT, replaced(EXPERIMENT, **changes)) is on


def test_a_repair_in_words():
    tried = ("rate / 10: training loss 0.1 instead of 2.3", "half as wide: training loss 2.3 instead of 2.3")
    found = Repair(
        "diverged", "It rose", "From 1 to 9.", 6.0, "rate / 10", "too high", ("update.rate=0.1",), tried, 2.0, {}
    )
    assert repaired(found) == f"Repaired: {tried[0]}. Training went on from epoch 2 with --set update.rate=0.1"
    assert "Training began anew with" in repaired(found._replace(back_to=0.0))
    assert repaired(found._replace(change="")) == "Nothing that was tried did clearly better, so all was left as it was"
    assert repaired(found._replace(change="", tried=())) == "Nothing could be tried, so all was left as it was"
    assert repaired(found._replace(tried=())).startswith("Repaired: training began anew")
