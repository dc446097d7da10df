"""The pictures of the sliding window: the template, its scores over a scene, boxes, precision over recall."""

import numpy as np
from jaxtyping import Float, UInt8

from thalweg.classic.detector import Found, look
from thalweg.classic.finds import right_boxes
from thalweg.classic.pyramid import Level
from thalweg.lab.gallery import Gallery, Plate, plate
from thalweg.lab.glyphs import cells_of_blocks, glyphs
from thalweg.lab.outlines import MISSED, RIGHT, WRONG, outlined
from thalweg.lab.scenes import Scene
from thalweg.lab.sliding_window_runs import CELL, WANTED, Round, Search
from thalweg.preprocess.gradients import gradient_cells
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.series import Series
from thalweg.wording import counted

SHOWN = 4  # held-out scenes with their boxes, the one that is looked at closely among them
DARK, GREY = -2.0, 160  # the score that is drawn black; how bright one of 0 is, above which all is white


def template_gallery(found: Search) -> Gallery:
    """Return the template before and after it learned from its mistakes, beside a window that it learned from.

    Args:
        found: All rounds.

    Returns:
        The pictures.
    """
    first, last = (cells_of_blocks(one.template.weights) for one in (found.rounds[0], found.rounds[-1]))
    window = glyphs(gradient_cells(found.example[None], CELL)[0])
    return Gallery(
        "The template",
        f"A window is {found.example.shape[0]} x {found.example.shape[1]} pixels, {len(first)} x {len(first)} cells. "
        "Each cell's strokes run along the edges that are in it; the brighter, the more of them.",
        (
            plate(found.example, "A window", f"A {WANTED} on the photograph, as the template learns it.", zoom=3),
            plate(window, "Its gradients", "What is left of it: how much edge each cell holds in each direction."),
            plate(
                glyphs(cells_of_blocks(found.mean)),
                f"Mean of all {WANTED}s",
                "Gradients, made alike in contrast block by block: the grounds fall out.",
            ),
            plate(glyphs(first), "Round 1, wanted", "Weights above 0 after learning from random windows."),
            plate(glyphs(last), f"Round {len(found.rounds)}, wanted", "Weights above 0 after the last round."),
            plate(glyphs(-last), f"Round {len(found.rounds)}, unwanted", "Weights below 0: edges that speak against."),
        ),
    )


def scene_gallery(found: Search) -> Gallery:
    """Return the first held-out scene on its way from pixels to boxes.

    Args:
        found: All rounds.

    Returns:
        The pictures.
    """
    one, levels, last = found.scenes[0], found.levels[0], found.rounds[-1]
    every = look(levels, last.template, 0.0)
    scores = score_picture(levels, last, one.pixels.shape[:2])
    return Gallery(
        "One held-out scene, step by step",
        "The first of the scenes, whatever came of it. Solid blue boxes are right, dashed orange ones wrong, dotted "
        f"white ones are the {WANTED}s that no box found.",
        (
            plate(one.pixels, "The scene", f"{counted(len(one.truth), 'digit')} to be found, among others."),
            plate(
                scores,
                "Scores",
                f"Of the window around each place, at its best size: white above 0, grey below, black at {DARK:g}.",
            ),
            plate(
                outlined(one.pixels, every.boxes, RIGHT),
                "Windows above 0",
                f"{counted(len(every.scores), 'window')}: neighbours of a good one are good, too.",
            ),
            _boxes("After suppression", one, last.found[0]),
            _boxes("The same by round 1", one, found.rounds[0].found[0]),
        ),
    )


def more_scenes(found: Search) -> Gallery:
    """Return the boxes of the last round on the held-out scenes that follow.

    Args:
        found: All rounds.

    Returns:
        The pictures.
    """
    last = found.rounds[-1]
    some = list(zip(found.scenes, last.found, strict=True))[1:SHOWN]
    return Gallery(
        "The scenes that follow",
        f"Boxes of round {len(found.rounds)}, marked as above.",
        tuple(_boxes(f"Scene {number}", one, own) for number, (one, own) in enumerate(some, 2)),
    )


