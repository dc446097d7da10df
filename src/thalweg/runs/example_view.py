"""One image on its way through a network: its maps, and which pixels its class hangs on."""

import jax.numpy as jnp
import numpy as np

from thalweg.data.source import Source
from thalweg.monitors.class_view import class_view
from thalweg.monitors.grad_cam import grad_cam
from thalweg.monitors.map_layers import MapLayer, map_layers
from thalweg.monitors.picture import around_grey, from_black, shrunk
from thalweg.monitors.saliency import saliency
from thalweg.preprocess.places import keeps_places
from thalweg.runs.inside import MAP_SIDE, MISTAKE_SIDE, MOST_LAYERS, MOST_MAPS, Example, Maps
from thalweg.runs.looked_at import evenly
from thalweg.runs.model import Model
from thalweg.runs.scoring import Predicted
from thalweg.runs.worst_errors import are_images
from thalweg.spec import traced


def example_view(
    source: Source, x: np.ndarray, rows: np.ndarray, model: Model, predicted: Predicted, *, chosen: bool = False
) -> Example | None:
    """Return what a network makes of one image.

    Unless one is chosen, it is the typical one: of the rows of the part that are predicted right, in the order of how
    sure the network is of them, the one in the middle (of two in the middle the less sure, of equals the earlier).

    Args:
        source: Gives the images as they were read, and the names of their classes.
        x: (rows, ...) all examples, preprocessed.
        rows: (n,) places of the part's rows in the data.
        model: With the best weights.
        predicted: Truth and prediction of the part, in the order of `rows`.
        chosen: Whether to take the first of the rows, predicted right or not.

    Returns:
        The view; None where the data are no images with classes, the preprocessing mixes pixels, no row is predicted
        right and none was chosen, or a number is not finite.
    """
    shown = (
        are_images(source) and source.task.kind == "classes" and keeps_places(model.experiment.preprocess, model.fitted)
    )
    if not shown or not np.isfinite(predicted.outputs).all():
        return None
    said, truth = predicted.outputs.argmax(axis=1), predicted.truth.astype(np.int64)
    right = np.array([0]) if chosen else np.flatnonzero(said == truth)
    if not len(right):
        return None
    sure = predicted.outputs[right, truth[right]].astype(np.float64)
    place = np.argsort(sure, kind="stable")[(len(right) - 1) // 2]
    k, row = right[place], rows[right[place]]
    layers = map_layers(model.experiment.network, model.input_shape)
    last = next((layer for layer in reversed(layers) if layer.shape[:2] != (1, 1)), None)
    view = class_view(
        traced(model.experiment.objective()),
        model.params,
        model.state,
        jnp.asarray(x[row][None], jnp.result_type(float)),
        jnp.asarray(truth[k][None]),
        layer=last.until if last else "",
    )
    of_inputs = np.asarray(view.of_inputs)
    activations = {layer.until: np.asarray(view.activations[layer.until]) for layer in layers}
    if not all(np.isfinite(values).all() for values in (of_inputs, *activations.values())):
        return None
    cam = grad_cam(activations[last.until], np.asarray(view.of_layer)) if last else None
    shown_layers = [layers[k] for k in evenly(len(layers), MOST_LAYERS)]
    return Example(
        part=predicted.part,
        row=int(row),
        truth=source.task.classes[truth[k]],
        certainty=float(sure[place]),
        probable=predicted.probable,
        image=shrunk(np.asarray(source.inputs)[row][None], MISTAKE_SIDE),
        saliency=from_black(shrunk(saliency(of_inputs)[..., None], MISTAKE_SIDE)),
        grad_cam=None if cam is None else from_black(shrunk(cam[..., None], MISTAKE_SIDE)),
        cam_layer=last.layer if last else "",
        maps=tuple(_maps(layer, activations[layer.until]) for layer in shown_layers),
        map_layers=len(layers),
        said=source.task.classes[said[k]] if chosen else "",
    )


def _maps(layer: MapLayer, values: np.ndarray) -> Maps:
    signed = bool((values < 0).any())
    small = shrunk(values, MAP_SIDE)
    pixels = (around_grey if signed else from_black)(small)  # all maps are the channels of one picture: one scale
    return Maps(
        layer=layer.layer,
        until=layer.until,
        pictures=np.moveaxis(pixels, 3, 0)[:MOST_MAPS].reshape(-1, *pixels.shape[1:3], 1),
        size=(layer.shape[0], layer.shape[1]),
        among=layer.shape[2],
        silent=int((values == 0).all(axis=(0, 1, 2)).sum()),
        signed=signed,
    )
