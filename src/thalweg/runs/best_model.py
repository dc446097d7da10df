"""The model that a training leaves."""

from typing import Any

import jax

from thalweg.data.source import Source
from thalweg.runs.model import Model
from thalweg.runs.record import Record
from thalweg.train.loop import LoopState
from thalweg.train.prepare import Prepared


def best_model(record: Record, source: Source, prepared: Prepared, state: LoopState) -> Model:
    """Return the model with the best weights so far; without the width of an interval, which is yet to be measured.

    Args:
        record: Of the run.
        source: The data as read.
        prepared: What it is trained on.
        state: Where training is.

    Returns:
        The model.
    """
    params, layer_state = _first(state.members.best)
    return Model(
        experiment=prepared.experiment,
        task=source.task,
        input_shape=prepared.x.shape[1:],
        params=params,
        state=layer_state,
        fitted=prepared.fitted,
        target_fitted=prepared.target_fitted,
        half_width=0.0,
        schema=dict(source.schema),
        kind=source.kind,
        run=record.identity,
    )


def _first(tree: Any) -> Any:
    """Return the only member of a population of one."""
    return jax.tree.map(lambda leaf: leaf[0], tree)
