"""Gradients that vanish, or explode, on their way from the output to the input."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import ENOUGH


def uneven_gradients(case: Case) -> Finding | None:
    """Say that the gradients of two weight tensors differ by more than a thousand times, where the outcome is poor.

        min_l |dL/dW_l| < 1e-3 max_l |dL/dW_l|,    medians over the steps whose rate is near its peak

    They vanish where the smaller one is nearer to the input, and explode where the larger one is. Of a run that was
    short, or one that is as good as simple models, nothing is said: layers of very unlike size differ, too.

    Source: Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994;
    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    if case.short or len(case.epoch) < ENOUGH or not case.vanishing or not case.poor:
        return None
    if not min(case.gradients.values()) > 0:
        return None  # a gradient of exactly 0 does not fade: it is cut off
    least, most = (choose(case.gradients, key=lambda name: case.gradients[name]) for choose in (min, max))
    order = list(case.gradients)
    vanish = order.index(least) < order.index(most)
    return Finding(
        symptom="vanishing_gradients" if vanish else "exploding_gradients",
        severity="warning",
        title="Gradients vanish on their way to the input" if vanish else "Gradients explode on their way to the input",
        evidence=(
            f"A typical gradient of {least} has the norm {case.gradients[least]:.2g}, one of {most} "
            f"{case.gradients[most]:.2g}."
        ),
        why=(
            "Layers with hardly any gradient stay as they were drawn, and no single rate suits all." if vanish
            else "A rate that is small enough for the first layers leaves the others where they are."
        ),
        cause=(
            "many layers one after the other, saturating activations, or first weights that are too small" if vanish
            else "first weights that are too large, or activations that grow without bound"
        ),
        remedy=(
            "Use rectified units with automatic first weights; in a deep network normalisation or shortcuts." if vanish
            else "Draw the first weights automatically, normalise, or clip the gradient."
        ),
        where=least if vanish else most,
    )  # fmt: skip
