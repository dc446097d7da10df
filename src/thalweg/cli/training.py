"""Train under the eyes of a person: progress, Ctrl-C, verdict."""

import shlex
from collections.abc import Callable
from typing import Any, NamedTuple

from thalweg.cli.ending import DONE, FAILED, INTERRUPTED, Ending, plain
from thalweg.cli.facts import run_facts
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.progress import Meter
from thalweg.cli.telling import next_lines, place_lines, verdict_lines
from thalweg.cli.voice import Voice
from thalweg.diagnosis.on_finding import STOPPED_BY
from thalweg.recipe import Fitted
from thalweg.report.findings import MARKS
from thalweg.runs.model import MEMBERS
from thalweg.runs.outcome import Outcome
from thalweg.runs.place import has_checkpoint, resumable
from thalweg.train.controllers import Continue, Decision, Pause, Progress


class PauseAfterCtrlC(NamedTuple):
    """A controller that pauses training once Ctrl-C was pressed."""

    interrupt: Interrupt

    def decide(self, progress: Progress) -> Decision:
        """Return Pause if it was pressed."""
        self.interrupt.minded = True
        return Pause("Ctrl-C") if self.interrupt.heard else Continue()


def attended(work: Callable[..., Any], voice: Voice, interrupt: Interrupt) -> Any:
    """Do work that trains, telling how it goes and minding Ctrl-C.

    Args:
        work: Takes `say`, `controllers` and `stop`, as `recipe.fit` does.
        voice: Where it is told.
        interrupt: Hears Ctrl-C.

    Returns:
        What the work returns.
    """
    with Meter(voice) as meter:

        def say(line: str) -> None:
            interrupt.begin()  # from the first line on, a run directory is there to be left in order
            meter.end()
            voice.say(line)

        def stop() -> bool:
            interrupt.minded = True
            return interrupt.heard

        return work(say=say, controllers=(PauseAfterCtrlC(interrupt), meter), stop=stop)


def paused(fitted: Fitted, voice: Voice, plugins: str) -> Ending:
    """Say how a run goes on that Ctrl-C left.

    Args:
        fitted: The run.
        voice: Where it is told.
        plugins: The options that hand in the user's own functions; "" for none.

    Returns:
        The ending.
    """
    run = fitted.run
    command = f"thalweg resume {shlex.quote(str(run))}{plugins}"
    kept = "all of it is"
    if resumable(run) and not has_checkpoint(run):
        kept = "all trials that have ended are"
    elif any(fitted.state.endings):  # it is in further ones that training was broken off
        members = (run / MEMBERS).exists()
        kept = "the network is, and each further member that has ended is" if members else "the network is"
    voice.result(f"paused; {kept} saved. Go on with: {command}")
    facts = {"run": str(run), "status": "paused", "resume": command, "error": "interrupted by Ctrl-C"}
    return Ending(facts, INTERRUPTED)


def told(fitted: Fitted, outcome: Outcome, voice: Voice, plugins: str) -> Ending:
    """Say what a run came to.

    Args:
        fitted: The run.
        outcome: Its outcome, with the test part's scores if that was opened.
        voice: Where it is told.
        plugins: The options that hand in the user's own functions; "" for none.

    Returns:
        The ending; that of a run that diverged, was stopped by a finding or failed a check that means an error is a
        failure.
    """
    broken = any(not check.passed and check.severity == "error" for check in outcome.checks)
    stopped = outcome.ending.startswith(STOPPED_BY)
    failed = broken or stopped or outcome.status == "diverged"
    first, *others = verdict_lines(outcome)
    voice.result(first)
    for line in others:
        # Where little is to be said, that it failed is the little.
        (voice.result if failed and line.startswith(MARKS["error"]) else voice.say)(line)
    for line in place_lines(fitted.run):
        voice.result(line)
    for line in next_lines(fitted.run, outcome, plugins):
        voice.say(line)
    return Ending(plain(run_facts(fitted.run, outcome)), FAILED if failed else DONE)
