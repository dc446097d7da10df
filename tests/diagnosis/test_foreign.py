"""Logs of other programs: what their curves show is told, and what they cannot show is told, too."""

import math

import numpy as np
import pytest

from thalweg.diagnosis.foreign import case_of_trace, diagnose_trace
from thalweg.traces.table import table_of_records
from thalweg.traces.trace import Trace
from thalweg.traces.understand import understand

EPOCHS = np.arange(1, 41)
FALLING = 0.2 + 2.1 * np.exp(-0.3 * EPOCHS)
NOISE = np.random.default_rng(0).normal(size=40)


def trace(**columns) -> Trace:
    """A log with a row an epoch."""
    names = {"epoch": EPOCHS} | columns
    records = [{name: float(values[k]) for name, values in names.items()} for k in range(len(EPOCHS))]
    return understand(table_of_records("log.json", "JSON records", records, [""] * len(records)))


RUNS = {
    "healthy": ({"loss": FALLING, "val_loss": 1.05 * FALLING, "val_accuracy": 1 - FALLING / 2.6}, "healthy", "good"),
    "training alone": ({"loss": FALLING}, "healthy", "good"),
    "tiny steps": ({"loss": 2.3 - 0.002 * EPOCHS, "lr": np.full(40, 1e-7)}, "rate_too_low", "warning"),
    "up and down": ({"loss": 1.2 - 0.5 * (-1.0) ** EPOCHS}, "oscillating", "warning"),
    "not a number": ({"loss": np.where(EPOCHS < 7, FALLING, math.nan)}, "diverged", "error"),
    "risen": ({"loss": np.where(EPOCHS < 5, 2.3 - 0.1 * EPOCHS, 5.0)}, "diverged", "error"),
    "stopped": (
        {"loss": 2.3 - 0.045 * EPOCHS, "val_loss": 2.3 - 0.044 * EPOCHS, "val_accuracy": 0.1 + 0.017 * EPOCHS},
        "stopped_early",
        "warning",
    ),
    "by heart": (
        {
            "loss": 2.1 * np.exp(-0.3 * EPOCHS),
            "accuracy": np.minimum(1.0, 0.1 + 0.05 * EPOCHS),
            "val_loss": np.where(EPOCHS < 12, FALLING, 0.3 + 0.04 * (EPOCHS - 12)) + 0.005 * NOISE,
            "val_accuracy": np.minimum(0.6, 0.1 + 0.04 * EPOCHS) + 0.003 * NOISE,
        },
        "overfitting",
        "warning",
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_curves_tell_what_they_tell_of_runs_of_ones_own(name):
    columns, symptom, severity = RUNS[name]
    findings, _ = diagnose_trace(trace(**columns))
    assert (findings[0].symptom, findings[0].severity) == (symptom, severity)
    assert all(finding.setting == "" for finding in findings)
    shares = [cause.probability for cause in findings[0].causes]
    assert severity == "good" or (shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1)


def test_a_number_that_is_not_finite_is_placed_and_the_rate_is_named():
    findings, _ = diagnose_trace(trace(loss=np.where(EPOCHS < 7, FALLING, math.nan), lr=np.full(40, 0.5)))
    assert findings[0].evidence == "The training loss was no longer a finite number at epoch 7."
    assert (findings[0].cause, findings[0].remedy) == ("the learning rate 0.5 is too high", "Lower the rate to 0.05.")
    assert findings[0].why == "Nothing can be learned from such numbers."
    unknown, _ = diagnose_trace(trace(loss=np.where(EPOCHS < 7, FALLING, math.nan)))
    assert unknown[0].remedy == "Lower the rate to 0.1 times what it is."


def test_a_log_that_counts_steps_is_told_in_steps():
    records = [{"step": 100 * k, "loss": float(loss)} for k, loss in enumerate(np.where(EPOCHS < 5, 2.0, 5.0))]
    findings, _ = diagnose_trace(understand(table_of_records("log.csv", "CSV", records, [""] * 40)))
    assert findings[0].where == "step 0 to step 3,900"


def test_what_is_not_recorded_cannot_be_told():
    _, limits = diagnose_trace(trace(loss=FALLING))
    assert [limit.split(" are recorded")[0].split(" is recorded")[0] for limit in limits] == [
        "No validation loss",
        "No updates",
        "No activations",
        "No gradients by layer",
        "Data, network and loss are not at hand: nothing was checked before training, and nothing was tried.",
    ]
    _, limits = diagnose_trace(trace(loss=FALLING, val_loss=FALLING))
    assert len(limits) == 4


def test_the_luck_of_unknown_rows_is_read_off_the_curve():
    noise = 0.02 * np.random.default_rng(0).normal(size=400)
    records = [{"epoch": k, "loss": 1.0, "val_loss": 1.0, "val_accuracy": 0.5 + noise[k]} for k in range(400)]
    case = case_of_trace(understand(table_of_records("log.csv", "CSV", records, [""] * 400)))
    assert case.error(0.5) == pytest.approx(0.02, rel=0.15)
    straight = case_of_trace(trace(loss=FALLING, val_loss=FALLING, val_accuracy=0.1 + 0.01 * EPOCHS))
    assert straight.error(0.5) == pytest.approx(0.0, abs=1e-9)


def test_what_was_recorded_of_tensors_is_looked_at():
    own = trace(loss=2.3 - 0.002 * EPOCHS)
    own = own._replace(
        tensors={
            "update_ratio": {"fc1.weight": np.full(3, 1e-7), "fc1.bias": np.full(3, 1.0), "all": np.full(3, 1.0)},
            "gradient_norm": {"fc1.weight": np.full(3, 1.0), "fc2.weight": np.full(3, 2.0)},
            "dead_share": {"relu": np.array([0.1, 1.0])},
        }
    )
    case = case_of_trace(own)
    assert case.ratio == 1e-7
    assert case.gradients == {"fc1.weight": 1.0, "fc2.weight": 2.0}
    findings, limits = diagnose_trace(own)
    assert findings[0].symptom == "dead_units"
    assert len(limits) == 2


def test_losses_below_zero_are_losses_too():
    falling = -1.0 - 0.15 * EPOCHS + 0.02 * NOISE
    findings, _ = diagnose_trace(trace(loss=falling))
    assert [finding.severity for finding in findings if finding.severity in ("warning", "error")] == []
    rising = np.where(EPOCHS < 10, -5.0 - 0.1 * EPOCHS, 3.0)
    assert diagnose_trace(trace(loss=rising))[0][0].symptom == "diverged"


def test_a_log_that_begins_late_is_no_network_that_learned_nothing():
    level = 0.25 + 0.002 * NOISE
    trained = trace(loss=level, val_loss=level, val_accuracy=0.93 + 0.002 * NOISE)
    assert "learned_nothing" not in [finding.symptom for finding in diagnose_trace(trained)[0]]
    assert "learned_nothing" not in [finding.symptom for finding in diagnose_trace(trace(loss=level))[0]]
    guessing = trace(loss=2.3 + 0.002 * NOISE, val_loss=2.3 + 0.002 * NOISE, val_accuracy=0.1 + 0.002 * NOISE)
    (finding,) = (f for f in diagnose_trace(guessing)[0] if f.symptom == "learned_nothing")
    assert "; the first was 2.3" in finding.evidence  # what a blind guess costs is not known


def test_a_few_epochs_of_unknown_length_are_a_short_run():
    records = [{"epoch": k, "loss": 0.75 - 0.01 * k} for k in range(6)]
    findings, _ = diagnose_trace(understand(table_of_records("log.csv", "CSV", records, [""] * 6)))
    assert [finding.symptom for finding in findings] == ["short_run", "healthy"]
    assert findings[0].evidence == "The run made 6 evaluations; the loss was still falling."
