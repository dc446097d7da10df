"""The slow start of squared error on a saturated sigmoid, and how cross-entropy has none.

One neuron is wrong and sure of it. The gradient of the squared error holds the factor f' of the sigmoid, which is
nearly 0 there; in that of the cross-entropy the factor cancels.
"""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.sigmoid import Sigmoid
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.series import Series
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.sgd import SGD

STEPS = 300
WEIGHT = BIAS = 2.0  # of the neuron at first
RATE = 0.15


def slow_start() -> Sheet:
    """Train one sigmoid neuron from w = b = 2 to answer 0 where x = 1, by squared error and by cross-entropy.

        a = 1 / (1 + e^-(w x + b)),    rate 0.15,    300 steps
        squared error: d/dz 0.5 a^2 = a a (1 - a);    cross-entropy: d/dz -ln(1 - a) = a

    Nothing is drawn at random.

    Returns:
        The sheet.

    Example:
        >>> slow_start().disagreements()
        ()

    Source: Nielsen, "Neural Networks and Deep Learning", chapter 3, "The cross-entropy cost function".
    """
    squared = _outputs(Experiment(Sequential((Dense(1), Activation(Sigmoid()))), SquaredError(), update=SGD(RATE)))
    entropy = _outputs(Experiment(Sequential((Dense(1),)), BinaryCrossEntropy(), update=SGD(RATE)))
    claims = [
        *(_claim("squared error", squared, step, value) for step, value in ((0, 0.982), (50, 0.976), (150, 0.933))),
        _claim("squared error", squared, 300, 0.203),
        *(_claim("cross-entropy", entropy, step, value) for step, value in ((0, 0.982), (50, 0.0985), (300, 0.012))),
    ]
    steps = np.arange(STEPS + 1)
    figure = Figure(
        "outputs",
        "The neuron's output over steps",
        f"With squared error the output stays near 1 for some 150 steps and is {squared[-1]:.3f} at the end; with "
        f"cross-entropy it falls at once, to {entropy[50]:.3f} after 50 steps.",
        [line(Series(steps, squared), "squared error", 0), line(Series(steps, entropy), "cross-entropy", 1)],
        layout(axis("step"), axis("output; wanted is 0", range=[0, 1])),
    )
    shown = (0, 10, 50, 100, 150, 200, 250, 300)
    table = Table(
        "The neuron's output",
        ("step", "squared error", "cross-entropy"),
        tuple((str(k), f"{squared[k]:.4f}", f"{entropy[k]:.4f}") for k in shown),
    )
    return Sheet(
        name="slow-start",
        title="The slow start of squared error",
        seed=None,
        headline=f"After 50 steps squared error has moved the output from {squared[0]:.3f} to {squared[50]:.3f}, "
        f"cross-entropy to {entropy[50]:.4f}",
        words=(
            "One neuron with a sigmoid begins sure of the wrong answer: input 1, weight 2, bias 2, so its output is "
            "0.982 where 0 is wanted. It learns by gradient descent at a rate of 0.15.",
            "The gradient of squared error with respect to the sigmoid's input is (a - t) a (1 - a). The last factor "
            "is the sigmoid's slope, 0.018 at the start: the more wrong the neuron is, the slower it learns.",
            "The gradient of the cross-entropy is a - t. The slope has cancelled: the more wrong, the faster. That is "
            "why head and loss are matched.",
        ),
        claims=tuple(claims),
        tables=(table,),
        figures=(figure,),
        python="from thalweg.lab.slow_start import slow_start; sheet = slow_start()",
        source='Nielsen, "Neural Networks and Deep Learning", chapter 3.',
    )


def _claim(loss: str, outputs: np.ndarray, step: int, expected: float) -> Claim:
    within = 0.0005 if expected > 0.1 else 0.00005 if expected > 0.05 else 0.0005  # half of the last digit given
    return between(
        f"With {loss} the output after {step} steps is {expected:g}.",
        float(outputs[step]),
        expected - within,
        expected + within,
        form=".4f",
        expected=f"{expected:g}",
    )


def _outputs(experiment: Experiment) -> np.ndarray:
    with jax.enable_x64(True):
        member = start(learner_of(experiment), root(0), (1,), STEPS)
        neuron = {"dense_1": {"w": jnp.full((1, 1), WEIGHT), "b": jnp.full(1, BIAS)}}
        carry = member.carry._replace(params={**member.carry.params, **neuron})
        members = population([member._replace(carry=carry)])
        y = jnp.zeros((1, 1)) if experiment.loss.head == "linear" else jnp.zeros(1, jnp.int32)
        batches = Batches(jnp.ones((1, 1)), y, jnp.ones(1), None, None)
        sums = []  # w x + b
        for step in range(STEPS + 1):
            params = members.carry.params["dense_1"]
            sums.append(float(params["w"][0, 0, 0]) + float(params["b"][0, 0]))
            members, _ = advance(members, batches, clock=step, count=1)
    return 1 / (1 + np.exp(-np.array(sums)))
