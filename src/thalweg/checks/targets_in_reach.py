"""Can the network's outputs get to where the targets are?"""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.linear import Linear
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import OUT_OF_REACH
from thalweg.layers.activation import Activation, Function
from thalweg.network.chain import layer_names
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.spec import kind_of
from thalweg.types import Loss
from thalweg.wording import agreeing, counted

_FAR = 1e6  # of what an activation gets: beyond that it is looked at no more
_POINTS = 400  # of either sign
_ENDLESS = 1e3  # an activation that gives so much has no end


def targets_in_reach(network: Sequential, loss: Loss, targets: np.ndarray) -> CheckResult | None:
    """Compare the amounts that are to be predicted with those that the network's last activation can give.

        reach = [min_s p(f(s)), max_s p(f(s))],    p: how the loss reads an output

    A rectifier at the end never gives less than 0, and standardised targets lie on both sides of it.

    Args:
        network: Its last layer is looked at.
        loss: What its outputs go into.
        targets: (n,) or (n, 1) amounts of training rows, as the loss gets them.

    Returns:
        A warning where more than one target of a hundred is out of reach, a note where it is fewer; None where the
        outputs are no amounts, or no activation is at the end.

    Source: CS231n notes, "Neural Networks Part 1": the output layer has no activation.
    """
    last = bare(network.layers[-1])
    amounts = loss.head == "linear" and not hasattr(loss, "width")
    if not amounts or not isinstance(last, Activation) or isinstance(last.function, Linear):
        return None
    low, high = _reach(last.function, loss)
    wanted = np.asarray(targets, np.float64).ravel()
    slack = 1e-6 * max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    count = int(np.sum((wanted < low - slack) | (wanted > high + slack)))
    share, name = count / max(1, len(wanted)), layer_names(network.layers)[-1]
    lie = agreeing(max(1, count), "lies", "lie")
    some = f"{count:,} of {counted(len(wanted), 'target')}" if count else "No target"
    kind = kind_of(type(last.function))
    unit = "" if getattr(loss, "targets", "") == "raw" else ", measured in standard deviations from their mean,"
    return CheckResult(
        name="targets within reach",
        measured=share,
        expected=0.0,
        tolerance=0.0,
        unit="share out of reach",
        passed=not count,
        severity="warning" if share > OUT_OF_REACH else "note",
        text=f"{name} ({kind}) at the end lets the network give {_said(low, high)}. {some}{unit} {lie} outside.",
        advice="Leave out the network's last activation: the loss wants none.",
        where=name,
    )


def _reach(function: Function, loss: Loss) -> tuple[float, float]:
    """Return the least and the largest prediction that an activation allows; infinite where it grows without end."""
    half = np.concatenate([[0.0], np.geomspace(1e-3, _FAR, _POINTS)])
    inputs = jnp.asarray(np.concatenate([-half[::-1], half])[:, None], jnp.float32)
    with jax.numpy_rank_promotion("allow"):  # a user's function may be written as it likes
        values = np.asarray(loss.predict(function(inputs)), np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return -np.inf, np.inf
    low, high = float(values.min()), float(values.max())
    return (-np.inf if low <= -_ENDLESS else low), (np.inf if high >= _ENDLESS else high)


def _said(low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return "any amount"
    if np.isinf(high):
        return f"{low:.3g} and more"
    return f"{high:.3g} and less" if np.isinf(low) else f"{low:.3g} to {high:.3g}"
