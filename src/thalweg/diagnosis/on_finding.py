"""Tell of findings while a run goes on, and act on them."""

import math
from collections.abc import Callable, Iterable

from thalweg.diagnosis.during import look
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.reader import Reader
from thalweg.train.controllers import Continue, Decision, Mark, Pause, Progress, Stop
from thalweg.train.history import History

ACTIONS = ("warn", "stop", "repair")
TO_REPAIR = "a finding is to be repaired"  # why the loop is left for a repair
STOPPED_BY = "stopped by a finding"  # how the ending of a run begins that was stopped


class OnFinding:
    """A controller that tells each finding once, when it is certain, and does what was asked for.

    To warn, it goes on; to stop, it ends the run; for a repair it leaves the loop to whoever can make one, and marks
    each moment at which nothing was wrong, and the training loss lower than ever, as one to go back to. What begins to
    go wrong shows in the loss before it is certain.
    """

    def __init__(
        self, reader: Reader, act: str, tell: Callable[[Finding, Progress], None], handled: Iterable[str] = ()
    ) -> None:
        """Begin with nothing told.

        Args:
            reader: Knows the run.
            act: One of `ACTIONS`.
            tell: Gets each finding when it is certain, and where training is.
            handled: Symptoms that were told before.
        """
        self.reader, self.act, self.tell = reader, act, tell
        self.handled = set(handled)

    def decide(self, progress: Progress) -> Decision:
        """Return what is to be done about what is certain now.

        Args:
            progress: Looked at after an evaluation only.

        Returns:
            Stop or Pause for a finding that was not told before, where that is asked for; Mark where nothing is wrong
            and a repair may want to go back; else Continue.
        """
        if not progress.evaluated:
            return Continue()
        seen = look(progress.history, progress.total, self.reader, *progress.endings[:1])
        if seen is None:
            return Continue()
        if seen.finding is None:
            return Mark() if self.act == "repair" and _lowest(progress.history) else Continue()
        if not seen.certain or seen.finding.symptom in self.handled:
            return Continue()
        self.handled.add(seen.finding.symptom)
        self.tell(seen.finding, progress)
        if self.act == "repair":
            return Pause(TO_REPAIR)
        title = seen.finding.title
        return Stop(f"{STOPPED_BY} ({title[:1].lower()}{title[1:]})") if self.act == "stop" else Continue()


def _lowest(history: History) -> bool:
    """Say whether the last training loss is the lowest so far."""
    *earlier, last = (float(evaluation.training_loss[0]) for evaluation in history.evaluations)
    return math.isfinite(last) and all(not loss <= last for loss in earlier)
