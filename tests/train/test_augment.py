"""Training images changed inside the step: by the member's and the step's own draws, and nowhere else."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.errors import InputError
from thalweg.experiment import Experiment, Training
from thalweg.keys import role, root
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.train.evaluate import assess, part_of
from thalweg.train.fits import check_batch, check_fits
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.train.step import Batch, augmented, take_step
from thalweg.updates.lbfgs import LBFGS

N, SHAPE = 12, (5, 4, 2)
CHANGES = (RandomCrop(2), HorizontalFlip())
X = np.random.default_rng(0).normal(size=(N, *SHAPE)).astype(np.float32)
Y = np.arange(N) % 3


def experiment(augment=CHANGES):
    return Experiment(Sequential((Dense(3),)), SoftmaxCrossEntropy(), augment=augment)


def member(augment=CHANGES, seed=0):
    return start(learner_of(experiment(augment)), root(seed), SHAPE, 10)


def batch(x=X):
    return Batch(jnp.asarray(x), jnp.asarray(Y, jnp.int32), jnp.ones(N), jnp.ones(N))


def changed(seed, step):
    """The images of a step, changed by hand one after the other."""
    key = jax.random.fold_in(role(root(seed), "augment"), step)
    return CHANGES[1](CHANGES[0](X, key=role(key, "0")), key=role(key, "1"))


def equal(one, other):
    jax.tree.map(np.testing.assert_array_equal, one, other)


def test_a_step_sees_the_images_changed_one_after_the_other():  # D12
    one = member()
    for step in (0, 3):
        carry = one.carry._replace(step=jnp.asarray(step, one.carry.step.dtype))
        np.testing.assert_array_equal(augmented(one, carry, batch()).x, changed(0, step))
        with_changes, _ = take_step(one, carry, batch(), new_epoch=True)
        without, _ = take_step(member(()), carry, batch(changed(0, step)), new_epoch=True)
        equal(with_changes.params, without.params)
    assert not np.array_equal(changed(0, 0), changed(0, 3))


def test_targets_weights_and_a_step_without_changes_stay_as_they_are():
    given = batch()
    after = augmented(member(), member().carry, given)
    equal(after._replace(x=given.x), given)
    equal(augmented(member(()), member().carry, given), given)


def test_members_draw_their_own_and_chunks_of_steps_change_nothing():
    batches = Batches(jnp.asarray(X), jnp.asarray(Y, jnp.int32), jnp.ones(N), None, None)
    begun = population([member(seed=0), member(seed=1)])
    whole, _ = advance(begun, batches, clock=0, count=4)
    half, _ = advance(begun, batches, clock=0, count=2)
    halves, _ = advance(half, batches, clock=2, count=2)
    equal(whole.carry, halves.carry)
    alone, _ = advance(population([member(seed=1)]), batches, clock=0, count=4)
    equal(member_of(whole, 1).carry, member_of(alone, 0).carry)


def test_what_is_judged_is_not_changed():
    part = part_of(jnp.asarray(X), jnp.asarray(Y, jnp.int32), jnp.ones(N), np.arange(N))
    equal(assess(population([member()]), (part,)), assess(population([member(())]), (part,)))


def test_refuses_inputs_that_are_no_images_and_images_that_are_too_small():
    check_fits(experiment(), "classes", 3, SHAPE)
    with pytest.raises(InputError, match=r"^the augmentation RandomCrop is for images \(height, width, channels\)"):
        check_fits(experiment(), "classes", 3, (64,))
    with pytest.raises(InputError, match=r"^RandomCrop.padding must be less than the height and width of the images"):
        check_fits(experiment((RandomCrop(4),)), "classes", 3, SHAPE)


def test_refuses_a_rule_that_needs_the_same_objective_at_every_step():
    asked = Experiment(
        Sequential((Dense(3),)), SoftmaxCrossEntropy(), update=LBFGS(), training=Training(batch=N), augment=CHANGES
    )
    with pytest.raises(InputError, match=r"^the update rule LBFGS needs the same objective at every step, so that"):
        check_batch(asked, N)
