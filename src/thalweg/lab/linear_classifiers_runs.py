"""Linear classifiers of small photographs: guessed, led by a gradient, and on features instead of pixels."""

from typing import Any, NamedTuple, cast

import numpy as np

from thalweg.checks.some_rows import some_rows
from thalweg.classic.random_weights import Guessed, guess_steps, guess_weights
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.diagnosis.attempts import Ground
from thalweg.experiment import Experiment, Training
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.monitors.filters import first_filters
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.preprocess.arrays import Center, Standardize
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Rest, Result, Trial
from thalweg.train.prepare import prepare
from thalweg.updates.sgd import SGD

SPREAD = 1e-4  # of first weights, and of guesses
BATCH, EPOCHS = 200, 15
RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
WATCHED = 1000  # training images that are scored, too
PIXELS = Standardize()
FEATURES = (ImageFeatures((HueHistogram(), OrientedGradients())), Standardize())


class Classifier(NamedTuple):
    """The best of a grid of rates and penalties."""

    rate: float
    strength: float
    training: float  # accuracy on some training images
    accuracy: float  # on the validation images
    steps: np.ndarray  # (e,) after which it was scored
    losses: np.ndarray  # (e,) on those training images, without the penalty
    answers: np.ndarray  # (validation,) classes that it names
    templates: np.ndarray | None  # (c, height, width, channels) weights of pixels; None for features
    numbers: int  # inputs of a class

    @property
    def gap(self) -> float:
        """How much better it is on what it learned from."""
        return self.training - self.accuracy


class Guesses(NamedTuple):
    """The best of many weights that nobody computed."""

    losses: np.ndarray  # (tries,) the lowest so far
    accuracy: float  # on the validation images
    templates: np.ndarray  # (c, height, width, channels)


def experiment_of(classes: int, preprocess: Any, loss: Any, *, rate: float, strength: float) -> Experiment:
    """Return a linear classifier and its training: scores x W + b, plain gradient descent.

    Args:
        classes: Outputs.
        preprocess: Of the images.
        loss: Of the scores.
        rate: Of the steps.
        strength: Of the penalty on the weights.

    Returns:
        The experiment.
    """
    return Experiment(
        Sequential((Flatten(), Dense(classes, weights=SmallNormal(SPREAD)))),
        loss,
        preprocess=preprocess,
        penalty=L2(strength),
        update=SGD(rate),
        training=Training(batch=BATCH, epochs=EPOCHS),
    )


def train_all(source: Source, split: Split, *, seed: int) -> dict[str, dict[str, Classifier]]:
    """Train a support vector machine and a softmax classifier on pixels and on features.

    Args:
        source: The images.
        split: Their parts.
        seed: Of the first weights and the order of the images.

    Returns:
        By "pixels" and "features", each by "svm" and "softmax".
    """
    losses = {"svm": MulticlassHinge(), "softmax": SoftmaxCrossEntropy()}
    return {
        kind: {name: _best(source, split, preprocess, loss, seed) for name, loss in losses.items()}
        for kind, preprocess in (("pixels", PIXELS), ("features", FEATURES))
    }


def guess_all(source: Source, split: Split, tries: int, *, seed: int) -> dict[str, Guesses]:
    """Guess weights, and steps, on centred pixels.

    Args:
        source: The images.
        split: Their parts.
        tries: Of each.
        seed: Of the guesses.

    Returns:
        By "weights" and "steps".
    """
    images = np.asarray(source.inputs)
    x = Center().apply(Center().fit(images, split), images).reshape(len(images), -1)
    y = source.targets
    found = {}
    for name, way in (("weights", guess_weights), ("steps", guess_steps)):
        best: Guessed = way(x[split.train], y[split.train], tries=tries, spread=SPREAD, seed=seed)
        right = best.scores(x[split.validation]).argmax(axis=1) == y[split.validation]
        templates = best.weights[:-1].T.reshape(-1, *images.shape[1:])
        found[name] = Guesses(best.losses, float(right.mean()), templates)
    return found


def _best(source: Source, split: Split, preprocess: Any, loss: Any, seed: int) -> Classifier:
    """Train with every rate and penalty, and return the best on the validation images."""
    classes = source.task.size
    of = [(rate, strength) for rate in RATES for strength in STRENGTHS]
    experiments = [experiment_of(classes, preprocess, loss, rate=rate, strength=strength) for rate, strength in of]
    prepared = prepare(source, split, experiments[0])
    watched = some_rows(split.train, WATCHED, seed)
    found: dict[int, Result] = {}

    def told(result: Result) -> None:
        found[result.trial.number] = result

    ground = Ground(source, prepared, prepared.weight, watched, "accuracy", seed)
    train_trials(Engine(ground), [Trial(k, experiment, seed) for k, experiment in enumerate(experiments)], told)
    best = max((found[k] for k in sorted(found)), key=lambda one: one.score if np.isfinite(one.score) else -1.0)
    made, (rate, strength) = best.history.evaluations, of[best.trial.number]
    params = cast(Rest, best.rest).member.best[0]  # all fit the data, as `prepare` saw, so each was begun
    layer = params["dense_1"]
    x = prepared.x.reshape(len(prepared.x), -1)
    scores = x @ np.asarray(layer["w"]) + np.asarray(layer["b"])
    answers, right = scores.argmax(axis=1), scores.argmax(axis=1) == source.targets
    templates = None
    if preprocess is PIXELS:
        filters = first_filters(experiments[0].network, params, prepared.x.shape[1:])
        scale = np.where(np.isfinite(prepared.fitted.scale), prepared.fitted.scale, 1.0)  # infinite where constant
        templates = None if filters is None else filters.weights / scale.reshape(1, *prepared.x.shape[1:])
    return Classifier(
        rate,
        strength,
        float(right[watched].mean()),
        float(right[split.validation].mean()),
        np.array([one.step for one in made]),
        np.array([float(one.training_loss[0]) for one in made]),
        answers[split.validation],
        templates,
        x.shape[1],
    )
