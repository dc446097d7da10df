"""What a trained network makes of images, gathered once at the end of a run."""

import numpy as np

from thalweg.data.source import Source
from thalweg.monitors.filters import first_filters
from thalweg.monitors.picture import around_grey, shrunk
from thalweg.preprocess.places import keeps_places
from thalweg.runs.contact_sheet import contact_sheet
from thalweg.runs.example_view import example_view
from thalweg.runs.inside import MOST_UNITS, UNIT_SIDE, FirstLayer, Inside
from thalweg.runs.model import Model
from thalweg.runs.retrieval import retrieval
from thalweg.runs.scoring import Predicted
from thalweg.runs.unit_view import unit_view
from thalweg.runs.worst_errors import worst_errors
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared
from thalweg.train.state import Member


def look_inside(
    source: Source,
    prepared: Prepared,
    model: Model,
    predicted: Predicted,
    own: Predicted,
    member: Member,
    plan: Plan,
) -> Inside | None:
    """Return what is to be shown of a network on images.

    Args:
        source: Gives the images as they were read.
        prepared: Gives the preprocessed ones, and the validation part.
        model: With the best weights.
        predicted: Truth and prediction on the validation part, of an ensemble that of all members together.
        own: The same by the network that is looked into.
        member: That was trained, without a population axis.
        plan: Its steps.

    Returns:
        Pictures of bounded number and size; None where there is none to be shown.
    """
    rows = prepared.split.validation
    inside = Inside(
        worst_errors(source, rows, predicted),
        _first(model),
        example_view(source, prepared.x, rows, model, own),
        contact_sheet(source, prepared, member, plan),
        unit_view(source, prepared.x, rows, model, predicted.part),
        retrieval(source, prepared.x, prepared.split.train, rows, model, predicted.part),
    )
    return inside if any(inside) else None


def _first(model: Model) -> FirstLayer | None:
    experiment = model.experiment
    if not keeps_places(experiment.preprocess, model.fitted):
        return None
    found = first_filters(experiment.network, model.params, model.input_shape)
    if found is None or not np.isfinite(found.weights).all():
        return None
    units, height, width, channels = found.weights.shape
    names = model.task.classes if found.templates else ()
    if len(names) == 2 and units == 1:  # one score tells both apart
        names = names[1:]
    return FirstLayer(
        layer=found.layer,
        pictures=around_grey(shrunk(found.weights[:MOST_UNITS], UNIT_SIDE)),
        size=(height, width, channels),
        among=units,
        classes=names[:MOST_UNITS] if len(names) == units else (),
    )
