"""Training images as a run's own augmentation changes them."""

import jax.numpy as jnp
import numpy as np

from thalweg.data.source import Source
from thalweg.mixings.no_mixing import NoMixing
from thalweg.monitors.picture import shrunk
from thalweg.platform import jit
from thalweg.preprocess.affine import undo
from thalweg.preprocess.chain import steps
from thalweg.preprocess.places import keeps_places
from thalweg.runs.inside import MOST_DRAWS, MOST_SHEET, SHEET_SIDE, Sheet
from thalweg.runs.looked_at import evenly
from thalweg.runs.worst_errors import are_images
from thalweg.spec import kind_of
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared
from thalweg.train.state import Member
from thalweg.train.step import Batch, augmented

_augmented = jit(augmented)


def contact_sheet(source: Source, prepared: Prepared, member: Member, plan: Plan) -> Sheet | None:
    """Return some training images, and what the network saw in their place in the first epochs.

    Nothing is drawn anew: each epoch's order is made again, and the batch that an image is in goes through the function
    that each training step calls, with the key that it had there.

    Args:
        source: Gives the images as they were read.
        prepared: Gives the preprocessed ones.
        member: The one that was trained, without a population axis: its changes and its key.
        plan: Its steps.

    Returns:
        At most 8 images, evenly chosen, with 4 draws each, which are those of the first 4 epochs whether or not the run
        got that far; None where nothing is changed, the data are no pictures, or the preprocessing mixes pixels.
    """
    preprocess = prepared.experiment.preprocess
    mixed = "" if isinstance(member.learner.mix, NoMixing) else kind_of(type(member.learner.mix))
    if not (member.learner.augment or mixed) or not are_images(source) or not keeps_places(preprocess, prepared.fitted):
        return None
    rows = plan.rows[evenly(len(plan.rows), MOST_SHEET)]
    draws = np.stack([_seen(prepared, member, plan, rows, epoch) for epoch in range(MOST_DRAWS)], axis=1)
    for _, learned in reversed(steps(preprocess, prepared.fitted)):
        draws = undo(learned, draws)
    pixels = np.clip(np.rint(draws), 0, 255).astype(np.uint8).reshape(-1, *draws.shape[2:])
    return Sheet(
        rows=tuple(map(int, rows)),
        pictures=shrunk(np.asarray(source.inputs)[rows], SHEET_SIDE),
        draws=shrunk(pixels, SHEET_SIDE),
        among=len(plan.rows),
        mixed=mixed,
    )


def _seen(prepared: Prepared, member: Member, plan: Plan, rows: np.ndarray, epoch: int) -> np.ndarray:
    """Return (k, height, width, channels): what stood for each row in the batch of an epoch that it was in."""
    order = plan.order(epoch)
    index, mask = (order[0][0], order[1][0]) if order else (plan.rows[None], np.ones((1, len(plan.rows)), np.float32))
    places = [tuple(np.argwhere((index == row) & (mask > 0))[0]) for row in rows]
    made = {}
    for step in sorted({step for step, _ in places}):
        carry = member.carry._replace(step=jnp.int32(epoch * plan.steps + step))
        made[step] = np.asarray(_augmented(member, carry, _batch(prepared, index[step], mask[step])).x)
    return np.stack([made[step][place] for step, place in places])


def _batch(prepared: Prepared, index: np.ndarray, mask: np.ndarray) -> Batch:
    wide = jnp.result_type(float)
    y = prepared.y[index]
    return Batch(
        jnp.asarray(prepared.x[index], wide),
        jnp.asarray(y, wide if y.dtype.kind == "f" else None),
        jnp.asarray(prepared.weight[index] * mask, wide),
        jnp.asarray(mask, wide),
    )
