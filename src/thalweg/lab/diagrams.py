"""The notes' two small networks, drawn and counted."""

import jax
import numpy as np

from thalweg.keys import root
from thalweg.lab.sheet import Claim, Sheet, Table
from thalweg.network.presets.dense import dense_network
from thalweg.report.figures.diagram import Column, diagram
from thalweg.report.figures.style import Figure
from thalweg.trees import named_leaves
from thalweg.types import Params

INPUTS = 3
NETWORKS = (("2-layer network", (4,), 2), ("3-layer network", (4, 4), 1))  # (title, hidden widths, outputs)
COUNTS = ((6, 20, 26), (9, 32, 41))  # units, weights, parameters of each, by the notes


def diagrams(seed: int = 0) -> Sheet:
    """Draw the 2-layer and the 3-layer network of the notes and count their units, weights and parameters.

    A network is named by its layers with weights: the inputs do not count.

    Args:
        seed: Of the weights, whose signs colour the lines; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Example:
        >>> [row[1:] for row in diagrams().tables[0].rows]
        [('6', '20', '26'), ('9', '32', '41')]

    Source: CS231n notes, "Neural Networks Part 1", "Neural Network architectures".
    """
    figures, rows, claims = [], [], []
    for place, ((title, hidden, outputs), wanted) in enumerate(zip(NETWORKS, COUNTS, strict=True), 1):
        params, _ = dense_network(outputs, hidden=hidden).init(root(seed), (INPUTS,))
        counts = _counts(params)
        figures.append(_figure(place, title, params, counts))
        rows.append((title, *map(str, counts)))
        claims += [
            Claim(f"The {title} has {count} {what}.", str(count), str(got), got == count)
            for what, count, got in zip(("units", "weights", "parameters"), wanted, counts, strict=True)
        ]
    return Sheet(
        name="diagrams",
        title="Two small networks, drawn",
        seed=seed,
        headline="A 2-layer network has one hidden layer: the inputs do not count",
        words=(
            "Each circle is a unit and each line a weight: solid blue lines are weights above 0, dotted orange ones "
            "below. Every unit but the inputs has a bias, too, which is not drawn.",
            "The notes count layers with weights and leave the inputs out, so a network without a hidden layer has one "
            "layer, and a linear classifier is a 1-layer network.",
        ),
        claims=tuple(claims),
        tables=(Table("Counted from the parameters", ("network", "units", "weights", "parameters"), tuple(rows)),),
        figures=tuple(figures),
        python=f"from thalweg.lab.diagrams import diagrams; sheet = diagrams({seed})",
        source='CS231n notes, "Neural Networks Part 1", "Neural Network architectures".',
    )


def _counts(params: Params) -> tuple[int, int, int]:
    sizes = {path: leaf.size for path, leaf in named_leaves(params).items()}
    units = sum(size for path, size in sizes.items() if path.endswith("/b"))
    weights = sum(size for path, size in sizes.items() if path.endswith("/w"))
    return units, weights, sum(leaf.size for leaf in jax.tree.leaves(params))


def _figure(place: int, title: str, params: Params, counts: tuple[int, int, int]) -> Figure:
    weights = [np.asarray(params[name]["w"]) for name in sorted(n for n in params if n.startswith("dense"))]
    last = len(weights)
    names = ["inputs", *(f"hidden layer {k}" for k in range(1, last)), "outputs"]
    columns = [Column(n, u) for n, u in zip(names, [INPUTS, *(w.shape[1] for w in weights)], strict=True)]
    units, lines, parameters = counts
    said = f"{units} units, {lines} weights and {units} biases: {parameters} parameters."
    return diagram(f"network-{place}", title[:1].upper() + title[1:], said, columns, weights)