def score_picture(levels: tuple[Level, ...], one: Round, size: tuple[int, int]) -> UInt8[np.ndarray, "height width 1"]:
    """Return for each pixel of a scene the largest score of the windows around whose middle it lies.

    Args:
        levels: Of the scene.
        one: Whose template.
        size: Height and width of the scene.

    Returns:
        A grey picture; black also where no window has its middle.
    """
    every = look(levels, one.template, -np.inf)
    scores = np.full(size, DARK)
    for number, level in enumerate(levels):
        on = every.at(every.windows[:, 0] == number)
        if len(on.scores) == 0:
            continue
        down, across = on.windows[-1, 1:] + 1
        grid = on.scores.reshape(down, across)
        step = level.cell / level.scale
        # The middle of window i lies at step (i + cells / 2): pixels from half a step before it on belong to it.
        rows, columns = (np.floor((np.arange(n) + 0.5) / step - one.template.cells / 2 + 0.5).astype(int) for n in size)
        inside = ((rows >= 0) & (rows < down))[:, None] & ((columns >= 0) & (columns < across))[None]
        nearest = grid[np.clip(rows, 0, down - 1)][:, np.clip(columns, 0, across - 1)]
        scores = np.where(inside, np.maximum(scores, nearest), scores)
    grey = np.where(scores > 0, 255, GREY * (1 - np.clip(scores, DARK, 0) / DARK))
    return np.rint(grey).astype(np.uint8)[:, :, None]


def curve_figure(found: Search) -> Figure:
    """Return precision over recall of each round, with a mark at the threshold of 0.

    Args:
        found: All rounds.

    Returns:
        The picture.
    """
    averages = ", ".join(f"{one.curve.average:.2f} (round {k})" for k, one in enumerate(found.rounds, 1))
    lines = [
        line(Series(one.curve.recall, one.curve.precision), f"round {k + 1}", k, mode="lines")
        for k, one in enumerate(found.rounds)
    ]
    marks = [
        line(Series(np.array([one.recall]), np.array([one.precision])), f"round {k + 1}", k, mode="markers")
        | {"showlegend": False, "hovertemplate": "at a score of 0<extra></extra>"}
        for k, one in enumerate(found.rounds)
    ]
    for k, mark in enumerate(marks):
        mark["marker"] = {**mark["marker"], "size": 11}
        mark["name"] = f"round {k + 1}, at 0"
    return Figure(
        "precision-recall",
        "Precision over recall on the held-out scenes",
        "Each curve lets in more and more boxes, from the best score on; a mark stands where the support vector "
        f"machine itself draws the line, at a score of 0. Areas below the curves: {averages}.",
        [*lines, *marks],
        layout(
            axis(f"recall: share of the {WANTED}s found", range=[0, 1.02]),
            axis("precision: share of boxes that are right", range=[0, 1.02]),
            hovermode="closest",
        ),
    )


def _boxes(title: str, one: Scene, found: Found) -> Plate:
    """Return a scene with the boxes above 0, the right ones told from the wrong, and the digits nobody found."""
    above = found.at(found.scores > 0)
    right = right_boxes(above.boxes, one.truth)
    missed = _missed(one.truth, above.boxes[right])
    drawn = outlined(one.pixels, missed, MISSED)
    drawn = outlined(outlined(drawn, above.boxes[~right], WRONG), above.boxes[right], RIGHT)
    says = f"{int(right.sum())} right, {int((~right).sum())} wrong, {len(missed)} not found."
    return plate(drawn, title, says)


def _missed(truth: Float[np.ndarray, "n 4"], found: Float[np.ndarray, "m 4"]) -> Float[np.ndarray, "k 4"]:
    """Return the true boxes that none of the right ones is about."""
    return np.array([box for box in truth if not right_boxes(found, box[None]).any()]).reshape(-1, 4)
