"""Numbers that stop being finite: the step and the tensor are named as a replay by hand finds them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.small import STEPS, TRAIN, C, assert_same, batches, data, examples, experiment, train
from tests.train.test_loop import pace
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.train.nonfinite import all_finite, first_bad
from thalweg.train.population import member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.train.step import rows_of, take_step
from thalweg.updates.adam import Adam
from thalweg.updates.sgd import SGD


def finite(tree):
    return all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(tree))


def by_hand(spec, steps=40):
    """Step by step from the start until a number is not finite: its step, and all that is not finite then."""
    members = population([start(learner_of(spec), root(0), (examples()[0].shape[1],), steps)])
    member = member_of(members, 0)
    carry = member.carry
    for step in range(steps):
        epoch = batches(epoch=step // STEPS)
        batch = rows_of(epoch, epoch.order[0], epoch.mask[0], jnp.int32(step % STEPS))
        carry, view = jax.jit(take_step)(member, carry, batch, new_epoch=step % STEPS == 0)
        if not finite(carry):
            return step, view, carry
    raise AssertionError("all was finite")


@pytest.mark.parametrize("rate", [1e6, 1e9, 1e20, 1e38])
def test_too_high_a_rate_is_named_by_the_loss_or_weight_that_it_breaks(rate):
    step, view, carry = by_hand(experiment(rate))
    run = train([experiment(rate)], epochs=10, plan=pace(3))
    (ending,) = run.endings
    tensor, _, number = ending.partition(" was no longer a finite number at step ")
    assert int(number) == step
    if not finite(view.evaluated.data):
        assert tensor == "the loss"
    elif not finite(view.gradients):
        layer, name = tensor.removeprefix("the gradient of ").split("/")
        assert not finite(view.gradients[layer][name])
    else:
        layer, name = tensor.split("/")
        assert not finite(carry.params[layer][name])
    assert finite(run.members.best)
    assert run.clock == int(run.members.carry.step[0]) == step + 1


def broken(spec, *, x=None, y=None, count=STEPS):
    """What `first_bad` finds in one chunk of `spec` on odd data."""
    plain = batches()
    given = Batches(plain.x if x is None else jnp.asarray(x), plain.y if y is None else jnp.asarray(y), *plain[2:])
    member = start(learner_of(spec), root(0), given.x.shape[1:], 100)
    return first_bad(population([member]), 0, given, clock=0, count=count)


def linear(update, **changes):
    given = {"network": Sequential((Dense(C),)), "penalty": NoPenalty(), "update": update}
    return experiment(**{**given, **changes})


def test_a_loss_that_overflows_is_named_before_all_that_follows_from_it():
    x, _ = examples()
    regression = Experiment(Sequential((Dense(1),)), SquaredError(), update=SGD(1e-3))
    bad = broken(regression, y=np.full((len(x), 1), 1e30, np.float32))
    assert (bad.moment, bad.step, bad.tensor) == (0, 0, "the loss")


def test_an_input_that_overflows_is_found_at_the_step_that_meets_it():
    x, y = examples()
    x[int(np.asarray(batches().order)[0, 2, 0])] = 1e25  # the square of the error overflows
    regression = Experiment(Sequential((Dense(1),)), SquaredError(), update=SGD(1e-3))
    bad = broken(regression, x=x, y=y[:, None].astype(np.float32))
    assert (bad.step, bad.tensor) == (2, "the loss")


def test_weights_that_overflow_are_named_themselves():
    # The gradients are below 1e3, the rate is the largest that 32 bits hold.
    bad = broken(linear(SGD(3e38)), x=1e3 * examples()[0])
    assert (bad.step, bad.tensor) == (0, "dense_1/w")


def test_what_the_update_rule_remembers_counts_too():
    # Gradients of 1e25 are finite, their squares are not: Adam would stand still for ever without a word.
    bad = broken(linear(Adam(1e-3)), x=np.float32(1e25) * examples()[0])
    assert (bad.step, bad.tensor) == (0, "the update rule's square/dense_1/w")


def test_what_a_layer_remembers_counts_too():
    # The variance of 1e30 overflows and the outputs become 0: nothing else would show it.
    network = Sequential((BatchNorm(), Dense(C)))
    bad = broken(linear(SGD(1e-3), network=network), x=np.float32(1e30) * examples()[0])
    assert (bad.step, bad.tensor) == (0, "batch_norm_1/variance")


def test_tensors_are_named_in_the_networks_order_not_the_alphabets():
    network = Sequential((Named("zebra", Dense(3)), Named("ape", Dense(C))))
    bad = broken(linear(SGD(3e38), network=network), x=1e6 * examples()[0])
    assert bad.tensor == "zebra/w"


def test_the_sum_of_an_epochs_losses_may_overflow_alone():
    # 1e37 a row: the sum over 32 rows is within the range of 32 bits, that over 64 is not.
    regression = Experiment(Sequential((Dense(1),)), SquaredError(), update=SGD(1e-30))
    bad = broken(regression, y=np.full((len(examples()[1]), 1), np.sqrt(2e37), np.float32))
    assert (bad.step, bad.tensor) == (1, "the sum of the epoch's losses")


@pytest.mark.parametrize("weight", [0.0, 1e-44])
def test_a_mean_loss_over_nothing_ends_the_run(weight):
    ones = data().weight
    run = train([experiment(0.1)], parts=data(weight=weight * ones, scoring_weight=ones), epochs=2)
    assert run.endings == ("the mean loss was no longer a finite number at step 0",)
    assert run.clock == 1


def test_the_carry_is_the_one_right_after_the_step():
    step, _, carry = by_hand(experiment(1e6))
    run = train([experiment(1e6)], epochs=10)
    for ours, leaf in zip(jax.tree.leaves(carry), jax.tree.leaves(run.members.carry), strict=True):
        np.testing.assert_allclose(leaf[0], ours, rtol=1e-3)
    assert run.members.carry.step.tolist() == [step + 1]


def test_each_member_is_looked_at_by_itself():
    spec = experiment()
    members = population([start(learner_of(spec), root(s), (6,), 10) for s in range(3)])
    assert all_finite(members).tolist() == [True, True, True]
    spoilt = members.carry.params["dense_2"]["b"].at[1, 2].set(jnp.nan)
    carry = members.carry._replace(loss_sum=jnp.array([0.0, 0.0, jnp.inf]))
    carry.params["dense_2"]["b"] = spoilt
    assert all_finite(members._replace(carry=carry)).tolist() == [True, False, False]


def test_a_better_score_from_broken_numbers_does_not_count():
    # A variance of infinity makes every output 0, which is right here: the best score, by a network that is broken.
    x, y = examples()
    x[TRAIN] *= np.float32(1e30)
    spec = experiment(network=Sequential((BatchNorm(), Dense(1))), loss=SquaredError(), penalty=NoPenalty())
    run = train([spec], epochs=2, parts=data(x=x, y=np.zeros((len(y), 1), np.float32), metric="rmse"))
    table = run.history.evaluation_table()
    assert run.endings == ("batch_norm_1/variance was no longer a finite number at step 0",)
    assert table["validation_score"][-1, 0] == 0.0 < table["validation_score"][0, 0] == run.best_score[0]
    assert table["better"][:, 0].tolist() == [True, False]
    assert finite(run.members.best)


def test_a_run_on_inputs_that_overflow_keeps_its_first_weights():
    x, _ = examples()
    run = train([experiment(0.1)], epochs=3, parts=data(x=x * np.float32(1e37)))
    assert "no longer a finite number" in run.endings[0]
    assert finite(run.members.best)
    fresh = population([start(learner_of(experiment(0.1)), root(0), (6,), 12)])
    assert_same(run.members.best, fresh.best)
