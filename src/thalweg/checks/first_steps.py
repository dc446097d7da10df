"""What the first steps of an experiment's own update rule do to a fresh network, tensor by tensor."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.overfit_tiny import in_float
from thalweg.checks.tolerances import FRESH_STEPS, SAME_UNIT
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.noise import without_noise
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.platform import jit
from thalweg.projections.no_projection import NoProjection
from thalweg.schedules.constant import Constant
from thalweg.spec import replaced, traced
from thalweg.train.observers import View
from thalweg.train.state import Carry, Learner, Member
from thalweg.train.step import Batch, take_step
from thalweg.trees import is_weight, named_leaves, units_first
from thalweg.types import Array


class TensorStep(NamedTuple):
    """One step of one tensor."""

    gradient: float  # its length
    change: float  # its length
    ascent: float  # cosine between the change and the gradient, without what lies along the tensor itself; 0 for none
    same: np.ndarray  # (units,), whether weights and gradient are those of another unit; (0,) of what is no weight


class FirstSteps(NamedTuple):
    """What the steps did."""

    tensors: dict[str, tuple[TensorStep, ...]]  # by path, in the order of the tree; a step each
    sizes: dict[str, int]  # numbers in each
    after: Member


def without_chance(member: Member) -> Member:
    """Return a fresh member that will take plain steps: its own rule at its full rate, on the data's loss alone.

    Args:
        member: Without a population axis.

    Returns:
        The member without noise, penalty, projection, augmentation, mixing and schedule, in full precision.
    """
    learner = member.learner
    network = replaced(without_noise(learner.objective.network), precision="full")
    objective = replaced(learner.objective, network=network, penalty=NoPenalty())
    plain: Learner = replaced(
        learner, objective=objective, schedule=Constant(), projection=NoProjection(), augment=(), mix=NoMixing()
    )
    return member._replace(learner=traced(plain))


def take_first_steps(member: Member, x: np.ndarray, targets: np.ndarray) -> FirstSteps:
    """Take a few steps on one batch.

    Args:
        member: See `without_chance`.
        x: (n, ...) preprocessed examples.
        targets: Theirs.

    Returns:
        What was measured. Two units are the same where weights and gradient differ by at most 0.1% of their length.
    """
    inputs, y = in_float(x), in_float(targets)
    sizes = {path: int(np.size(leaf)) for path, leaf in named_leaves(member.carry.params).items()}
    found: dict[str, list[TensorStep]] = {path: [] for path in sizes}
    for _ in range(FRESH_STEPS):
        carry, view = _compiled(member, inputs, y)
        trees = [named_leaves(jax.device_get(tree)) for tree in (view.before, view.gradients, view.after)]
        for path, steps in found.items():
            steps.append(_measured(path, *(np.asarray(tree[path], np.float64) for tree in trees)))
        member = member._replace(carry=carry)
    return FirstSteps({path: tuple(steps) for path, steps in found.items()}, sizes, member)


def _step(member: Member, x: Array, y: Array) -> tuple[Carry, View]:
    ones = jnp.ones(len(x), x.dtype)
    return take_step(member, member.carry, Batch(x, y, ones, ones), new_epoch=True)


_compiled = jit(_step)


def _measured(path: str, w: np.ndarray, g: np.ndarray, after: np.ndarray) -> TensorStep:
    with np.errstate(over="ignore", invalid="ignore"):  # of a step far too long; what is not finite is told by others
        return _compared(path, w, g, after)


def _compared(path: str, w: np.ndarray, g: np.ndarray, after: np.ndarray) -> TensorStep:
    change = after - w
    length, moved, along = np.linalg.norm(g), np.linalg.norm(change), np.vdot(w, w)
    # A decay of weights goes along them: what is left of the gradient beside them is not its business.
    beside = g - np.vdot(g, w) / (along or 1.0) * w
    left = np.linalg.norm(beside)
    known = bool(left > SAME_UNIT * length and moved > 0)
    ascent = float(np.vdot(beside, change) / (left * moved)) if known else 0.0
    weights = is_weight(path) and w.ndim > 1
    return TensorStep(float(length), float(moved), ascent, _same(path, w, g) if weights else np.zeros(0, bool))


def _same(path: str, w: np.ndarray, g: np.ndarray) -> np.ndarray:
    first, second = (np.moveaxis(a, 0 if units_first(path) else -1, 0) for a in (w, g))
    w, g = (a.reshape(len(a), -1) for a in (first, second))  # (units, inputs)
    # Along a random direction equal rows fall on one point, and so follow each other.
    order = np.argsort(w @ np.random.default_rng(0).normal(size=w.shape[1]), kind="stable")
    same = np.zeros(len(w), bool)
    same[order[1:]] = _close(w[order]) & _close(g[order])
    return same


def _close(rows: np.ndarray) -> np.ndarray:
    """Say of each row but the first whether it is the one before it."""
    length = np.linalg.norm(rows, axis=1)
    return np.linalg.norm(np.diff(rows, axis=0), axis=1) <= SAME_UNIT * np.maximum(length[1:], length[:-1])
