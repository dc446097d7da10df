"""Does the signal keep its size from layer to layer, before training?"""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from thalweg.checks.fresh_network import LayerFacts
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import SCALE_GAIN, SCALE_LOST, SCALE_RATIO
from thalweg.errors import shown
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.embedding import Embedding
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.layer_norm import LayerNorm
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.trees import weights_of
from thalweg.types import Params

_NORMS = (BatchNorm, GroupNorm, LayerNorm)
_ADVICE = (
    "Give the weights the variance that suits their inputs and what follows: he_normal before relu, glorot_normal "
    'before tanh and sigmoid, lecun_normal before selu; or start = {kind = "lsuv"}, or a batch_norm after each layer.'
)


class ScalePoint(NamedTuple):
    """A hidden layer with weights."""

    layer: str
    deviation: float  # of its outputs
    gains: dict[str, float]  # by weight: its mean square over what the rules would give it, 1 within their range


def scale_points(network: Sequential, params: Params, layers: dict[str, LayerFacts]) -> tuple[ScalePoint, ...]:
    """Gather the layers whose outputs should be of one size.

    The last layer with weights is left out, for it starts small on purpose; so are layers that a normalisation follows
    before the next weights.

    Args:
        network: Its own layers; a residual block counts as one.
        params: Fresh.
        layers: What came out, by name.

    Returns:
        The points, from the input on.
    """
    order = list(zip(network.names(), map(bare, network.layers), strict=True))
    weighted = [place for place, (name, _) in enumerate(order) if _weights(params[name])]
    points = []
    for place, following in pairwise(weighted):
        name, layer = order[place]
        if not any(isinstance(after, _NORMS) for _, after in order[place + 1 : following]):
            # Of a table of categories each row is drawn as a unit's inputs, whatever their number.
            weights = {} if isinstance(layer, Embedding) else _weights(params[name])
            gains = {f"{name}/{path}": _gain(np.asarray(w, np.float64)) for path, w in weights.items()}
            points.append(ScalePoint(name, layers[name].deviation, gains))
    return tuple(points)


def initial_scale(points: tuple[ScalePoint, ...], *, inputs: float) -> CheckResult | None:
    """Hold the outputs of hidden layers against those of the first and of the one before.

    Narrow layers change a signal's size by chance, so a change counts where weights on the way are off as well, or
    where hardly anything is left of the signal.

    Args:
        points: Hidden layers with weights, from the input on.
        inputs: Standard deviation of the inputs.

    Returns:
        A warning where standard deviations differ more than tenfold and the mean square of weights is off by more than
        2.7 from all of 1 / n (LeCun), 2 / n (He) and 2 / (n + m) (Glorot) in the same sense, or whatever the weights
        from 10,000 on, where it is an error; None without hidden layers.

    Source: CS231n notes, "Neural Networks Part 2", "Weight Initialization"; Glorot and Bengio, 2010; He et al., 2015.
    """
    if not points:
        return None
    # The first layer may make its inputs smaller, not larger than they or than 1.
    begin = ScalePoint("the inputs", max(inputs, 1.0), {})
    pairs = [(begin, points[:1], True)]
    for place in range(1, len(points)):
        pairs += [(points[0], points[1 : place + 1], False), (points[place - 1], points[place : place + 1], False)]
    found = [(_off(before, way, only_up), before, way) for before, way, only_up in pairs]
    off, before, way = max(found, key=lambda one: one[0])
    ratio = _ratio(before.deviation, way[-1].deviation)
    others = [_ratio(points[0].deviation, point.deviation) for point in points]
    measured = ratio if off else max(others, key=lambda one: abs(_log(one)))
    return CheckResult(
        name="initial scale",
        measured=measured,
        expected=1.0,
        tolerance=SCALE_RATIO - 1,
        unit="of the standard deviation of earlier outputs",
        passed=off == 0,
        severity="error" if off >= math.log(SCALE_LOST) else "warning",
        text=_said(before, way, ratio) if off else _kept(points),
        advice=_ADVICE,
        where=way[-1].layer if off else "",
    )


def _said(before: ScalePoint, way: tuple[ScalePoint, ...], ratio: float) -> str:
    gains = [(path, gain) for point in way for path, gain in point.gains.items()]
    path, gain = max(gains, key=lambda one: abs(_log(one[1])), default=("", 1.0))
    moved = "goes" if ratio != ratio else "falls" if ratio < 1 else "grows"
    name = before.layer if before.layer == "the inputs" else shown(before.layer)
    text = (
        f"The standard deviation of outputs {moved} from {before.deviation:.3g} in {name} to {way[-1].deviation:.3g} "
        f"in {shown(way[-1].layer)}"
    )
    return f"{text}." if gain == 1 else f"{text}; {shown(path)} has {gain:.2g} times the mean square that suits it."


def _kept(points: tuple[ScalePoint, ...]) -> str:
    sizes = [point.deviation for point in points]
    if len(points) == 1:
        return f"The outputs of {shown(points[0].layer)} have standard deviation {sizes[0]:.3g}."
    span = f"from {min(sizes):.3g} to {max(sizes):.3g}"
    return f"The outputs of {len(points)} hidden layers have standard deviations {span}."


def _off(before: ScalePoint, way: tuple[ScalePoint, ...], only_up: bool) -> float:
    """Return how far off in size the end of a way is, as the log of a ratio; 0 where it is not to be blamed."""
    size = _log(_ratio(before.deviation, way[-1].deviation))
    gains = [gain for point in way for gain in point.gains.values()]
    blamed = any(gain > SCALE_GAIN for gain in gains) if size > 0 else any(gain < 1 / SCALE_GAIN for gain in gains)
    if abs(size) <= math.log(SCALE_RATIO) or (only_up and size < 0):
        return 0.0
    return abs(size) if blamed or abs(size) > math.log(SCALE_LOST) else 0.0


def _ratio(before: float, after: float) -> float:
    return after / before if before > 0 else (1.0 if after == 0 else math.inf)


def _log(ratio: float) -> float:
    if ratio != ratio:
        return math.inf
    return math.log(ratio) if 0 < ratio < math.inf else math.copysign(math.inf, ratio - 1)


def _weights(params: Any) -> dict[str, Any]:
    return {path: w for path, w in weights_of(params).items() if np.ndim(w) > 1}


def _gain(w: np.ndarray) -> float:
    inputs, outputs = math.prod(w.shape[:-1]), math.prod(w.shape[:-2]) * w.shape[-1]
    low, high, square = 1 / max(inputs, outputs), 2 / inputs, float(np.mean(np.square(w)))
    return square / low if square < low else max(1.0, square / high)
