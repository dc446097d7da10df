"""What a diagnosis knows of a run besides its history."""

from collections.abc import Callable
from typing import NamedTuple

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.case import Case, read_case
from thalweg.experiment import Experiment
from thalweg.train.history import History


class Reader(NamedTuple):
    """Makes cases of a run's history, at any moment of it."""

    checks: tuple[CheckResult, ...]  # made before training
    experiment: Experiment  # as trained
    task: str  # "classes", "regression" or "attributes"
    metric: str  # a name in `train.scores.METRICS`
    validation_rows: int
    baselines: Callable[[], tuple[Baseline, ...]]  # fitted when they are first asked for, for that takes its time
    class_weight: str = ""  # "balanced" where every class counts the same in training
    pretrained: bool = False  # whether the network begins with trained weights

    def case(self, history: History, ending: str = "", *, compared: bool = True) -> Case:
        """Return what is known of a run.

        Args:
            history: So far; at least one evaluation.
            ending: Why training ended; "" while it goes on.
            compared: Whether simple models are fitted to hold the network against.

        Returns:
            The case.
        """
        return read_case(
            history,
            checks=self.checks,
            experiment=self.experiment,
            task=self.task,
            metric=self.metric,
            ending=ending,
            baselines=self.baselines() if compared else (),
            validation_rows=self.validation_rows,
            class_weight=self.class_weight,
            pretrained=self.pretrained,
        )
