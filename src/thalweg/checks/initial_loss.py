"""Is the loss right before any training?"""

import jax.numpy as jnp
import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import FIRST_LOSS_FAIL, FIRST_LOSS_WARN
from thalweg.types import Array, Loss

_ADVICE = (
    "Too high or NaN: make the initial weights smaller, or centre and scale the inputs. "
    "Too low: an untrained network knows too much; look for labels leaking into the inputs, and at how the loss is "
    "averaged."
)


def expected_first_loss(
    loss: Loss, *, classes: int, targets: np.ndarray, weight: np.ndarray, outputs: Array | None = None
) -> float:
    """Return what a network that knows nothing should cost: the mean loss where every example gets the same outputs.

    Where these are 0:

        softmax: ln C;    sigmoid: ln 2;    multiclass hinge with margin 1, and its square: C - 1;    hinge: 1;
        k attributes: k ln 2, and of their hinge k margin;    squared error: E[t^2], or half of it

    The outputs of a tree of classes are logs of probabilities and never all 0. A tree that knows nothing costs ln 2 for
    each turn on the way to the class; its layer says so itself (`HierarchicalDense.blind`).

    Args:
        loss: The loss.
        classes: How many; not used for the linear head and those of attributes.
        targets: (n,) classes or (n, k) values or answers, as they are trained on.
        weight: (n,), how much each row counts.
        outputs: (k,), of a network whose weights tell nothing yet; None for zeros, which the
            head "log_probability" cannot take.

    Returns:
        The mean loss of an example, without any penalty.

    Source: CS231n notes, "Neural Networks Part 3", "Before learning: sanity checks tips/tricks".
    """
    targets = np.asarray(targets)
    if outputs is None:
        outputs = jnp.zeros(_outputs(loss, classes, targets))
    values = jnp.asarray(targets, jnp.result_type(float)) if loss.head == "linear" else jnp.asarray(targets, jnp.int32)
    losses = loss(jnp.broadcast_to(outputs[None, :], (len(targets), outputs.shape[0])), values)
    return float(np.average(np.asarray(losses, np.float64), weights=weight))


def _outputs(loss: Loss, classes: int, targets: np.ndarray) -> int:
    if loss.head in ("linear", "sigmoids", "signs"):
        return getattr(loss, "width", targets.shape[1])
    return classes if loss.head in ("softmax", "margin") else 1


def initial_loss(measured: float, expected: float) -> CheckResult:
    """Compare an untrained network's loss with that of a blind guess.

    Args:
        measured: Mean loss over training rows at step 0, in inference mode, without penalty.
        expected: See `expected_first_loss`; positive.

    Returns:
        A warning when it is off by more than 25%, an error from 100% on or when it is NaN.

    Source: CS231n notes, "Neural Networks Part 3", "Before learning: sanity checks tips/tricks".
    """
    tolerance = FIRST_LOSS_WARN * expected
    off = abs(measured - expected)
    grave = not off < FIRST_LOSS_FAIL * expected  # written so that NaN is grave
    return CheckResult(
        name="initial loss",
        measured=measured,
        expected=expected,
        tolerance=tolerance,
        unit="mean loss of an example",
        passed=off <= tolerance,
        severity="error" if grave else "warning",
        text=f"The untrained network's loss is {measured:.4g}; a blind guess costs {expected:.4g}.",
        advice=_ADVICE,
    )
