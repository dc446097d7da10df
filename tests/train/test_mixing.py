"""Steps that mix examples: who is mixed with whom, and what each target's loss then counts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.checks.overfit_tiny import fit_tiny
from thalweg.errors import InputError
from thalweg.experiment import Experiment, Training
from thalweg.keys import role, root
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.mixup import Mixup
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.sequential import Sequential
from thalweg.train.fits import check_batch, check_fits
from thalweg.train.mixing import partners
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.train.step import Batch, augmented, differentiate, take_step
from thalweg.types import Context
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.sgd import SGD

N, SHAPE = 6, (4, 3, 1)
X = np.random.default_rng(0).normal(size=(N, *SHAPE)).astype(np.float32)
CLASSES = np.array([0, 1, 2, 0, 1, 2], np.int32)
AMOUNTS = np.linspace(-1, 2, N, dtype=np.float32)[:, None]
ANSWERS = np.arange(3 * N, dtype=np.int32).reshape(N, 3) // 2 % 2


def member(mix, *, loss=SoftmaxCrossEntropy(), head=Dense(3), augment=(), reduction="mean", seed=0):  # noqa: B008
    made = Experiment(
        Sequential((Flatten(), head)), loss, update=SGD(0.1), augment=augment, mix=mix, reduction=reduction
    )
    return start(learner_of(made), root(seed), SHAPE, 10)


def batch(y=CLASSES, weight=None, mask=None, x=X):
    weight = np.ones(len(x), np.float32) if weight is None else weight
    return Batch(*map(jnp.asarray, (x, y, weight, np.ones(len(x), np.float32) if mask is None else mask)))


def drawn(mix, x, step=0, seed=0, mask=None):
    """(mixed inputs, partner, own part) of a step, from the keys that it has."""
    key = jax.random.fold_in(role(root(seed), "augment"), step)
    other = np.asarray(partners(role(key, "partners"), jnp.ones(len(x)) if mask is None else jnp.asarray(mask)))
    mixed, own = mix(x, x[other], key=role(key, "mix"))
    return mixed, other, np.asarray(own)


def equal(one, other):
    jax.tree.map(np.testing.assert_array_equal, one, other)


CASES = {
    "softmax": (SoftmaxCrossEntropy(), Dense(3), CLASSES),
    "smoothed": (SoftmaxCrossEntropy(label_smoothing=0.1), Dense(3), CLASSES),
    "amounts": (SquaredError(), Dense(1), AMOUNTS),
    "attributes": (AttributeCrossEntropy(), Dense(3), ANSWERS),
    "tree": (HierarchicalSoftmax(), HierarchicalDense(3), CLASSES),
}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("loss", "head", "y"), CASES.values(), ids=CASES)
def test_the_gradient_is_that_of_both_targets_losses_by_their_parts_and_weights(loss, head, y, reduction):  # R10
    mix, weight = Mixup(1.0), np.array([1, 3, 0, 2, 1, 1], np.float32)
    one = member(mix, loss=loss, head=head, reduction=reduction)
    found = differentiate(one, one.carry, augmented(one, one.carry, batch(y, weight)))
    mixed, other, own = drawn(mix, X)

    def objective(params):  # plainly, one example and one target after the other
        network, total, summed = one.learner.objective.network, 0.0, 0.0
        context = Context(False, None, jnp.ones(1))
        for i in range(N):
            outputs, _ = network.apply(params, one.carry.state, mixed[i][None], context=context)
            for target, counts in ((i, own[i]), (other[i], 1 - own[i])):
                summed += weight[target] * counts * one.learner.objective.loss(outputs, jnp.asarray(y[target][None]))[0]
                total += weight[target] * counts
        return summed / total if reduction == "mean" else summed

    expected, gradient = jax.value_and_grad(objective)(one.carry.params)
    np.testing.assert_allclose(found.value, expected, rtol=1e-5)
    jax.tree.map(lambda a, e: np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-5), found.gradients, gradient)
    after, _ = take_step(one, one.carry, batch(y, weight), new_epoch=True)
    np.testing.assert_allclose(after.weight_sum, (own * weight + (1 - own) * weight[other]).sum(), rtol=1e-6)
    for moved, begun, slope in zip(*map(jax.tree.leaves, (after.params, one.carry.params, gradient)), strict=True):
        np.testing.assert_allclose(moved, begun - 0.1 * slope, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_two_losses_are_the_loss_of_a_mixed_target(smoothing):  # R10, R7
    # With t = l onehot(y) + (1 - l) onehot(y_other), smoothed to (1 - e) t + e / 3: -sum_c t_c log p_c.
    mix = Cutmix()
    one = member(mix, loss=SoftmaxCrossEntropy(label_smoothing=smoothing))
    given = augmented(one, one.carry, batch())
    value = differentiate(one, one.carry, given).value
    mixed, other, own = drawn(mix, X)
    assert (own < 1).any()
    target = own[:, None] * np.eye(3)[CLASSES] + (1 - own)[:, None] * np.eye(3)[CLASSES[other]]
    target = (1 - smoothing) * target + smoothing / 3
    scores = np.asarray(mixed).reshape(N, -1) @ np.asarray(one.carry.params["dense_1"]["w"])  # the shifts are 0
    expected = -(target * np.asarray(jax.nn.log_softmax(scores))).sum(axis=1).mean()
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_the_real_rows_are_mixed_among_themselves_in_any_order():
    mask = np.array([1, 0, 1, 1, 0], np.float32)
    found = np.asarray(jax.vmap(lambda key: partners(key, jnp.asarray(mask)))(jax.random.split(root(0), 3000)))
    assert (found[:, [1, 4]] == [1, 4]).all()
    orders, counts = np.unique(found[:, [0, 2, 3]], axis=0, return_counts=True)
    assert sorted(map(tuple, orders.tolist())) == [(0, 2, 3), (0, 3, 2), (2, 0, 3), (2, 3, 0), (3, 0, 2), (3, 2, 0)]
    assert (abs(counts - 500) < 100).all()  # five deviations


@pytest.mark.parametrize("mix", [Mixup(1.0), Cutmix()], ids=["mixup", "cutmix"])
def test_what_pads_a_batch_changes_not_one_bit(mix):
    mask = np.array([1, 1, 1, 1, 0, 0], np.float32)
    one = member(mix)
    steps = []
    for filling in (1.0, -7.0):
        x = X.copy()
        x[4:] = filling
        given = augmented(one, one.carry, batch(weight=mask, mask=mask, x=x))
        assert given.weight[4:].tolist() == given.second.weight[4:].tolist() == [0.0, 0.0]
        steps.append(take_step(one, one.carry, batch(weight=mask, mask=mask, x=x), new_epoch=True)[0])
    equal(steps[0].params, steps[1].params)
    np.testing.assert_allclose(steps[0].weight_sum, 4, rtol=1e-6)


def test_images_are_mixed_behind_their_other_changes():
    one = member(Mixup(1.0), augment=(HorizontalFlip(),))
    key = jax.random.fold_in(role(root(0), "augment"), 0)
    flipped = HorizontalFlip()(X, key=role(key, "0"))
    np.testing.assert_array_equal(augmented(one, one.carry, batch()).x, drawn(Mixup(1.0), flipped)[0])


def test_chunks_of_steps_change_nothing_and_each_step_draws_anew():
    batches = Batches(*map(jnp.asarray, (X, CLASSES, np.ones(N, np.float32))), None, None)
    begun = population([member(Mixup(1.0), seed=0), member(Mixup(1.0), seed=1)])
    whole, _ = advance(begun, batches, clock=0, count=4)
    half, _ = advance(begun, batches, clock=0, count=2)
    halves, _ = advance(half, batches, clock=2, count=2)
    equal(whole.carry, halves.carry)
    assert not np.array_equal(drawn(Mixup(1.0), X, step=0)[2], drawn(Mixup(1.0), X, step=1)[2])


def test_the_examples_to_learn_by_heart_are_not_mixed():
    tiny = [fit_tiny(member(mix), X[:3], CLASSES[:3], enough=0.05) for mix in (Mixup(1.0), NoMixing())]
    assert tiny[0] == tiny[1]


def test_refuses_what_cannot_be_mixed():
    network, loss = Sequential((Dense(3),)), SoftmaxCrossEntropy()
    check_fits(Experiment(network, loss, mix=Mixup()), "classes", 3, (5,))
    with pytest.raises(InputError, match=r"^Cutmix cuts rectangles out of images"):
        check_fits(Experiment(network, loss, mix=Cutmix()), "classes", 3, (5,))
    alone = Experiment(network, loss, mix=Mixup(), training=Training(batch=1))
    with pytest.raises(InputError, match=r"^the mixing Mixup mixes examples of one batch; got batches of one\. Use --"):
        check_batch(alone, N)
    searching = Experiment(network, loss, update=LBFGS(), training=Training(batch=N), mix=Mixup())
    with pytest.raises(InputError, match=r"images cannot be changed at random, nor examples mixed\. Use --set augm"):
        check_batch(searching, N)
