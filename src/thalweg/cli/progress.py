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
WIDE, NARROW, ROOMY = 24, 8, 110  # letters of the bar on a line of at least so many, and on a shorter one


class Meter:
    """A controller that only looks: a bar on a terminal, lines elsewhere, nothing for the quiet."""

    def __init__(self, voice: Voice) -> None:
        """Draw nothing yet.

        Args:
            voice: Says how much is said, and where.
        """
        self.voice = voice
        self.begin: tuple[float, int] | None = None  # the moment and step from which its pace is reckoned
        self.compiled = False  # whether it was told how long that took
        self.said = -BETWEEN_LINES
        self.waiting = ""  # what is to stand there at the end, if nothing else comes
        self.bars: Bars | None = None

    def __enter__(self) -> "Meter":
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave the last state of training to be read."""
        self.end()

    def end(self) -> None:
        """Leave the last state of training to be read, without a time that is left; what is said next comes below."""
        if self.bars is not None:
            self.bars.update(self.bars.task_ids[0], text=self.waiting)
            self.bars.stop()
            self.bars = None
        elif self.waiting:
            self.voice.say(self.waiting)
        self.waiting, self.begin = "", None  # what comes between may take its time

    def decide(self, progress: Progress) -> Decision:
        """Tell where training is, and let it go on."""
        if self.begin is None:
            self.begin = (time.monotonic(), progress.step)
        if not self.compiled:
            self.compiled = True
            self.voice.say(f"compiled in {duration(progress.compile_seconds)}")
        if self.bars is None and not self.voice.quiet and self.voice.stream.isatty():
            self.bars = _bars(self.voice)
            self.bars.add_task("training", total=progress.total, text="")
            self.bars.start()
        left = self.left(progress)
        if self.bars is not None:
            text, self.waiting = (describe(progress, more, self.room(self.bars)) for more in (left, ""))
            self.bars.update(self.bars.task_ids[0], completed=progress.step, text=text)
        elif progress.evaluated:
            self.tell(describe(progress, left), describe(progress))
        return Continue()

    def left(self, progress: Progress) -> str:
        """Return how long training may still take, from its speed so far."""
        moment, step = self.begin or (time.monotonic(), progress.step)
        made, took = progress.step - step, time.monotonic() - moment
        if made < 1 or progress.step >= progress.total:
            return ""
        return f"at most {duration(took / made * (progress.total - progress.step))} left"

    def room(self, bars: Bars) -> int:
        """Return how many letters fit on a line beside the bar."""
        width = bars.console.width
        return width - 1 - (WIDE if width >= ROOMY else NARROW)

    def tell(self, text: str, ended: str) -> None:
        """Say a line now; or, if the last one is not long ago, keep what it would be at the end of training."""
        if time.monotonic() - self.said < BETWEEN_LINES:
            self.waiting = ended
            return
        self.voice.say(text)
        self.said, self.waiting = time.monotonic(), ""


def describe(progress: Progress, left: str = "", width: int | None = None) -> str:
    """Return where training is: epoch, scores by the metric that counts, speed.

    Args:
        progress: As controllers get it; the scores are of the first member.
        left: How long it may still take, to be told last.
        width: Letters there is room for; what matters least is left out first. None for any number.

    Returns:
        One line.
    """
    epochs = progress.total * progress.epoch / progress.step if progress.step else 0
    of = f" of {amount(epochs, 6)}" if epochs else ""
    epoch = f"epoch {amount(progress.epoch, 3)}{of}"
    scores = brief = speed = ""
    if progress.history.evaluations:
        last = progress.history.evaluations[-1]
        train, validation = (
            scored(progress.metric, float(scores[0])) for scores in (last.training_score, last.validation_score)
        )
        title = metric_of(progress.metric).title
        scores, brief = f"{title} {train} training, {validation} validation", f"validation {title} {validation}"
    if progress.examples_per_second:
        speed = f"{amount(progress.examples_per_second)} examples/s"
    ways = ((epoch, scores, speed, left), (epoch, scores, left), (epoch, scores), (epoch, brief, left), (epoch, brief))
    lines = [", ".join(filter(None, pieces)) for pieces in ways]
    return next((line for line in lines if width is None or len(line) <= width), epoch)


def _bars(voice: Voice) -> Bars:
    console = Console(file=cast(IO[str], voice.stream), highlight=False, markup=False, emoji=False)
    width = WIDE if console.width >= ROOMY else NARROW
    return Bars(BarColumn(bar_width=width), TextColumn("{task.fields[text]}", markup=False), console=console)
