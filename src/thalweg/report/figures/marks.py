"""Where a finding begins and where a repaired run went on, marked in every picture over epochs or steps."""

import numpy as np

from thalweg.report.figures.style import Figure, upright
from thalweg.runs.outcome import Outcome


def marked(figures: tuple[Figure, ...], outcome: Outcome) -> tuple[Figure, ...]:
    """Return pictures with what was found marked in those that have epochs or steps from left to right.

    Args:
        figures: Of learning, and of what monitors saw.
        outcome: Of the run.

    Returns:
        The pictures; those over anything else as they were.
    """
    places = [(finding.since, "a finding begins") for finding in outcome.findings if finding.since > 0]  # no NaN
    places += [(one.back_to, "repaired from here on") for one in outcome.repairs if one.change and one.back_to > 0]
    table = outcome.history.evaluation_table()
    if not places or not table:
        return figures
    found = {
        "epoch": places,
        "step": [(float(np.interp(epoch, table["epoch"], table["step"])), text) for epoch, text in places],
    }
    return tuple(_marked(figure, found.get(_over(figure), [])) for figure in figures)


def _over(figure: Figure) -> str:
    return "" if figure.frames or "updatemenus" in figure.layout else figure.layout["xaxis"]["title"]["text"]


def _marked(figure: Figure, places: list[tuple[float, str]]) -> Figure:
    layout = dict(figure.layout)
    for x, text in places:
        # At the end where no other word stands.
        taken = [one["y"] for one in layout.get("annotations", ())]
        mark = upright(x, text, top=taken.count(1.0) <= taken.count(0.0))
        for part in ("shapes", "annotations"):
            layout[part] = [*layout.get(part, ()), *mark[part]]
    return figure._replace(layout=layout)
