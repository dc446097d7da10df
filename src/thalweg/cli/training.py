"""Train under the eyes of a person: progress, Ctrl-C, verdict."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.cli.ending import DONE, FAILED, INTERRUPTED, Ending, plain
from thalweg.cli.facts import run_facts
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.progress import Meter
from thalweg.cli.telling import verdict_lines
from thalweg.cli.voice import Voice
from thalweg.recipe import Fitted
from thalweg.report.write import write_report
from thalweg.runs.evaluating import evaluate_test
from thalweg.runs.outcome import Outcome
from thalweg.train.controllers import Continue, Decision, Pause, Progress


class PauseAfterCtrlC(NamedTuple):
    """A controller that pauses training once Ctrl-C was pressed."""

    interrupt: Interrupt

    def decide(self, progress: Progress) -> Decision:
        """Return Pause if it was pressed."""
        return Pause("Ctrl-C") if self.interrupt.heard else Continue()


def attended(work: Callable[..., Any], voice: Voice, interrupt: Interrupt) -> Any:
    """Do work that trains, telling how it goes and minding Ctrl-C.

    Args:
        work: Takes `say` and `controllers`, as `recipe.fit` does.
        voice: Where it is told.
        interrupt: Hears Ctrl-C.

    Returns:
        What the work returns.
    """

    def say(line: str) -> None:
        interrupt.begin()  # from the first line on, a run directory is there to be left in order
        voice.say(line)

    with Meter(voice) as meter:
        return work(say=say, controllers=(PauseAfterCtrlC(interrupt), meter))


def paused(run: Path, voice: Voice) -> Ending:
    """Say how a run goes on that Ctrl-C left.

    Args:
        run: The run directory.
        voice: Where it is told.

    Returns:
        The ending.
    """
    command = f"thalweg resume {shlex.quote(str(run))}"
    voice.result(f"paused; all of it is saved. Go on with: {command}")
    facts = {"run": str(run), "status": "paused", "resume": command, "error": "interrupted by Ctrl-C"}
    return Ending(facts, INTERRUPTED)


def told(fitted: Fitted, outcome: Outcome, voice: Voice) -> Ending:
    """Say what a run came to.

    Args:
        fitted: The run.
        outcome: Its outcome, with the test part's scores if that was opened.
        voice: Where it is told.

    Returns:
        The ending; that of a run that diverged is a failure.
    """
    first, *others = verdict_lines(fitted.run, outcome)
    voice.result(first)
    for line in others:
        voice.say(line)
    return Ending(plain(run_facts(fitted.run, outcome)), FAILED if outcome.status == "diverged" else DONE)


def opened(run: Path, again: bool, **moved: str | None) -> Outcome:
    """Open a run's sealed test part, and write its report again with what was found.

    Args:
        run: The run directory.
        again: Open it although it was opened before.
        **moved: `data`, `test_data`, `validation_data`, where they were moved.

    Returns:
        The outcome with the test part's scores.

    Raises:
        InputError: If it was opened before and `again` is false, or the run or its data cannot be used.
    """
    _, outcome = evaluate_test(run, again=again, **moved)
    write_report(run / "report.html", outcome)
    return outcome
