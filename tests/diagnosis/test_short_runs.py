"""Healthy runs of a few steps: what looks ill in them a longer run refutes, so nothing above a note may be said."""

import pytest

from tests.diagnosis.runs import source, trained
from thalweg.experiment import Training
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

WHOLE = 4096  # a batch of all rows: a step an epoch


@pytest.mark.parametrize("steps", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("name", ["iris", "digits", "diabetes", "circles"])
def test_a_few_steps_are_no_reason_to_warn(name, steps):
    findings, _ = trained(source(name), training=Training(batch=WHOLE, epochs=steps))
    assert [finding for finding in findings if finding.severity in ("warning", "error")] == []
    assert "short_run" in [finding.symptom for finding in findings]


@pytest.mark.parametrize(
    "update", [Adam(0.01), Adam(1e-4), Momentum(0.05), SGD(0.1), SGD(0.01)], ids=lambda rule: repr(rule)
)
@pytest.mark.parametrize(("name", "epochs"), [("iris", 3), ("iris", 10), ("blobs", 2)])
def test_nor_are_a_few_epochs(name, epochs, update):
    training = Training(batch=32, epochs=epochs)
    findings, state = trained(source(name), update=update, training=training)
    assert state.history.evaluations[-1].step < 50
    assert [finding for finding in findings if finding.severity in ("warning", "error")] == []
