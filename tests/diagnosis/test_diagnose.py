"""Findings together: one cause, one finding; and real runs, healthy and sick."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.checks.prepared import source_of
from tests.diagnosis.curves import EXPERIMENT, falling, history
from tests.diagnosis.runs import source, trained
from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.catalogue import KINDS
from thalweg.checks.scaled_inputs import scaled_inputs
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.diagnose import diagnose
from thalweg.diagnosis.finding import Finding
from thalweg.experiment import Training
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.serialise import changed, from_plain, parse_setting, to_plain
from thalweg.spec import spec
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

SHORT = Training(batch=32, epochs=30)
LINEAR = (Baseline("linear", 0.9, 1000, 0.0),)


@spec
class AllZero:
    def __call__(self, key, shape, *, fan_in, fan_out):
        return jnp.zeros(shape)


def found(made, *, checks=(), ending="all epochs were trained", baselines=()):
    return diagnose(
        made,
        checks=checks,
        experiment=EXPERIMENT,
        task="classes",
        metric="accuracy",
        ending=ending,
        baselines=baselines,
        validation_rows=1000,
    )


def symptoms(findings):
    return [finding.symptom for finding in findings]


def grave(findings):
    return [finding for finding in findings if finding.severity in ("warning", "error")]


def test_a_healthy_curve_gives_one_good_finding():
    made = history(falling(41), training_score=np.linspace(0.2, 0.96, 41))
    assert symptoms(found(made)) == ["healthy"]


def test_how_often_a_rule_is_wrong_is_told_where_settings_were_tried_as_when_it_was_measured():
    made = history(np.full(21, 2.3), score=np.full(21, 0.1), dead=(0.1, 1.0), ratios=(0.2,))
    assert found(made, baselines=LINEAR)[0].false_alarms == ""


def test_what_follows_from_a_dead_layer_is_not_told_again():
    # Dead, stuck, and worse than a linear model: one finding.
    made = history(np.full(21, 2.3), score=np.full(21, 0.1), dead=(0.1, 1.0), ratios=(0.2,))
    assert symptoms(found(made, baselines=LINEAR)) == ["dead_units"]


def test_unscaled_inputs_are_the_root_of_what_they_cause():
    check = scaled_inputs(np.full((10, 1), 1000.0), ("salary",))
    ending = "the loss was no longer a finite number at step 3"
    (finding,) = found(history([2.3, 2.2]), checks=(check,), ending=ending)
    assert (finding.symptom, finding.severity, finding.where) == ("unscaled_inputs", "error", "salary")
    assert finding.setting == "--set preprocess=standardize"
    assert "no longer a finite number at step 3" in finding.evidence
    # A run that went well in spite of them is not blamed.
    made = history(falling(41), training_score=np.linspace(0.2, 0.96, 41))
    assert symptoms(found(made, checks=(check,))) == ["healthy"]


def test_a_run_that_a_simple_model_equals_is_not_praised():
    made = history(falling(41), score=np.full(41, 0.895), training_score=np.linspace(0.2, 0.96, 41))
    findings = found(made, baselines=LINEAR)
    assert symptoms(findings) == ["no_better_than_baseline", "healthy"]
    assert not any("well" in finding.title for finding in findings)


def test_one_evaluation_is_enough_to_say_something():
    assert isinstance(found(history([2.3])), tuple)


# One of each kind; `bench/diagnosis` trains and judges them by the hundred.
HEALTHY = {
    "digits, adam": ("digits", {"update": Adam(1e-3), "training": SHORT}),
    "digits, tanh": (
        "digits",
        {
            "network": Sequential((Dense(64), Activation(Tanh()), Dense(10))),
            "update": Momentum(0.02),
            "training": SHORT,
        },
    ),
    "iris, warm-up and cosine": ("iris", {"schedule": Warmup(0.02, Cosine()), "penalty": L2(1e-4)}),
    "wine, dropout": ("wine", {"network": dense_network(3, drop=0.5), "penalty": L2(1e-4)}),
    "breast cancer, sgd": ("breast_cancer", {"update": SGD(0.1)}),
    "diabetes, adam": ("diabetes", {}),
    "circles at their noise ceiling": ("circles", {}),
    "spiral": ("spiral", {"update": Adam(3e-3), "training": Training(batch=32, epochs=150, patience=50)}),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_runs_get_nothing_above_a_note(name):
    data, settings = HEALTHY[name]
    findings, _ = trained(source(data), **settings)
    assert grave(findings) == []
    assert "healthy" in symptoms(findings)


SICK = {
    "adam, rate x 1000": ("digits", {"update": Adam(1.0)}, {"rate_too_high", "dead_units", "diverged"}),
    "adam, rate x 1000, three classes": ("iris", {"update": Adam(1.0)}, {"rate_too_high", "dead_units", "diverged"}),
    "sgd, rate x 1000": ("digits", {"update": SGD(100.0)}, {"diverged"}),
    "sgd, rate x 1000, regression": ("diabetes", {"update": SGD(100.0)}, {"diverged"}),
    "adam, rate / 10,000": ("digits", {"update": Adam(1e-7)}, {"rate_too_low"}),
    "sgd, rate / 10,000": ("iris", {"update": SGD(1e-5)}, {"rate_too_low"}),
    "rate too low, unwatched": ("diabetes", {"update": SGD(1e-5), "monitors": False}, {"rate_too_low"}),
    "all weights 0": (
        "wine",
        {"network": Sequential((Dense(32, AllZero()), Activation(ReLU()), Dense(3, AllZero())))},
        {"dead_units"},
    ),
    "all weights 0, tanh": (
        "wine",
        {"network": Sequential((Dense(32, AllZero()), Activation(Tanh()), Dense(3, AllZero())))},
        {"learned_nothing"},
    ),
}


@pytest.mark.parametrize("name", SICK)
def test_sick_runs_are_told_by_name(name):
    data, settings, expected = SICK[name]
    findings, _ = trained(source(data), **({"training": SHORT} | settings))
    assert grave(findings)
    assert findings[0].symptom in expected
    for finding in findings:
        if finding.setting:  # what is offered can be typed
            plain = to_plain(EXPERIMENT)
            for line in finding.setting.removeprefix("--set ").split(" --set "):
                path, value = parse_setting(line)
                plain = to_plain(from_plain(changed(plain, path, value), "experiment", KINDS))


def test_inputs_in_thousands_are_named():
    x, y = source("digits").inputs * 1000, source("digits").targets
    findings, _ = trained(source_of(x, y), standardize=False, update=SGD(0.1), training=SHORT)
    assert symptoms(grave(findings)) == ["unscaled_inputs"]


def test_a_big_network_on_few_rows_overfits():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 300))
    y = (x[:, :10].sum(axis=1) + rng.normal(size=600) > 0).astype(np.int32)
    network = dense_network(2, hidden=(512,))
    training = Training(batch=32, epochs=60, patience=60)
    findings, _ = trained(source_of(x, y), network=network, update=Adam(3e-3), training=training)
    assert "overfitting" in symptoms(grave(findings))
    (finding,) = (f for f in findings if f.symptom == "overfitting")
    assert finding.setting == "--set penalty=l2 --set penalty.strength=0.001"


def test_too_few_epochs_are_said():
    findings, _ = trained(source("digits"), update=Adam(1e-4), training=Training(batch=32, epochs=5))
    assert symptoms(grave(findings)) in (["stopped_early"], ["worse_than_baseline"])


def test_labels_that_hold_nothing_get_a_note_only():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(600, 10)), rng.integers(0, 2, 600).astype(np.int32)
    findings, _ = trained(source_of(x, y), penalty=L2(1.0), update=Adam(1e-3), training=SHORT)
    assert not [f for f in findings if f.severity == "error"]
    for finding in findings:
        assert isinstance(finding, Finding)
