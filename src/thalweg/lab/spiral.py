"""The case study: a linear classifier and a small network on the spiral, to the notes' own steps.

Both are trained by the library's own path, from weights drawn by the generator that drew the data.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.data.toy import spiral
from thalweg.errors import choose
from thalweg.experiment import Experiment, Training
from thalweg.keys import root
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.monitors.steps import StepMonitor
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.report.series import Series, of_steps
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import learner_of
from thalweg.types import Params, State
from thalweg.updates.sgd import SGD

HIDDEN = 100
LINEAR_EPOCHS, NETWORK_EPOCHS = 200, 10_000
LINEAR_STEPS = (0, 10, 170, 180, 190)
NETWORK_STEPS = (0, 1000, 2000, 3000, 9000)
PRECISIONS = ("float64", "float32")
GRID = 200  # points along each side of the picture


class Fit(NamedTuple):
    """One model of the case study."""

    title: str
    epochs: int  # trained, each of them one step
    losses: tuple[tuple[int, float], ...]  # (step, penalised loss before that step's update)
    loss: Series  # the same at every step that was recorded
    penalty: Series  # the penalty's part of it
    accuracy: float  # on the training points, after the last step
    regions: np.ndarray  # (GRID, GRID) class at each point of the picture, rows from low to high y


class Study(NamedTuple):
    """The case study."""

    seed: int
    precision: str
    x: np.ndarray  # (300, 2)
    y: np.ndarray  # (300,)
    axis: np.ndarray  # (GRID,) coordinates of the picture's columns and rows
    fits: tuple[Fit, ...]  # the linear classifier, then the network


def study_spiral(seed: int = 0, *, network_epochs: int = NETWORK_EPOCHS, precision: str = "float64") -> Study:
    """Train a softmax classifier, then a network with one hidden layer, on the spiral.

        loss = mean of -ln p(right class) + 0.5 lambda sum W^2,    W <- W - rate dloss/dW

    Full batch, rate 1, lambda = 0.001; 200 steps, then 10,000 steps.

    Args:
        seed: Of NumPy's legacy generator, which draws the data, then the classifier's weights, then the network's;
            0 to 2^32 - 1.
        network_epochs: Steps of the network; at least 1.
        precision: Of every number in training, "float64" or "float32". Rounding moves the network's losses: in
            float64 by less than 1e-6 up to step 3,000 and by some 4e-5 at step 9,000, in float32 by up to 0.01.

    Returns:
        The losses at the steps the notes name (those below the number of steps), accuracies and decision regions.

    Raises:
        InputError: If an argument is out of its range.

    Example:
        >>> study_spiral(network_epochs=1).fits[1].losses  # near ln 3: it knows nothing yet
        ((0, 1.0986...),)

    Source: CS231n notes, "Putting it together: Minimal Neural Network Case Study".
    """
    choose(precision, PRECISIONS, what="precision")
    x, y, generator = spiral(seed)
    axis = np.linspace(-1.2, 1.2, GRID)
    weights = [0.01 * generator.randn(2, 3)]
    weights += [0.01 * generator.randn(2, HIDDEN), 0.01 * generator.randn(HIDDEN, 3)]
    with jax.enable_x64(precision == "float64"):
        linear = _fit("softmax classifier", (), weights[:1], LINEAR_EPOCHS, LINEAR_STEPS, x, y, axis)
        title = f"network of {HIDDEN} ReLU units"
        deep = _fit(title, (HIDDEN,), weights[1:], network_epochs, NETWORK_STEPS, x, y, axis)
    return Study(seed, precision, x, y, axis, (linear, deep))


def _fit(
    title: str,
    hidden: tuple[int, ...],
    weights: list[np.ndarray],
    epochs: int,
    steps: tuple[int, ...],
    x: np.ndarray,
    y: np.ndarray,
    axis: np.ndarray,
) -> Fit:
    experiment = Experiment(
        network=dense_network(3, hidden=hidden),
        loss=SoftmaxCrossEntropy(),
        penalty=L2(1e-3),
        update=SGD(1.0),
        training=Training(batch=len(x), epochs=epochs, patience=epochs),
    )
    member = start(learner_of(experiment), root(0), (2,), epochs)
    params = {
        name: {**member.carry.params[name], "w": jnp.asarray(w)}
        for name, w in zip((n for n in member.carry.params if n.startswith("dense")), weights, strict=True)
    }
    params = {**member.carry.params, **params}
    member = member._replace(carry=member.carry._replace(params=params), best=(params, member.carry.state))
    rows = np.arange(len(x))
    points = Data(x, y, np.ones(len(x)), rows, rows, rows, "accuracy")
    plan = Plan(rows, len(x), epochs, ((0, 0),))
    state = run(LoopState(population([member])), points, plan, Watch(observers=(StepMonitor(),)))
    data, penalty = (of_steps(state.history, measure)[""] for measure in ("data_loss", "penalty"))
    loss = Series(data.at, data.values + penalty.values)
    at = dict(zip(loss.at.tolist(), loss.values.tolist(), strict=True))
    last = jax.tree.map(lambda leaf: leaf[0], state.members.carry)
    return Fit(
        title=title,
        epochs=epochs,
        losses=tuple((step, at[step]) for step in steps if step < epochs),
        loss=loss,
        penalty=penalty,
        accuracy=float(state.history.evaluations[-1].training_score[0]),
        regions=_regions(experiment, last.params, last.state, axis),
    )


def _regions(experiment: Experiment, params: Params, state: State, axis: np.ndarray) -> np.ndarray:
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    outputs = predict(traced(experiment.objective()), params, state, points)
    return outputs.argmax(axis=1).reshape(len(axis), len(axis))
