"""Look into a trained run's network on its own images, at what the user asks for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.errors import InputError, choose
from thalweg.functions import Function
from thalweg.losses.head import scored
from thalweg.monitors.unit_layers import UnitLayer, shape_behind, unit_layers
from thalweg.preprocess import chain
from thalweg.runs.example_view import example_view
from thalweg.runs.inside import MOST_LAYERS, MOST_VIEWED, Inside
from thalweg.runs.looked_at import evenly
from thalweg.runs.model import Model, predict_prepared
from thalweg.runs.open_part import open_part
from thalweg.runs.reopening import reopened
from thalweg.runs.retrieval import retrieval
from thalweg.runs.scoring import Predicted
from thalweg.runs.trained import read_trained
from thalweg.runs.unit_view import unit_view
from thalweg.runs.worst_errors import are_images


def look(
    run: Path,
    *,
    layer: str = "",
    units: Sequence[int] = (),
    row: int | None = None,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
) -> Inside:
    """Return what excites the units of a run's network, what it makes of an image, and which images it takes as alike.

    Args:
        run: The run directory.
        layer: Name of the layer to look at, in all its units or 64; "" for the first six units of each layer with
            weights, of at most 12.
        units: Which of the layer's, from 0; () for the first ones.
        row: Of the data, from 0: the image to follow through the network; None for one that it recognises.
        data: The data, where they have moved since or were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        What was seen; the sealed test part is not looked at.

    Raises:
        InputError: If the run or its data cannot be used, its inputs are no images, there is no such layer or unit, no
            such row outside of the test part, or an output is no finite number.
    """
    record, model = read_trained(run, parts)
    chosen = _layers(model, layer, units)
    examples = reopened(run, record, data, test_data=test_data, validation_data=validation_data)
    source, split = examples.source, examples.split
    if not are_images(source):
        raise InputError(f"{run} was not trained on images, so there is nothing to look at. Its report has the rest.")
    if row is not None and source.task.kind != "classes":
        raise InputError(f"an image is followed to its class; the task is {source.task.kind}. Leave out --row.")
    part = "validation" if row is None else open_part(split, row)
    rows = split.validation if row is None else np.array([row])
    x = chain.apply(model.experiment.preprocess, model.fitted, source.inputs)
    outputs = predict_prepared(model, x[rows])
    weight = source.weight[rows].astype(np.float64)
    predicted = Predicted(part, source.targets[rows], outputs, weight, not scored(model.experiment.loss))
    followed = example_view(source, x, rows, model, predicted, chosen=row is not None)
    if row is not None and followed is None:
        raise InputError(
            f"row {row} cannot be followed: the preprocessing mixes an image's pixels, or an output is no finite "
            "number. Leave out --row."
        )
    which = tuple(dict.fromkeys(units)) or (range(MOST_VIEWED) if layer else ())
    endless = float("inf")
    seen = Inside(
        example=followed,
        units=unit_view(source, x, split.validation, model, "validation", layers=chosen, units=which, budget=endless),
        retrieval=retrieval(source, x, split.train, split.validation, model, "validation"),
    )
    if not any(seen):
        raise InputError(f"there is nothing to show of {run}: its network puts out no finite numbers. Train it anew.")
    return seen


def _layers(model: Model, layer: str, units: Sequence[int]) -> tuple[UnitLayer, ...]:
    network, shape = model.experiment.network, model.input_shape
    known = unit_layers(network, shape)
    if not layer:
        if units:
            raise InputError("say which layer the units are of: --layer NAME.")
        return tuple(known[k] for k in evenly(len(known), MOST_LAYERS))
    choose(layer, network.names(), what="layer")
    inner = UnitLayer(layer, layer, shape_behind(network, shape, layer))
    found = next((one for one in known if layer == one.layer), inner)
    among = found.shape[-1]
    wrong = [unit + 1 for unit in units if not 0 <= unit < among]
    if wrong:
        raise InputError(f"{layer} has the units 1 to {among}; got {wrong[0]}.")
    if len(units) > MOST_VIEWED:
        raise InputError(f"at most {MOST_VIEWED} units are shown together; got {len(units)}. Ask for fewer.")
    return (found,)
