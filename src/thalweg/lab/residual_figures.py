"""The two pictures of residual networks: how long each layer's gradient is at first, and the loss over the steps."""

import numpy as np

from thalweg.lab.residual_runs import STRETCH, Runs
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import amount
from thalweg.report.series import Series


def lengths_figure(networks: tuple[Runs, ...]) -> Figure:
    """Return the length of the gradient of each layer's weights at the first step.

    Args:
        networks: Each of its own depth.

    Returns:
        The picture.
    """
    said = ", ".join(f"{amount(n.growth, 2)} times ({n.title})" for n in networks)
    return Figure(
        "lengths",
        "Length of each layer's gradient at the first step",
        f"By layer, from the input. The gradient of the first convolution's weights is longer than that of the last "
        f"one's: {said}. The head at the right end starts from smaller weights than the others.",
        [line(Series(np.arange(1, n.depth + 1), n.lengths), n.title, k, mode="lines") for k, n in enumerate(networks)],
        layout(
            axis("layer, from the input"),
            axis("length of the gradient", type="log", exponentformat="power", dtick=1),
            hovermode="closest",
        ),
        True,
    )


def loss_figure(networks: tuple[Runs, ...]) -> Figure:
    """Return the loss over the steps, of each network at its best rate.

    Args:
        networks: All trained for as many steps.

    Returns:
        The picture.
    """
    ends = ", ".join(f"{n.best.end:.2g} ({n.title}, rate {n.best.rate:g})" for n in networks)
    return Figure(
        "loss",
        "The loss of the batches, each network at its best rate",
        f"Means over {STRETCH} steps. At the end: {ends}.",
        [line(_course(n), n.title, k, mode="lines") for k, n in enumerate(networks)],
        layout(axis("step"), axis("loss", type="log", exponentformat="power", dtick=1)),
    )


def _course(network: Runs) -> Series:
    loss = network.best.loss
    return Series(STRETCH * np.arange(1, len(loss) + 1), loss)
