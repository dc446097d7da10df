"""Small runs, healthy and sick, with all that a diagnosis looks at."""

import numpy as np
from sklearn import datasets

from tests.checks.prepared import experiment_for, source_of
from thalweg.checks.initial_loss import expected_first_loss, initial_loss
from thalweg.checks.scaled_inputs import scaled_inputs
from thalweg.classic.baselines import baselines
from thalweg.data.split import split_source
from thalweg.diagnosis.attempts import Ground
from thalweg.diagnosis.diagnose import diagnose
from thalweg.monitors.activations import activation_monitor
from thalweg.monitors.steps import StepMonitor
from thalweg.train.beginning import begin, steering
from thalweg.train.loop import Watch, run
from thalweg.train.plan import Plan
from thalweg.train.prepare import prepare


def spiral(points=100, classes=3):
    """Arms of a spiral with some noise, as in the notes' case study."""
    rng = np.random.default_rng(0)
    radius = np.tile(np.linspace(0.0, 1.0, points), classes)
    arm = np.repeat(np.arange(classes), points)
    angle = 4 * (arm + radius) + 0.2 * rng.normal(size=len(arm))
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), arm


def data(name):
    """A built-in set by name."""
    if name == "spiral":
        return spiral()
    if name == "circles":
        return datasets.make_circles(1000, noise=0.1, random_state=1)
    if name == "blobs":
        return datasets.make_blobs(1000, centers=3, cluster_std=2, random_state=2)
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return x, y[:, None] if name == "diabetes" else y


def made(source, *, seed=0, split_seed=0, standardize=True, monitors=True, **parts):
    """Train, check and compare; return (what a diagnosis is given, what the run was made on, its final state)."""
    split, _ = split_source(source, split_seed=split_seed)
    prepared = prepare(source, split, experiment_for(source, standardize=standardize, **parts))
    experiment = prepared.experiment
    plan = Plan(split.train, int(experiment.training.batch), 0, ((seed, 0),))
    plan = plan._replace(total=plan.steps * int(experiment.training.epochs))
    metric = "accuracy" if source.task.kind == "classes" else "r2"
    state, data = begin(
        prepared, plan, weight=prepared.weight, watched=split.train, probe=split.train[:256], metric=metric, seed=seed
    )
    watch = Watch(controllers=steering(experiment, plan))
    if monitors:
        watch = watch._replace(observers=(StepMonitor(),), probes=(activation_monitor(experiment.network),))
    state = run(state, data, plan, watch)
    targets, weight = prepared.y[split.train], prepared.weight[split.train]
    expected = expected_first_loss(experiment.loss, classes=len(source.task.classes), targets=targets, weight=weight)
    flat = prepared.x[split.train].reshape(len(split.train), -1)
    checks = (
        initial_loss(float(state.history.evaluations[0].training_loss[0]), expected),
        scaled_inputs(flat, tuple(f"input {k}" for k in range(flat.shape[1]))),
    )
    given = {
        "checks": checks,
        "experiment": experiment,
        "task": source.task.kind,
        "metric": metric,
        "ending": state.endings[0],
        "baselines": baselines(prepared, task=source.task.kind, metric=metric, seed=seed),
        "validation_rows": len(split.validation),
    }
    return given, Ground(source, prepared, prepared.weight, split.train, metric, seed), state


def trained(source, **settings):
    """Train, check and compare; return (findings, final state)."""
    given, _, state = made(source, **settings)
    return diagnose(state.history, **given), state


def source(name):
    """A built-in set as a source."""
    return source_of(*data(name))
