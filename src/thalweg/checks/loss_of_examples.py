"""Is the loss a mean over examples, each with a loss of its own?"""

from thalweg.checks.fresh_network import LossFacts
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import LOSS_APART

_NAME, _UNIT = "loss is a mean", "times the loss, in a batch twice as large"
_OWN = (
    "An example's loss must hang on its own outputs and target alone. Sum or average over the outputs of an example, "
    "axis 1, and leave the mean over the examples to the program; look for (n,) against (n, 1), which makes (n, n)."
)


def loss_of_examples(loss: LossFacts, *, reduction: str, rows: int) -> CheckResult:
    """Judge whether a batch's loss is the mean of losses that do not know of each other.

    Args:
        loss: Of the same outputs in other company.
        reduction: Of the objective, "mean" or "sum".
        rows: How many there were.

    Returns:
        An error where a row's loss hangs on other rows, a warning where it grows with their number; a note for the
        sum, which is a choice. Not judged where the loss is 0 or not finite.

    Source: Karpathy, "A recipe for training neural networks", 2019; CS231n notes, "Optimization: Stochastic Gradient
    Descent", "Mini-batch gradient descent".
    """
    limit = LOSS_APART * abs(loss.mean)
    if not 0 < limit < float("inf"):
        text = f"The mean loss of {rows} rows is {loss.mean:.4g}, so it is not judged what it hangs on."
        return CheckResult(_NAME, 1.0, 1.0, LOSS_APART, _UNIT, True, "note", text, "", "loss", False)
    apart, grows = not loss.apart <= limit, abs(loss.twice - 1) > LOSS_APART
    ratio, passed, severity, advice = loss.twice, False, "warning", _OWN
    if apart:
        text = (
            f"A row's loss changes by {loss.apart:.3g} with the other rows of the batch and their order; the mean is "
            f"{loss.mean:.4g}."
        )
        severity = "error"
    elif grows:
        text = f"In a batch twice as large each row's loss is {ratio:g} times as high."
        advice = f"The rate then hangs on the size of the batch. {_OWN}"
    elif reduction == "sum":
        ratio, severity = 2.0, "note"
        text = "The losses of a batch are summed, so that a batch twice as large takes steps twice as long."
        advice = "For a batch of n examples a rate of 1/n of the mean's, and a penalty n times as strong, do the same."
    else:
        passed = True
        text = "Each row's loss is its own, and the mean does not grow with the batch."
    return CheckResult(
        name=_NAME,
        measured=ratio,
        expected=1.0,
        tolerance=LOSS_APART,
        unit=_UNIT,
        passed=passed,
        severity=severity,
        text=text,
        advice=advice,
        where="" if passed else "loss",
    )
