"""What excites the units of a network on images: the patches that do most, and images made to."""

from collections.abc import Sequence

import numpy as np

from thalweg.data.source import Source
from thalweg.monitors.picture import cut, shrunk
from thalweg.monitors.strongest import Strongest, strongest
from thalweg.monitors.unit_layers import UnitLayer, unit_layers
from thalweg.network.patch import Patch, patch_seen
from thalweg.runs.inside import MOST_EXCITING, PATCH_SIDE, Unit, Units
from thalweg.runs.looked_at import affordable, evenly
from thalweg.runs.made_images import Beginning, cost_of_making, made_images, on_pixels
from thalweg.runs.model import Model
from thalweg.runs.worst_errors import are_images
from thalweg.spec import traced

MOST_IMAGES = 10_000  # of the part that are looked at
FEW_UNITS, FEW_CLASSES, FEW_LAYERS = 6, 10, 3  # that a report shows
BUDGET = 3 * 10**11  # multiply-adds that a report spends on making images: some seconds of two cores


def unit_view(
    source: Source,
    x: np.ndarray,
    rows: np.ndarray,
    model: Model,
    part: str,
    *,
    layers: Sequence[UnitLayer] | None = None,
    units: Sequence[int] = (),
    budget: float = BUDGET,
) -> tuple[Units, ...]:
    """Return what excites units of a network the most, layer by layer.

    Args:
        source: Gives the images as they were read, and the names of their classes.
        x: (rows, ...) all examples, preprocessed.
        rows: (n,) places of the part's rows in the data; of more than 10,000, or of as many as the network can be shown
            in some seconds, as many are taken evenly.
        model: With the best weights.
        part: Its name.
        layers: Which to look at; None for three at most, evenly chosen, the first and the last among them.
        units: Which of each; () for the first six, and of those that stand for a class the first ten.
        budget: Multiply-adds that making images may cost; beyond it there are none.

    Returns:
        A view a layer; () where the data are no images, or an output is not finite.
    """
    if not are_images(source) or not len(rows):
        return ()
    network, shape = model.experiment.network, model.input_shape
    if layers is None:
        known = unit_layers(network, shape)
        layers = [known[k] for k in evenly(len(known), FEW_LAYERS)]
    rows = rows[evenly(len(rows), affordable(model, MOST_IMAGES))]
    objective = traced(model.experiment.objective())
    chosen = {of.until: _numbers(of, units, bool(_classes(source, model, of))) for of in layers}
    layers = [of for of in layers if chosen[of.until]]
    found = strongest(objective, model.params, model.state, x, rows, {of.until: chosen[of.until] for of in layers})
    if not all(np.isfinite(of.least).all() and np.isfinite(of.most).all() for of in found.values()):
        return ()
    counts = {name: len(of_layer) for name, of_layer in chosen.items()}
    unmade = "pixels" if not on_pixels(model) else "time" if cost_of_making(model, counts) > budget else ""
    return tuple(_units(source, rows, model, of, found[of.until], chosen[of.until], part, unmade) for of in layers)


def _numbers(layer: UnitLayer, units: Sequence[int], named: bool) -> list[int]:
    return [u for u in units or range(FEW_CLASSES if named else FEW_UNITS) if u < layer.shape[-1]]


def _classes(source: Source, model: Model, layer: UnitLayer) -> tuple[str, ...]:
    """Return the classes that a layer's units stand for, if it is the last one."""
    classes = source.task.classes if source.task.kind == "classes" else ()
    if layer.until != model.experiment.network.names()[-1]:
        return ()
    if len(classes) == 2 and layer.shape == (1,):  # one score tells both apart
        return classes[1:]
    return classes if layer.shape == (len(classes),) else ()


def _units(
    source: Source,
    rows: np.ndarray,
    model: Model,
    layer: UnitLayer,
    found: Strongest,
    units: list[int],
    part: str,
    unmade: str,
) -> Units:
    images, values, places = np.asarray(source.inputs), np.asarray(found.values), np.asarray(found.places)
    best = np.argsort(-values, axis=0, kind="stable")[:MOST_EXCITING]
    at = np.take_along_axis(places, best, axis=0)
    seen = _alike([[_seen(model, layer, int(place), images.shape[1:3]) for place in of_unit] for of_unit in at.T])
    patches = [
        np.stack([cut(images[row], patch) for row, patch in zip(rows[strong], of_unit, strict=True)])
        for strong, of_unit in zip(best.T, seen, strict=True)
    ]
    made, reached = None, np.zeros(len(units))
    if not unmade:
        begin = Beginning(images[rows[best[0]]], [of_unit[0] for of_unit in seen], at[0])
        made, reached = made_images(model, layer.until, units, begin)
    classes = _classes(source, model, layer)
    return Units(
        layer=layer.layer,
        until=layer.until,
        units=tuple(
            Unit(
                number=u,
                name=classes[u] if classes else "",
                rows=tuple(int(row) for row in rows[best[:, k]]),
                values=tuple(float(value) for value in values[best[:, k], k]),
                patches=shrunk(patches[k], PATCH_SIDE),
                made=None if made is None else shrunk(cut(made[k], seen[k][0])[None], PATCH_SIDE),
                reached=float(reached[k]),
            )
            for k, u in enumerate(units)
        ),
        among=layer.shape[-1],
        silent=int((np.asarray(found.least) == np.asarray(found.most)).sum()) if len(values) > 1 else 0,
        size=(patches[0].shape[1], patches[0].shape[2]),
        part=part,
        images=len(rows),
        unmade=unmade,
    )


def _alike(seen: list[list[Patch]]) -> list[list[Patch]]:
    """Return patches of one size, the largest: behind a transposed convolution places may see more than others."""
    every = [patch for of_unit in seen for patch in of_unit]
    high, wide = max(p.bottom - p.top for p in every), max(p.right - p.left for p in every)
    return [[Patch(p.top, p.left, p.top + high, p.left + wide) for p in of_unit] for of_unit in seen]


def _seen(model: Model, layer: UnitLayer, place: int, sides: tuple[int, ...]) -> Patch:
    whole = Patch(0, 0, *sides)
    if len(layer.shape) != 3 or not on_pixels(model):
        return whole
    where = tuple(int(k) for k in np.unravel_index(place, layer.shape[:-1]))
    seen = patch_seen(model.experiment.network, model.input_shape, layer.until, where)
    return whole if seen.bottom - seen.top >= sides[0] and seen.right - seen.left >= sides[1] else seen
