"""A trained run as an object in Python."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars

from thalweg.functions import Function
from thalweg.runs.model import Model
from thalweg.runs.options import run_folder
from thalweg.runs.predicting import Mode, predict_rows
from thalweg.runs.record import Record
from thalweg.runs.trained import read_trained


class Run(NamedTuple):
    """A trained run."""

    place: Path
    record: Record
    model: Model

    def __repr__(self) -> str:
        """Name the run and what it predicts; the weights would fill many screens."""
        return f"Run({str(self.place)!r}, {self.model.task.kind} of {self.model.task.target!r})"

    def predict(self, data: Any, *, mode: Mode = "default", test_time_flips: bool = False) -> polars.DataFrame:
        """Predict the rows of a file, frame or array.

        Args:
            data: Rows like those the model was trained on; a target column is ignored.
            mode: "strict" refuses columns the model does not know, "lenient" fills in those that are missing.
            test_time_flips: Of images: whether each prediction is the mean over the image and its mirror image.

        Returns:
            A row for each row, in their order: the id column if there is one, `prediction`, and `p_<class>` each
            (`score_<class>` where the loss gives no probabilities) or `low` and `high`. With flips there is
            `test_time_flips` besides, true in every row, and no `low` and `high`, which were measured without.

        Raises:
            InputError: If the rows cannot be used, or flips are asked for of what is no image.
        """
        return predict_rows(self.model, data, mode=mode, test_time_flips=test_time_flips).table


def load(run: str | Path, *, parts: Sequence[Function] = ()) -> Run:
    """Load a trained run; can run nothing but this library's own parts and what is handed in.

    Args:
        run: The run directory.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        The run.

    Raises:
        InputError: If it is no run directory, was never finished, or is damaged, or was made with a function that is
            not among `parts`.
    """
    place = run_folder(run)
    return Run(place, *read_trained(place, parts))
