"""A step of training, and training as a whole, against a plain NumPy loop."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.data.batches import epoch_order
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.schedules.cosine import Cosine
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import learner_of
from thalweg.train.step import Batch, take_step
from thalweg.updates.momentum import Momentum
from thalweg.updates.nesterov import Nesterov

ROWS, D, C, BATCH, EPOCHS, SEED = 100, 5, 3, 32, 3, 11  # three batches of 32 rows and one of 4
RATE, MU, STRENGTH = 0.3, 0.8, 0.01


def examples():
    random = np.random.default_rng(2)
    return random.normal(size=(ROWS + 20, D)), random.integers(0, C, ROWS + 20), random.uniform(0.2, 3, ROWS + 20)


def probabilities(x, w, b):
    scores = x @ w + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def mean_loss(x, y, weight, w, b):
    return np.average(-np.log(probabilities(x, w, b)[np.arange(len(y)), y]), weights=weight)


def by_hand(w, b, x, y, weight):
    """Softmax regression with momentum, L2 on the weights and a cosine schedule, written out."""
    v = [np.zeros_like(w), np.zeros_like(b)]
    total, step, running = EPOCHS * 4, 0, []
    for epoch in range(EPOCHS):
        order = epoch_order(np.arange(ROWS), seed=SEED, ordinal=0, epoch=epoch, batch=BATCH)
        losses, weights = 0.0, 0.0
        for rows, real in zip(order.index, order.weight, strict=True):
            rows = rows[real > 0]
            share = weight[rows] / weight[rows].sum()
            losses += weight[rows].sum() * mean_loss(x[rows], y[rows], weight[rows], w, b)
            weights += weight[rows].sum()
            dscores = share[:, None] * (probabilities(x[rows], w, b) - np.eye(C)[y[rows]])
            rate = RATE * (1 + np.cos(np.pi * step / total)) / 2
            for i, gradient in enumerate((x[rows].T @ dscores + STRENGTH * w, dscores.sum(axis=0))):
                v[i] = MU * v[i] - rate * gradient
            w, b, step = w + v[0], b + v[1], step + 1
        running.append(losses / weights)
    return w, b, running


@pytest.mark.parametrize(("wide", "tolerance"), [(False, 1e-5), (True, 1e-10)], ids=["float32", "float64"])
def test_three_epochs_are_those_of_a_plain_loop(wide, tolerance):
    x, y, weight = examples()
    rule = {"penalty": L2(STRENGTH), "update": Momentum(RATE, MU), "schedule": Cosine()}
    spec = Experiment(Sequential((Dense(C),)), SoftmaxCrossEntropy(), **rule)
    with jax.enable_x64(wide):
        plan = Plan(np.arange(ROWS), BATCH, EPOCHS * 4, ((SEED, 0),))
        members = population([start(learner_of(spec), root(SEED), (D,), plan.total)])
        first = jax.tree.map(lambda leaf: np.asarray(leaf[0], np.float64), members.carry.params["dense_1"])
        validation = np.arange(ROWS, ROWS + 20)
        parts = Data(x, y, weight, validation, np.arange(ROWS), np.arange(10), "cross_entropy")
        trained = run(LoopState(members), parts, plan, Watch())
        last = jax.tree.map(lambda leaf: np.asarray(leaf[0]), trained.members.carry.params["dense_1"])
    w, b, running = by_hand(first["w"], first["b"], x, y, weight)
    np.testing.assert_allclose(last["w"], w, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(last["b"], b, rtol=tolerance, atol=tolerance)
    assert last["w"].dtype == (np.float64 if wide else np.float32)
    assert np.abs(w - first["w"]).max() > 0.1
    table = trained.history.evaluation_table()
    np.testing.assert_allclose(table["running_loss"][1:, 0], running, rtol=tolerance)
    for name, rows in (("training_loss", slice(0, ROWS)), ("validation_score", slice(ROWS, None))):
        at_end = mean_loss(x[rows], y[rows], weight[rows], w, b)
        np.testing.assert_allclose(table[name][-1, 0], at_end, rtol=tolerance)


def stepped(weight, *, new_epoch=True, carry=None, update=Momentum(RATE, MU), **others):  # noqa: B008
    x, y, _ = examples()
    spec = Experiment(Sequential((Dense(C),)), SoftmaxCrossEntropy(), update=update, **others)
    member = start(learner_of(spec), root(0), (D,), 10)
    batch = Batch(
        jnp.asarray(x[:4], jnp.float32), jnp.asarray(y[:4], jnp.int32), jnp.asarray(weight, jnp.float32), jnp.ones(4)
    )
    return member, *take_step(member, carry or member.carry, batch, new_epoch=new_epoch)


def test_a_view_shows_the_step_before_and_after():
    member, after, view = stepped([1, 1, 1, 1])
    assert view.before is member.carry.params
    assert view.after is after.params
    w = member.carry.params["dense_1"]["w"]
    np.testing.assert_allclose(view.after["dense_1"]["w"], w - RATE * view.gradients["dense_1"]["w"], rtol=1e-5)
    assert (int(view.step), int(after.step)) == (0, 1)
    assert float(view.rate) == np.float32(RATE)


def test_the_epochs_sums_start_again_with_an_epoch():
    _, once, view = stepped([1, 2, 0.5, 0.5])
    assert float(once.weight_sum) == 4.0
    np.testing.assert_allclose(once.loss_sum, 4 * view.evaluated.data, rtol=1e-6)
    _, twice, second = stepped([1, 1, 1, 1], new_epoch=False, carry=once)
    np.testing.assert_allclose(twice.loss_sum, 4 * (view.evaluated.data + second.evaluated.data), rtol=1e-6)
    _, anew, third = stepped([1, 1, 1, 1], new_epoch=True, carry=once)
    np.testing.assert_allclose(anew.loss_sum, 4 * third.evaluated.data, rtol=1e-6)
    assert (float(twice.weight_sum), float(anew.weight_sum)) == (8.0, 4.0)


def test_a_batch_in_which_nobody_counts_moves_nothing():
    member, after, view = stepped([0, 0, 0, 0])
    np.testing.assert_array_equal(after.params["dense_1"]["w"], member.carry.params["dense_1"]["w"])
    assert float(view.evaluated.data) == float(after.loss_sum) == 0.0


def test_an_infinite_loss_stays_in_the_sum():
    # The loop looks once a chunk only, which in full batch is many epochs.
    _, once, _ = stepped([1, 1, 1, 1])
    _, after, _ = stepped([1, 1, 1, 1], new_epoch=True, carry=once._replace(loss_sum=jnp.float32(np.inf)))
    assert not np.isfinite(after.loss_sum)


def test_a_rule_that_looks_ahead_gets_the_gradient_of_its_point_and_moves_the_parameters():
    rule = Nesterov(RATE, MU)
    _, once, _ = stepped([1, 1, 1, 1], update=rule)
    _, twice, view = stepped([1, 1, 1, 1], carry=once, update=rule)
    point = rule.gradient_point(once.params, once.rule_state)
    _, _, there = stepped([1, 1, 1, 1], carry=once._replace(params=point), update=Momentum(RATE, MU))
    for name in ("w", "b"):
        np.testing.assert_array_equal(view.gradients["dense_1"][name], there.gradients["dense_1"][name])
        v = MU * once.rule_state.velocity["dense_1"][name] - RATE * view.gradients["dense_1"][name]
        np.testing.assert_allclose(
            twice.params["dense_1"][name], once.params["dense_1"][name] + v, rtol=1e-5, atol=1e-7
        )
    assert view.before is once.params
