"""Two plots side by side in one picture, on one vertical axis, each under its name."""

from typing import Any

LEFT, RIGHT = (0.0, 0.485), (0.515, 1.0)  # shares of the width
MARGIN = {"l": 8, "r": 12, "t": 28, "b": 8}  # of a layout: room for the names


def headings(left: str, right: str) -> list[dict[str, Any]]:
    """Return the names of both plots.

    Args:
        left: A word or two.
        right: The same.

    Returns:
        Annotations of a layout.
    """
    above = {"y": 1, "xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom", "showarrow": False}
    return [{**above, "x": sum(side) / 2, "text": f"<b>{text}</b>"} for text, side in ((left, LEFT), (right, RIGHT))]
