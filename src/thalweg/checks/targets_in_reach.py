"""Can the network's outputs get to where the targets are?"""

import jax.numpy as jnp
import numpy as np

from thalweg.activations.linear import Linear
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import OUT_OF_REACH
from thalweg.layers.activation import Activation, Function
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.spec import kind_of
from thalweg.types import Loss
from thalweg.wording import agreeing, counted

_POINTS = 450  # of either sign, fifty to a power of ten
_SIZES = np.geomspace(1e-3, 1e6, _POINTS)  # of what an activation gets: beyond that it is looked at no more
GROWS = 0.01  # over the last power of ten, relative: by so much an activation has no end


def targets_in_reach(network: Sequential, loss: Loss, targets: np.ndarray) -> CheckResult | None:
    """Compare the amounts that are to be predicted with those that the network's last activation can give.

        reach = [min_s p(f(s)), max_s p(f(s))],    p: how the loss reads an output

    A rectifier at the end never gives less than 0, and standardised targets lie on both sides of it.

    Args:
        network: Its last layer is looked at.
        loss: What its outputs go into.
        targets: (n,) or (n, 1) amounts of training rows, as the loss gets them.

    Returns:
        A warning where more than one target of a hundred is out of reach, a note where it is fewer, or where
        targets keep their unit and may lie around what is predicted; None where the outputs are no amounts, no
        activation is at the end, or its outputs hang on one another.

    Source: CS231n notes, "Neural Networks Part 1": the output layer has no activation.
    """
    last = bare(network.layers[-1])
    amounts = loss.head == "linear" and not hasattr(loss, "width")
    if not amounts or not isinstance(last, Activation) or isinstance(last.function, Linear):
        return None
    reach = _reach(last.function, loss)
    if reach is None:
        return None
    low, high = reach
    wanted = np.asarray(targets, np.float64).ravel()
    slack = 1e-6 * max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    count = int(np.sum((wanted < low - slack) | (wanted > high + slack)))
    share, name = count / max(1, len(wanted)), network.names()[-1]
    lie = agreeing(max(1, count), "lies", "lie")
    some = f"{count:,} of {counted(len(wanted), 'target')}" if count else "No target"
    kind = kind_of(type(last.function))
    raw = getattr(loss, "targets", "") == "raw"  # of counts, say, what is predicted is the mean and no target
    unit = "" if raw else ", measured in standard deviations from their mean,"
    return CheckResult(
        name="targets within reach",
        measured=share,
        expected=0.0,
        tolerance=0.0,
        unit="share out of reach",
        passed=not count,
        severity="warning" if share > OUT_OF_REACH and not raw else "note",
        text=f"{name} ({kind}) at the end lets the network give {_said(low, high)}. {some}{unit} {lie} outside.",
        advice="Leave out the network's last activation: the loss wants none.",
        where=name,
    )


def _reach(function: Function, loss: Loss) -> tuple[float, float] | None:
    """Return the least and the largest prediction that an activation allows; infinite where it grows without end.

    None where its outputs hang on one another, or are no numbers.
    """
    inputs = np.concatenate([-_SIZES[::-1], [0.0], _SIZES])
    values = _predicted(function, loss, inputs)
    if np.isnan(values).any() or not np.allclose(values[::2], _predicted(function, loss, inputs[::2])):
        return None
    low, high = float(values.min()), float(values.max())
    ends = values[[0, -1]], values[[_POINTS // 9, -1 - _POINTS // 9]]  # at the far ends, and a power of ten before
    with np.errstate(invalid="ignore"):  # of two infinities
        growth = (ends[0] - ends[1]) / np.maximum(1.0, np.abs(ends[1]))
    down, up = bool((growth < -GROWS).any()), bool((growth > GROWS).any())
    return (-np.inf if down else low), (np.inf if up else high)


def _predicted(function: Function, loss: Loss, inputs: np.ndarray) -> np.ndarray:
    return np.asarray(loss.predict(function(jnp.asarray(inputs[:, None], jnp.float32))), np.float64)[:, 0]


def _said(low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return "any amount"
    if np.isinf(high):
        return f"{low:.3g} and more"
    return f"{high:.3g} and less" if np.isinf(low) else f"{low:.3g} to {high:.3g}"
