"""Data on which trials take milliseconds, and one of them as a run of its own."""

import numpy as np

from tests.train.small import examples, experiment
from thalweg.data.open import open_source
from thalweg.data.split import split_source
from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.experiment import Training
from thalweg.search.engine.trial import Trial
from thalweg.train.beginning import begin, steering
from thalweg.train.loop import Watch, run
from thalweg.train.plan import Plan
from thalweg.train.prepare import prepare


def small(rate=0.05, *, epochs=4, batch=32, patience=20, **changes):
    """An experiment on the small data."""
    training = Training(batch=batch, epochs=epochs, patience=patience, **changes.pop("training", {}))
    return experiment(rate, training=training, **changes)


def small_ground(base=None, metric="accuracy"):
    """The small data, split."""
    x, y = examples()
    source = open_source((x, y))
    split, _ = split_source(source, split_seed=0)
    prepared = prepare(source, split, base or small())
    return Ground(source, prepared, prepared.weight, split.train[:60], metric, seed=0)


def trials_of(experiments, seed=3):
    """Trials numbered from 0, all of one seed, as those of a search are."""
    return [Trial(number, one, seed) for number, one in enumerate(experiments)]


def alone(ground, trial):
    """Train a trial as `fit` would; return the state at the end."""
    prepared = prepared_for(ground, trial.experiment)
    training = prepared.experiment.training
    plan = Plan(prepared.split.train, int(training.batch), 0, ((trial.seed, 0),))
    plan = plan._replace(total=plan.steps * int(training.epochs))
    given = {"weight": ground.weight, "watched": ground.watched, "probe": ground.watched[:1], "metric": ground.metric}
    state, data = begin(prepared, plan, seed=trial.seed, **given)
    return run(state, data, plan, Watch(controllers=steering(prepared.experiment, plan)))


def spread(count):
    """Rates from too small to far too large."""
    return [float(rate) for rate in np.geomspace(1e-4, 1e6, count)]
