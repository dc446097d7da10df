"""A template of oriented gradients that learns to find a digit in photographs, round by round from its own mistakes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.classic.boxes import overlaps
from thalweg.classic.detector import Found, Template, best, look
from thalweg.classic.finds import Curve, precision_recall, right_boxes
from thalweg.classic.pyramid import Level, pyramid, scales
from thalweg.classic.sliding_window import boxes_of, windows
from thalweg.data.split import Split
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.digits import Digits, batches_of
from thalweg.lab.scenes import SIDES, Ink, Scene, scene, write
from thalweg.losses.hinge import Hinge
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.preprocess.gradients import oriented_gradients
from thalweg.schedules.cosine import Cosine
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import learner_of
from thalweg.updates.momentum import Momentum

WANTED = 4  # the digit to find
CELL, CELLS = 8, 8  # pixels of a cell's side, cells of a window's
BLOCKS = CELLS - 1  # blocks of 2 x 2 cells on a window's side
INNER = 0.75  # share of a window's side that the digit takes
STEPS, BATCH, RATE, DECAY = 1000, 256, 0.03, 0.01
PADDED = 1024
NEAR = 0.3  # windows that overlap a wanted digit by less hold none; kept boxes overlap by no more
MARGIN = -1.0  # a window without the digit that scores above this lies within the margin: it costs something


class Sizes(NamedTuple):
    """How much to draw."""

    written: int = 480  # windows with the wanted digit
    scenes: int = 24  # to learn from
    random: int = 12  # windows a level of each of these scenes
    held_out: int = 32  # scenes to be judged by
    rounds: int = 4  # of training, the first on random windows
    levels: int = 7  # sizes at which a scene is looked at


class Round(NamedTuple):
    """One template, and how it does on scenes it has not seen."""

    template: Template
    negatives: int  # windows without the digit that it learned from
    windows: int  # all windows without the digit in the held-out scenes
    false_windows: float  # share of them that score above 0
    found: tuple[Found, ...]  # of each held-out scene: the best boxes above the margin
    curve: Curve
    raw: int  # windows above 0 before the best of each group are kept
    raw_right: int  # of these so many are right, where a second one on a digit is not

    @property
    def let_in(self) -> int:
        """Return how many boxes score above 0."""
        return int((self.curve.scores > 0).sum())

    @property
    def precision(self) -> float:
        """Return the share of the boxes above 0 that are right; NaN where there are none."""
        return float(self.curve.precision[self.let_in - 1]) if self.let_in else float("nan")

    @property
    def recall(self) -> float:
        """Return the share of digits found by boxes above 0."""
        return float(self.curve.recall[self.let_in - 1]) if self.let_in else 0.0


class Search(NamedTuple):
    """All rounds, and the scenes they are judged by."""

    example: np.ndarray  # uint8, a window that was learned from
    mean: np.ndarray  # (7, 7, 36) mean features of all windows with the digit that were learned from
    scenes: tuple[Scene, ...]
    levels: tuple[tuple[Level, ...], ...]  # of each scene
    rounds: tuple[Round, ...]

    @property
    def objects(self) -> int:
        """Return how many wanted digits there are in all scenes."""
        return sum(len(one.truth) for one in self.scenes)


def search(
    ink: tuple[Ink, Ink], photos: tuple[np.ndarray, np.ndarray], *, seed: int, sizes: Sizes | None = None
) -> Search:
    """Teach a template to find a digit, on scenes of one photograph, and judge it on scenes of another.

    The first round learns from windows drawn at random; each later one also from the false alarms of the round before
    on the scenes to learn from.

    Args:
        ink: Digits to learn from, and to be judged by.
        photos: The same of photographs; uint8, at least 240 x 320 pixels.
        seed: Draws everything.
        sizes: How much; None for the page's own.

    Returns:
        What came of it.

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005, section 4.
    """
    sizes = sizes or Sizes()
    generator = np.random.default_rng(seed)
    side = CELL * CELLS * INNER  # of a digit that fits a window
    looked = scales(side / SIDES[1], side / SIDES[0], sizes.levels)
    pictures = [written_window(photos[0], ink[0], k, generator) for k in range(sizes.written)]
    positives = np.stack([_features(picture) for picture in pictures])
    seen, judged = (
        [scene(photo, some, WANTED, generator) for _ in range(count)]
        for photo, some, count in zip(photos, ink, (sizes.scenes, sizes.held_out), strict=True)
    )
    seen_levels, levels = (tuple(pyramid(one.pixels, looked, CELL) for one in group) for group in (seen, judged))
    negatives = _random_windows(seen, seen_levels, sizes.random, generator)
    rounds = []
    for number in range(sizes.rounds):
        if number:
            negatives = np.concatenate([negatives, _false_alarms(seen, seen_levels, rounds[-1].template)])
        template = train(positives, negatives, seed)
        rounds.append(_judged(template, len(negatives), judged, levels))
    mean = positives.mean(axis=0).reshape(BLOCKS, BLOCKS, -1)
    return Search(pictures[0][CELL:-CELL, CELL:-CELL], mean, tuple(judged), levels, tuple(rounds))


def train(positives: np.ndarray, negatives: np.ndarray, seed: int) -> Template:
    """Train a linear support vector machine on windows: one unit, the hinge loss and a penalty on squared weights.

    Args:
        positives: (n, 1764) features of windows with the digit.
        negatives: (m, 1764) without.
        seed: Of the first weights and the order.

    Returns:
        The template.
    """
    n = len(positives) + len(negatives)
    none = -n % PADDED  # rows that no step sees, so that rounds of about as many rows share one compiled program
    x = np.concatenate([positives, negatives, np.zeros((none, positives.shape[1]))]).astype(np.float32)
    y = np.repeat(np.array([1, 0], np.int32), [len(positives), len(negatives) + none])
    rows = Digits(x, y, (Split(np.arange(n), np.array([], int), np.array([], int)),))
    experiment = Experiment(
        dense_network(1, hidden=()), Hinge(), penalty=L2(DECAY), update=Momentum(RATE), schedule=Cosine()
    )
    members = population([start(learner_of(experiment), root(seed), x.shape[1:], STEPS)])
    batches = batches_of(rows, [0], seed=seed, steps=STEPS, batch=BATCH)
    members, _ = advance(members, batches, clock=0, count=STEPS)
    found = member_of(members, 0).carry.params["dense_1"]
    return Template(np.asarray(found["w"]).reshape(BLOCKS, BLOCKS, -1), float(found["b"][0]), INNER)


def written_window(photo: np.ndarray, ink: Ink, number: int, generator: np.random.Generator) -> np.ndarray:
    """Return a window of a photograph with the wanted digit near its middle, and a cell more on each side.

    Its size is off by up to a tenth and its place by up to half a cell, for that is how a window that steps from cell
    to cell and from scale to scale meets digits.

    Args:
        photo: uint8 (height, width, 3).
        ink: Digits to write.
        number: Which of the wanted ones, counted round and round.
        generator: Draws place and size.

    Returns:
        uint8 (80, 80, 3).
    """
    side = CELL * (CELLS + 2)  # a gradient at a window's edge looks beyond it
    down, across = (generator.integers(0, n - side + 1) for n in photo.shape[:2])
    pixels = photo[down : down + side, across : across + side].copy()
    own = np.flatnonzero(ink.classes == WANTED)
    middle = side / 2 + generator.uniform(-CELL / 2, CELL / 2, 2)
    half = CELL * CELLS * INNER / 2 * np.exp(generator.uniform(-0.1, 0.1))
    write(pixels, ink.images[own[number % len(own)]], np.rint(np.concatenate([middle - half, middle + half])))
    return pixels


def _features(picture: np.ndarray) -> np.ndarray:
    return oriented_gradients(picture[None], CELL)[0, 1:-1, 1:-1].ravel()


def _random_windows(
    scenes: Sequence[Scene], levels: Sequence[tuple[Level, ...]], count: int, generator: np.random.Generator
) -> np.ndarray:
    """Return features of windows without the wanted digit, so many or a few less of each level of each scene."""
    found = []
    for one, own in zip(scenes, levels, strict=True):
        for level in own:
            grid = windows(level.grid, BLOCKS, BLOCKS)
            number = grid.shape[0] * grid.shape[1]
            chosen = generator.choice(number, min(count, number), replace=False)
            places = np.stack(np.divmod(chosen, grid.shape[1]), axis=1)
            empty = _empty(boxes_of(level, places, CELLS, INNER), one)
            found.append(grid.reshape(number, -1)[chosen[empty]])
    return np.concatenate(found)


def _false_alarms(scenes: Sequence[Scene], levels: Sequence[tuple[Level, ...]], template: Template) -> np.ndarray:
    """Return features of the boxes that a template finds where the wanted digit is not."""
    rows = []
    for one, own in zip(scenes, levels, strict=True):
        found = best(look(own, template, MARGIN), NEAR)
        for level, row, column in found.windows[_empty(found.boxes, one)]:
            rows.append(own[level].grid[row : row + BLOCKS, column : column + BLOCKS].ravel())
    return np.array(rows, np.float32).reshape(len(rows), template.weights.size)


def _judged(template: Template, negatives: int, scenes: Sequence[Scene], levels: Sequence[tuple[Level, ...]]) -> Round:
    kept, scores, right = [], [], []
    false = empty = raw = raw_right = 0
    for one, own in zip(scenes, levels, strict=True):
        every = look(own, template, -np.inf)
        without = _empty(every.boxes, one)
        empty += int(without.sum())
        false += int((without & (every.scores > 0)).sum())
        above = every.at(np.flatnonzero(every.scores > 0))
        raw += len(above.scores)
        raw_right += int(right_boxes(above.at(np.argsort(-above.scores)).boxes, one.truth).sum())
        kept.append(best(every.at(np.flatnonzero(every.scores > MARGIN)), NEAR))
        scores.append(kept[-1].scores)
        right.append(right_boxes(kept[-1].boxes, one.truth))
    objects = sum(len(one.truth) for one in scenes)
    curve = precision_recall(np.concatenate(scores), np.concatenate(right), objects)
    return Round(template, negatives, empty, false / empty, tuple(kept), curve, raw, raw_right)


def _empty(boxes: np.ndarray, one: Scene) -> np.ndarray:
    return overlaps(boxes, one.truth).max(axis=1, initial=0.0) < NEAR
