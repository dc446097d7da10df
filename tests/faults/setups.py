"""What is trained: a task's data, changed or not, and an experiment."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.faults.tasks import TASKS, source_of_task
from thalweg.data.source import Source
from thalweg.experiment import Experiment
from thalweg.serialise import to_plain
from thalweg.spec import replaced
from thalweg.train.scores import default_metric

Change = Callable[[Source], Source]


class Setup(NamedTuple):
    """One thing to train, but for the seed."""

    task: str  # a name in `tasks.TASKS`
    experiment: Experiment
    change: Change | None = None  # of the data, in `changes`
    metric: str = ""  # "" for the task's default
    class_weight: str = ""  # "balanced" or ""

    @property
    def half(self) -> str:
        """Which half it belongs to."""
        return TASKS[self.task].half

    @property
    def digest(self) -> str:
        """Tell it from every other one; where a task's own data are made otherwise, old runs are to be thrown away."""
        changed = self.change.__name__ if self.change else ""
        told = (self.task, to_plain(self.experiment), changed, self.metric, self.class_weight)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def source(self) -> Source:
        """Return its data."""
        source = source_of_task(self.task)
        return self.change(source) if self.change else source

    @property
    def usual(self) -> "Setup":
        """The task's own experiment on the same data."""
        return self._replace(experiment=TASKS[self.task].experiment)

    def metric_of(self, source: Source) -> str:
        """Return what its weights are chosen by."""
        return self.metric or default_metric(source.task.kind)


class Fault(NamedTuple):
    """A faulty run and its healthy twin: the same without the fault."""

    name: str
    causes: tuple[str, ...]  # the true one, then others whose remedy is as good
    faulty: Setup
    twin: Setup
    mendable: bool = True  # whether another experiment could mend it; where data or a user's function are bad, none can


def with_settings(experiment: Experiment, settings: dict[str, Any]) -> Experiment:
    """Return an experiment with what lies at some paths changed, such as {"update.rate": 0.1}."""
    for path, value in settings.items():
        experiment = _changed(experiment, path, value)
    return experiment


def fault(
    what: str,
    task: str,
    causes: str,
    settings: dict[str, Any] | None = None,
    *,
    change: Change | None = None,
    both: dict[str, Any] | None = None,
    both_change: Change | None = None,
    mendable: bool = True,
    metric: str = "",
    twin_weight: str = "",
) -> Fault:
    """Make a fault of a task's own experiment.

    Args:
        what: In a few words; the task's name is put before it.
        task: A name in `tasks.TASKS`.
        causes: Accepted causes, divided by blanks, the true one first.
        settings: What the fault changes in the experiment, by path.
        change: What it changes in the data.
        both: What faulty run and twin have otherwise than the task's own experiment.
        both_change: What both have otherwise in the data.
        mendable: As in `Fault`.
        metric: Of both, where not the task's default.
        twin_weight: Class weights of the twin alone.
    """
    base = with_settings(TASKS[task].experiment, both or {})
    return Fault(
        f"{task}: {what}",
        tuple(causes.split()),
        Setup(task, with_settings(base, settings or {}), change or both_change, metric),
        Setup(task, base, both_change, metric, twin_weight),
        mendable,
    )


def _changed(part: Any, path: str, value: Any) -> Any:
    head, _, rest = path.partition(".")
    return replaced(part, **{head: _changed(getattr(part, head), rest, value) if rest else value})
