"""How training goes, told while it does."""

import time
from types import TracebackType
from typing import IO, cast

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars

from thalweg.cli.voice import Voice
from thalweg.report.numbers import amount, duration, metric_of, scored
from thalweg.train.controllers import Continue, Decision, Progress

BETWEEN_LINES = 2.0  # seconds, at least, where there is no terminal to draw a bar on


class Meter:
    """A controller that only looks: a bar on a terminal, lines elsewhere, nothing for the quiet."""

    def __init__(self, voice: Voice) -> None:
        """Draw nothing yet.

        Args:
            voice: Says how much is said, and where.
        """
        self.voice = voice
        self.begin: tuple[float, int] | None = None  # the moment and step at which training was first seen
        self.said = -BETWEEN_LINES
        self.waiting = ""  # a line not yet said, for the last one came just before
        self.bars: Bars | None = None

    def __enter__(self) -> "Meter":
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave the last state of training to be read."""
        if self.bars is not None:
            self.bars.stop()
        elif self.waiting:
            self.voice.say(self.waiting)

    def decide(self, progress: Progress) -> Decision:
        """Tell where training is, and let it go on."""
        if self.begin is None:
            self.begin = (time.monotonic(), progress.step)
            self.voice.say(f"compiled in {duration(progress.compile_seconds)}")
            if not self.voice.quiet and self.voice.stream.isatty():
                self.bars = _bars(self.voice)
                self.bars.add_task("training", total=progress.total, text="")
                self.bars.start()
        text, left = describe(progress), self.left(progress)
        if self.bars is not None:
            self.bars.update(self.bars.task_ids[0], completed=progress.step, text=f"{text}{left}")
        elif progress.evaluated:
            self.tell(text, left)
        return Continue()

    def left(self, progress: Progress) -> str:
        """Return how long training may still take, from its speed so far."""
        moment, step = self.begin or (time.monotonic(), progress.step)
        made, took = progress.step - step, time.monotonic() - moment
        if made < 1 or progress.step >= progress.total:
            return ""
        return f", at most {duration(took / made * (progress.total - progress.step))} left"

    def tell(self, text: str, left: str) -> None:
        """Say a line now, or keep it if the last one is not long ago; one that is said at the end has no time left."""
        if time.monotonic() - self.said < BETWEEN_LINES:
            self.waiting = text
            return
        self.voice.say(f"{text}{left}")
        self.said, self.waiting = time.monotonic(), ""


def describe(progress: Progress) -> str:
    """Return where training is: epoch, scores by the metric that counts, speed.

    Args:
        progress: As controllers get it; the scores are of the first member.

    Returns:
        One line.
    """
    epochs = progress.total * progress.epoch / progress.step if progress.step else 0
    of = f" of {amount(epochs, 6)}" if epochs else ""
    pieces = [f"epoch {amount(progress.epoch, 3)}{of}"]
    if progress.history.evaluations:
        last = progress.history.evaluations[-1]
        train, validation = (
            scored(progress.metric, float(scores[0])) for scores in (last.training_score, last.validation_score)
        )
        pieces.append(f"{metric_of(progress.metric).title} {train} training, {validation} validation")
    if progress.examples_per_second:
        pieces.append(f"{amount(progress.examples_per_second)} examples/s")
    return ", ".join(pieces)


def _bars(voice: Voice) -> Bars:
    console = Console(file=cast(IO[str], voice.stream), highlight=False, markup=False, emoji=False)
    return Bars(BarColumn(bar_width=24), TextColumn("{task.fields[text]}", markup=False), console=console)
