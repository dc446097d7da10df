"""Networks on points of a plane, and what each rectified unit sees of the points, step by step."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.data.toy import load_toy
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.spec import replaced, traced
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, Member, learner_of
from thalweg.updates.sgd import SGD

UNITS, STEPS, EVERY = 16, 600, 10
RATE, JUMP, AT = 1.0, 10.0, 300  # from step 300 on one network's rate is ten times as high
FAR, MOVED = 4.0, 4  # biases of -4 and of 4, of four units each
LAYER = "dense_1"


class Units(NamedTuple):
    """Rectified units with two inputs, and the points they see."""

    w: np.ndarray  # (2, units)
    b: np.ndarray  # (units,)
    on: np.ndarray  # (units,) share of the points that activate each

    @property
    def dead(self) -> np.ndarray:
        """(units,) whether no point activates it: it has no gradient."""
        return self.on == 0

    @property
    def always(self) -> np.ndarray:
        """(units,) whether every point does: it is linear."""
        return self.on == 1


class Course(NamedTuple):
    """One network from its first weights to its last."""

    first: Units
    last: Units
    step: np.ndarray  # (k,) how many steps were made
    loss: np.ndarray  # (k,) mean loss of the last step made
    dead: np.ndarray  # (k,) units that no point activates


class Courses(NamedTuple):
    """The same first weights three times over."""

    x: np.ndarray  # (n, 2)
    steady: Course
    jumped: Course  # its rate too high from step 300 on
    displaced: Course  # its first biases far off for eight units


def run_courses(seed: int) -> Courses:
    """Train three networks of 16 rectified units on the spiral, full batch.

    Args:
        seed: Of the points and the first weights; 0 to 4294967295.

    Returns:
        What their units saw.

    Raises:
        InputError: If the seed is out of its range.
    """
    key = root(seed)
    source = load_toy("spiral", seed=seed)
    x = np.asarray(source.inputs, np.float32)
    batches = Batches(x, source.targets.astype(np.int32), np.ones(len(x), np.float32), None, None)
    experiment = Experiment(dense_network(3, hidden=(UNITS,)), SoftmaxCrossEntropy(), update=SGD(RATE))
    member = start(learner_of(experiment), key, (2,), STEPS)
    members = population([member, member, _displaced(member)])
    looks, losses = [_units(members, x)], []
    for clock in range(0, STEPS, EVERY):
        if clock == AT:
            rates = np.array([RATE, JUMP, RATE], np.float32)
            rule = replaced(members.learner.update, rate=rates)
            members = members._replace(learner=traced(replaced(members.learner, update=rule)))
        members, _ = advance(members, batches, clock=clock, count=EVERY)
        looks.append(_units(members, x))
        losses.append(np.asarray(members.carry.loss_sum / members.carry.weight_sum, float))
    courses = [
        Course(
            looks[0][k],
            looks[-1][k],
            np.arange(EVERY, STEPS + 1, EVERY),
            np.array([loss[k] for loss in losses]),
            np.array([look[k].dead.sum() for look in looks[1:]]),
        )
        for k in range(3)
    ]
    return Courses(x, *courses)


def _displaced(member: Member) -> Member:
    biases = np.zeros(UNITS, np.float32)
    biases[:MOVED], biases[MOVED : 2 * MOVED] = -FAR, FAR
    params = dict(member.carry.params)
    params[LAYER] = {**params[LAYER], "b": jnp.asarray(biases)}
    return member._replace(carry=member.carry._replace(params=params))


def _units(members: Member, x: np.ndarray) -> list[Units]:
    found = []
    for k in range(len(np.asarray(members.alive))):
        layer = member_of(members, k).carry.params[LAYER]
        w, b = np.asarray(layer["w"]), np.asarray(layer["b"])
        found.append(Units(w, b, (x @ w + b > 0).mean(axis=0)))
    return found
