"""A computational graph as boxes and arrows: values above, gradients below, local slopes on the arrows."""

from typing import Any

from thalweg.checks.computational_graph import Graph, Node, written
from thalweg.report.figures.style import Figure, layout
from thalweg.report.text import plot_text, short

ROW = 95  # pixels of height for each value that stands above another
ALONG = 0.55  # of an arrow: where its slope stands
MOST_LETTERS = 12  # of a name


def graph_figure(key: str, title: str, summary: str, graph: Graph) -> Figure:
    """Return the picture of a graph: an operation stands to the right of all that it takes values from.

    Args:
        key: Of the picture in its page.
        title: Anybody's text.
        summary: What it shows, in a sentence.
        graph: See `computational_graph`.

    Returns:
        The picture.
    """
    columns = _columns(graph)
    heights = _heights(graph, columns)
    places = list(zip(columns, heights, strict=True))
    rows = max(heights) - min(heights) + 1
    return Figure(
        key,
        title,
        summary,
        [_dots(graph, places)],
        layout(
            {"visible": False, "range": [-0.6, max(columns) + 0.6], "fixedrange": True},
            {"visible": False, "range": [min(heights) - 0.75, max(heights) + 0.75], "fixedrange": True},
            height=int(ROW * rows + 70),
            hovermode="closest",
            showlegend=False,
            annotations=[*_arrows(graph, places), *_labels(graph, places)],
        ),
    )


def _arrows(graph: Graph, places: list[tuple[int, float]]) -> list[dict[str, Any]]:
    pairs = [(edge, place) for place, node in enumerate(graph.nodes) for edge in node.edges]
    ends = [(places[edge.node], places[place]) for edge, place in pairs]
    arrows = [
        _arrow(*end, graph.nodes[place], graph.nodes[edge.node]) for end, (edge, place) in zip(ends, pairs, strict=True)
    ]
    slopes = [(end, edge.slope) for end, (edge, _) in zip(ends, pairs, strict=True) if edge.slope is not None]
    return [*arrows, *(_slope(*end, slope) for end, slope in slopes)]


def _labels(graph: Graph, places: list[tuple[int, float]]) -> list[dict[str, Any]]:
    labels = []
    for node, place in zip(graph.nodes, places, strict=True):
        labels += [] if node.operation == "input" else [_box(node, place)]
        labels.append(_label(place, f"{short(node.name, MOST_LETTERS)} = {written(node.value)}", "@green", above=True))
        labels.append(_label(place, written(node.gradient), "@red", above=False))
    return labels


def _columns(graph: Graph) -> list[int]:
    """Return each node's column: behind all that it takes, and an input right before what takes it first."""
    columns: list[int] = []
    for node in graph.nodes:
        columns.append(1 + max((columns[edge.node] for edge in node.edges), default=-1))
    for place, node in enumerate(graph.nodes):
        takers = [columns[k] for k, other in enumerate(graph.nodes) if any(edge.node == place for edge in other.edges)]
        if not node.edges and takers:
            columns[place] = min(takers) - 1
    return columns


def _heights(graph: Graph, columns: list[int]) -> list[float]:
    """Return each node's height: inputs from the top, operations as near to the middle of what they take as fits."""
    heights: list[float] = [0.0] * len(graph.nodes)
    taken: dict[int, list[float]] = {}
    lowest = 0.0
    for place in sorted(range(len(graph.nodes)), key=lambda k: (bool(graph.nodes[k].edges), columns[k], k)):
        node = graph.nodes[place]
        if not node.edges:
            heights[place], lowest = lowest, lowest - 1
        else:
            heights[place] = sum(heights[edge.node] for edge in node.edges) / len(node.edges)
            while any(abs(heights[place] - other) < 1 for other in taken.get(columns[place], [])):
                heights[place] -= 0.25
        taken.setdefault(columns[place], []).append(heights[place])
    return heights


def _dots(graph: Graph, places: list[tuple[int, float]]) -> dict[str, Any]:
    """Return a dot for each input, and for each operation one that its box covers, to point at."""
    said = [
        f"{plot_text(node.name)}: {plot_text(node.operation)}<br>value {written(node.value)}"
        f"<br>gradient {written(node.gradient)}"
        for node in graph.nodes
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": said,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 10, "color": "@surface", "line": {"color": "@ink", "width": 1.5}},
    }


def _box(node: Node, place: tuple[int, float]) -> dict[str, Any]:
    return {
        "x": place[0],
        "y": place[1],
        "text": plot_text(_shown(node)),
        "showarrow": False,
        "bgcolor": "@surface",
        "bordercolor": "@ink",
        "borderwidth": 1.5,
        "borderpad": 4,
        "captureevents": False,
    }


def _shown(node: Node) -> str:
    return short(node.operation, MOST_LETTERS)


def _arrow(begin: tuple[int, float], end: tuple[int, float], taker: Node, giver: Node) -> dict[str, Any]:
    return {
        "x": end[0],
        "y": end[1],
        "ax": begin[0],
        "ay": begin[1],
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 1.2,
        "arrowcolor": "@grey",
        "standoff": _room(taker),
        "startstandoff": _room(giver),
    }


def _room(node: Node) -> float:
    """Return how many pixels from its middle a node's box ends."""
    return 8.0 if node.operation == "input" else 12 + 3.5 * len(_shown(node))


def _slope(begin: tuple[int, float], end: tuple[int, float], slope: float) -> dict[str, Any]:
    x, y = (a + ALONG * (b - a) for a, b in zip(begin, end, strict=True))
    return {"x": x, "y": y, "text": f"{slope:.4g}", "showarrow": False, "bgcolor": "@surface", "font": {"size": 11}}


def _label(place: tuple[int, float], text: str, colour: str, *, above: bool) -> dict[str, Any]:
    return {
        "x": place[0],
        "y": place[1],
        "yshift": 18 if above else -18,
        "yanchor": "bottom" if above else "top",
        "text": plot_text(text),
        "font": {"color": colour, "size": 12},
        "showarrow": False,
    }
