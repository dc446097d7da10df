"""Back-propagation through a graph of a few operations: the notes' two examples, or a function of one's own."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax.numpy as jnp

from thalweg.checks.computational_graph import Graph, computational_graph, written
from thalweg.errors import InputError, shown
from thalweg.lab.sheet import Claim, Sheet, Table
from thalweg.report.figures.graph import graph_figure
from thalweg.types import Array

SOURCE = 'CS231n notes, "Backpropagation, Intuitions", "Compound expressions" and "Modularity: Sigmoid example".'
_WORDS = (
    "Each box is an operation, each circle an input. Above it stands, in green, the value that it gives; below, in "
    "red, the gradient: how fast the result changes with that value. A number on an arrow is the local slope: how fast "
    "the operation's own value changes with what comes along the arrow.",
    "A gradient travels from the right to the left. What an arrow hands back is the gradient of its operation times "
    "the arrow's slope, and where several arrows leave a value, what they hand back is added up. No operation needs to "
    "know any other: that is all there is to back-propagation.",
)


def product(x: Array, y: Array, z: Array) -> Array:
    """Return (x + y) z."""
    return (x + y) * z


def neuron(w0: Array, x0: Array, w1: Array, x1: Array, w2: Array) -> Array:
    """Return the output of a sigmoid unit with two inputs."""
    return 1 / (1 + jnp.exp(-(w0 * x0 + w1 * x1 + w2)))


PRODUCT = {"x": -2.0, "y": 5.0, "z": -4.0}
NEURON = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
# (node, value, gradient) as the notes give them, to so many places behind the point
PRODUCT_SAID = (
    ("x", -2.0, -4.0),
    ("y", 5.0, -4.0),
    ("z", -4.0, 3.0),
    ("q", 3.0, -4.0),
    ("f", -12.0, 1.0),
)
NEURON_SAID = (
    ("w0", 2.0, -0.2),
    ("x0", -1.0, 0.39),
    ("w1", -3.0, -0.39),
    ("x1", -2.0, -0.59),
    ("w2", -3.0, 0.2),
    ("f", 0.73, 1.0),
)


def graph() -> Sheet:
    """Send values forwards and gradients backwards through the notes' two examples.

    Returns:
        The sheet.

    Example:
        >>> graph().disagreements()
        ()

    Source: CS231n notes, "Backpropagation, Intuitions".
    """
    small = computational_graph(product, **PRODUCT)
    large = computational_graph(neuron, **NEURON)
    return Sheet(
        name="graph",
        title="Back-propagation, one operation at a time",
        seed=None,
        headline="f = (x + y) z at x = -2, y = 5, z = -4: df/dx = -4, df/dy = -4, df/dz = 3",
        words=_WORDS,
        claims=(*_claims("f = (x + y) z", small, PRODUCT_SAID, 0), *_claims("the neuron", large, NEURON_SAID, 2)),
        tables=(_table("f = (x + y) z", small), _table("a sigmoid unit of two inputs", large)),
        figures=(
            graph_figure("product", "f = (x + y) z", "The sum hands its gradient on as it is.", small),
            graph_figure(
                "neuron",
                "A sigmoid unit: f = 1 / (1 + exp(-(w0 x0 + w1 x1 + w2)))",
                "Its gradient at the weighted sum is (1 - 0.73) 0.73 = 0.2: the operations behind it together are a "
                "sigmoid.",
                large,
            ),
        ),
        python="from thalweg.lab.graph import graph; sheet = graph()",
        source=SOURCE,
    )


def own_graph(function: Callable[..., Any], inputs: Mapping[str, float]) -> Sheet:
    """Send values forwards and gradients backwards through a function of the user's.

    Args:
        function: Pure; of numbers by name, returns one number.
        inputs: A number for each of its arguments.

    Returns:
        The sheet, which claims nothing.

    Raises:
        InputError: If the function fails, or is none that can be shown; see `computational_graph`.

    Example:
        >>> own_graph(product, {"x": -2.0, "y": 5.0, "z": -4.0}).headline
        'product(x=-2, y=5, z=-4) = -12'
    """
    name = getattr(function, "__name__", "f")
    found = computational_graph(function, **inputs)
    given = ", ".join(f"{key}={value:g}" for key, value in inputs.items())
    call = f"{name}({given})"
    return Sheet(
        name="graph",
        title=f"Back-propagation through {name}",
        seed=None,
        headline=f"{call} = {written(found.nodes[-1].value)}",
        words=_WORDS,
        claims=(),
        tables=(_table(call, found),),
        figures=(graph_figure("own", call, f"Its {len(found.nodes)} values, each with its gradient.", found),),
        python=f"from thalweg.checks.computational_graph import computational_graph; "
        f"print(computational_graph({name}, {given}))",
        source=SOURCE,
    )


def inputs_of(words: Sequence[str]) -> dict[str, float]:
    """Return a function's arguments from what was typed.

    Args:
        words: NAME=NUMBER each.

    Returns:
        The numbers by name.

    Raises:
        InputError: If one is written otherwise, is no finite number, or is given twice.

    Example:
        >>> inputs_of(["x=-2", "y=5"])
        {'x': -2.0, 'y': 5.0}
    """
    found: dict[str, float] = {}
    for word in words:
        name, _, number = word.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not name.isidentifier() or not math.isfinite(value):
            raise InputError(f"--at wants NAME=NUMBER, such as x=-2; got {shown(word)}.")
        if name in found:
            raise InputError(f"--at gives {name} twice. Leave one out.")
        found[name] = value
    return found


def _claims(name: str, found: Graph, said: tuple[tuple[str, float, float], ...], places: int) -> tuple[Claim, ...]:
    nodes = {node.name: node for node in found.nodes}
    claims = []
    for key, value, gradient in said:
        measured = (float(nodes[key].value), float(nodes[key].gradient))
        holds = all(round(m, places) == s for m, s in zip(measured, (value, gradient), strict=True))
        said_and_got = [f"{v:.4g}, gradient {g:.4g}" for v, g in ((value, gradient), measured)]
        claims.append(Claim(f"In {name}, {key} and the gradient at it.", said_and_got[0], said_and_got[1], holds))
    return tuple(claims)


def _table(caption: str, found: Graph) -> Table:
    head, *rows = found.rows()
    return Table(caption, head, tuple(rows))
