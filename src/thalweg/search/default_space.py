"""The space that suits an experiment when nothing is said."""

from collections.abc import Iterator
from typing import Any

from thalweg.data.source import Kind
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.prelu import PReLU
from thalweg.network.named import Named
from thalweg.search.dimension import Dimension
from thalweg.search.limits import field_range, kept_within
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.space import Space
from thalweg.spec import is_spec, parts, tunables

RATE_FACTOR = 30.0  # about one and a half orders of magnitude to either side
BEYOND = 10.0  # times the rates that suit the experiment as it stands
LEAST_WIDTH = 16  # units of a layer whose quarter is still worth a try
_ANY_WIDTH = (Dense, Activation, Dropout, BatchNorm, GaussianNoise, LayerNorm, PReLU)  # take as many inputs as come


def default_space(experiment: Experiment, task: Kind, rates: tuple[float, float] | None = None) -> Space:
    """Return what is worth varying in an experiment.

    The rate matters most, so it is always there, evenly in logarithms. Where short runs have told which rates suit, it
    goes from a tenth of the lowest to ten times the highest, for other settings shift them; else from a thirtieth of
    the experiment's own to thirty times it. An experiment that suits the data has a rate near the best one, and three
    orders of magnitude hold it even where it is not. The rest is what holds a network back, each only where the
    experiment has it already:

    - the strengths of the penalty, from 1e-6, which nothing feels, to 1e-1, evenly in logarithms;
    - the rule's weight decay, from 1e-4 to 1: with a rate of 0.001, ten thousand steps take a thousandth of a weight at
      the lower end, and nearly all of it at the upper one;
    - the share that dropout drops, the same in all its layers, from 0 to 0.6; 0.5 is the usual one;
    - of classes the label smoothing, from 0 to 0.2; 0.1 is the usual one. Amounts have no labels to smooth, and of
      attributes each question has its own rate of yes, which smoothing would pull to a half.

    All these are traced: a hundred trials compile as much as one. A width is structure, and each one is compiled anew.
    Therefore the hidden dense layers have one width together, and it is a choice of four: a quarter of theirs, half,
    the same and double. Where they differ in width, a person has given them a form, and they keep it. The other
    structure stays as it is: the batch, for its best size goes with the rate; depth and kinds, for whose every value
    a space of its own would be needed.

    Args:
        experiment: That suits the data.
        task: What is to be predicted: "classes", "regression" or "attributes".
        rates: The lowest and the highest that should suit it, as short runs told (see `checks.rate_range`); None where
            nothing is known.

    Returns:
        The space.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> start = Experiment(dense_network(3, hidden=(64,)), SoftmaxCrossEntropy())
        >>> for dimension in default_space(start, "classes").dimensions:
        ...     print(f"{dimension.name}: {dimension.over}")
        update.rate: log 3.33e-5 .. 3e-2
        loss.label_smoothing: uniform 0 .. 0.2
        network.layers.0.units: [16, 32, 64, 128]

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012; CS231n notes, "Neural Networks
    Part 3", "Hyperparameter optimization"; dropout: Srivastava et al., "Dropout", 2014; label smoothing: Szegedy et
    al., "Rethinking the Inception architecture", 2016.
    """
    return Space((*_rate(experiment, rates), *_strengths(experiment, task), *_shares(experiment), *_widths(experiment)))


def _rate(experiment: Experiment, rates: tuple[float, float] | None) -> Iterator[Dimension]:
    path, rate = "update.rate", float(experiment.update.rate)
    ends = (rate / RATE_FACTOR, rate * RATE_FACTOR) if rates is None else (rates[0] / BEYOND, rates[1] * BEYOND)
    low, high = (float(f"{end:.3g}") for end in ends)  # as people would write them
    over, limits = LogUniform(low, high), field_range(experiment, path)
    yield Dimension((path,), kept_within(over, limits) if limits else over)


def _strengths(experiment: Experiment, task: Kind) -> Iterator[Dimension]:
    for name in tunables(type(experiment.penalty)):
        yield Dimension((f"penalty.{name}",), LogUniform(1e-6, 1e-1))
    if "decay" in tunables(type(experiment.update)):
        yield Dimension(("update.decay",), LogUniform(1e-4, 1.0))
    if task == "classes" and "label_smoothing" in tunables(type(experiment.loss)):
        yield Dimension(("loss.label_smoothing",), Uniform(0.0, 0.2))


def _shares(experiment: Experiment) -> Iterator[Dimension]:
    layers = [(path, layer) for path, layer in _inside(experiment.network, "network") if isinstance(layer, Dropout)]
    if layers:
        highest = max(0.6, *(float(layer.drop) for _, layer in layers))
        yield Dimension(tuple(f"{path}.drop" for path, _ in layers), Uniform(0.0, highest))


def _widths(experiment: Experiment) -> Iterator[Dimension]:
    layers: list[tuple[str, Any]] = [
        (f"{path}.layer", layer.layer) if isinstance(layer, Named) else (path, layer)
        for path, layer in _listed(experiment.network.layers, "network.layers")
    ]
    dense = [i for i, (_, layer) in enumerate(layers) if isinstance(layer, Dense)]
    if len(dense) < 2:
        return
    *hidden, last = dense
    widths = {layers[i][1].units for i in hidden}
    width = min(widths)
    free = all(isinstance(layer, _ANY_WIDTH) for _, layer in layers[hidden[0] : last])
    # Behind the last dense layer nothing may make another one's outputs the network's own.
    ends = all(isinstance(layer, _ANY_WIDTH) for _, layer in layers[last:])
    if free and ends and len(widths) == 1 and width >= LEAST_WIDTH:
        options = (width // 4, width // 2, width, 2 * width)
        yield Dimension(tuple(f"{layers[i][0]}.units" for i in hidden), Choice(options))


def _inside(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Go through a spec and all parts in it, each with its path."""
    yield path, value
    for name in parts(type(value)):
        part, place = getattr(value, name), f"{path}.{name}"
        for inner, one in _listed(part, place) if isinstance(part, tuple) else [(place, part)]:
            if is_spec(one):
                yield from _inside(one, inner)


def _listed(values: tuple[Any, ...], path: str) -> list[tuple[str, Any]]:
    return [(f"{path}.{i}", value) for i, value in enumerate(values)]
