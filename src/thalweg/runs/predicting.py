"""Predict new rows with a run's model: order and identifiers kept."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import polars

from thalweg.data.open import open_inputs
from thalweg.data.source import Remark
from thalweg.files import write_whole
from thalweg.functions import Function
from thalweg.losses.head import scored
from thalweg.runs.flips import predict_as_asked
from thalweg.runs.model import Model
from thalweg.runs.options import require_truth, run_folder
from thalweg.runs.trained import read_trained

Mode = Literal["default", "strict", "lenient"]


class Predictions(NamedTuple):
    """Predictions of new rows."""

    # The id column if there is one, `prediction`, then `p_<class>` each, `score_<class>` where the loss gives no
    # probabilities, or `low` and `high`; of attributes `prediction_<name>` and `p_<name>` or `score_<name>` each. With
    # flips there is `test_time_flips` behind them, true in every row, and no `low` and `high`.
    table: polars.DataFrame
    remarks: tuple[Remark, ...]


def predict_file(
    run: str | Path,
    data: Any,
    *,
    mode: Mode = "default",
    parts: Sequence[Function] = (),
    test_time_flips: bool = False,
) -> Predictions:
    """Predict the rows of a file, frame or array.

    Args:
        run: The run directory.
        data: Rows like those the model was trained on; a target column is ignored.
        mode: "strict" refuses columns the model does not know, "lenient" fills in those that are missing.
        parts: The user's own functions that the run was made with, if any.
        test_time_flips: Whether each prediction is the mean over an image and its mirror image.

    Returns:
        A row for each row, in their order.

    Raises:
        InputError: If the run or the rows cannot be used, or flips are asked for of what is no image.
    """
    _, model = read_trained(run_folder(run), parts)
    return predict_rows(model, data, mode=mode, test_time_flips=test_time_flips)


def predict_rows(model: Model, data: Any, *, mode: Mode = "default", test_time_flips: bool = False) -> Predictions:
    """Predict the rows of a file, frame or array with a model in memory; for the rest as `predict_file`.

    Args:
        model: The model.
        data: As for `predict_file`.
        mode: As for `predict_file`.
        test_time_flips: As for `predict_file`.

    Returns:
        A row for each row, in their order.

    Raises:
        InputError: If the rows cannot be used, or flips are asked for of what is no image.
    """
    require_truth("test_time_flips", test_time_flips)
    given = open_inputs(data, schema=model.schema, mode=mode)
    outputs = predict_as_asked(model, given.inputs, test_time_flips=test_time_flips)
    return Predictions(_table(model, outputs, given.ids, test_time_flips), given.remarks)


def write_predictions(path: Path, table: polars.DataFrame) -> None:
    """Write predictions as Parquet or CSV, by the file's ending, whole or not at all.

    Args:
        path: Ending in .parquet for Parquet; anything else is CSV.
        table: The predictions.

    Raises:
        InputError: If the file cannot be written.
    """
    content = io.BytesIO()
    if path.suffix == ".parquet":
        table.write_parquet(content)
    else:
        table.write_csv(content)
    write_whole(path, content.getvalue())


def _table(model: Model, outputs: np.ndarray, ids: Any, flips: bool) -> polars.DataFrame:
    sign = "score" if scored(model.experiment.loss) else "p"
    if model.task.kind == "classes":
        columns: dict[str, Any] = {"prediction": [model.task.classes[k] for k in outputs.argmax(axis=1)]}
        columns |= {f"{sign}_{name}": outputs[:, k].astype(np.float64) for k, name in enumerate(model.task.classes)}
    elif model.task.kind == "attributes":
        columns = {}
        for k, attribute in enumerate(model.task.attributes):
            # Neither beginning is one of the other, so no two columns can have one name.
            answers = outputs[:, k].argmax(axis=1).tolist()
            columns[f"prediction_{attribute.name}"] = [(attribute.no, attribute.yes)[answer] for answer in answers]
            columns[f"{sign}_{attribute.name}"] = outputs[:, k, 1].astype(np.float64)
    else:
        columns = {"prediction": outputs[:, 0]}
        if not flips:  # without which the width was measured
            columns |= {"low": outputs[:, 0] - model.half_width, "high": outputs[:, 0] + model.half_width}
    if flips:
        columns["test_time_flips"] = np.full(len(outputs), True)
    if ids is None:
        return polars.DataFrame(columns)
    name = ids.name
    while name in columns:  # a column of names that is itself called "prediction"
        name = f"{name}_id"
    return polars.DataFrame({name: ids.values, **columns})
