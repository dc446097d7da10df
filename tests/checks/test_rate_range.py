"""Rates that are tried: the fastest one of a bowl whose curvature is known, and the interval made of it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.checks.prepared import from_arrays
from thalweg.activations.relu import ReLU
from thalweg.checks.rate_check import check_rate
from thalweg.checks.rate_range import RateRange, learning_rate, rate_range
from thalweg.checks.rate_sweep import Ground, RateSweep, _downhill, gains, sweep_rates
from thalweg.checks.tolerances import RATE_SHIFTS
from thalweg.experiment import Experiment, Training
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.spec import replaced
from thalweg.train.plan import Plan
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

RATES = 10.0 ** np.arange(-4, 0.1, 0.25)


def bowl(low, high, **parts):
    """One output, two inputs whose squares have means `low` and `high`: half squared error curves by these."""
    x = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]], np.float32) * np.sqrt([low, high])
    experiment = Experiment(Sequential((Dense(1),)), SquaredError(), update=SGD(1.0), **parts)
    ground = Ground(jnp.asarray(x, jnp.float32), jnp.asarray(x @ [[3.0], [-2.0]], jnp.float32), jnp.ones(4),
                    np.arange(4), 4)  # fmt: skip
    return ground, [start(learner_of(experiment), root(seed), (2,), 1000) for seed in (0, 1)]


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_fastest_rate_of_a_bowl_is_that_of_its_curvatures(scale):
    # Half squared error is f = (low a^2 + high b^2) / 2 with a, b the distances from the least; a step at rate r
    # multiplies them by 1 - r low and 1 - r high. The slower of both is fastest where r = 2 / (low + high), and above
    # 2 / high the loss grows.
    ground, starts = bowl(scale, 4 * scale)
    found = sweep_rates(starts, (0, 1), ground, steps=30)
    fastest = 2 / (5 * scale)
    for gain in found.gain:
        assert abs(np.log10(found.rates[np.argmin(gain)] / fastest)) <= 0.125
        assert gain[found.rates > 2 / (4 * scale)].min() == 0.5 and gain[found.rates < fastest].max() < 0
    # The gain is what the distances say: of start 0, by a loop of its own.
    w = np.asarray(starts[0].carry.params["dense_1"]["w"], float)[:, 0] - [3, -2]
    still, late = w**2 @ [scale, 4 * scale], 0.0
    at = int(np.argmin(found.gain[0])) - 2
    for _ in range(30):
        late = w**2 @ [scale, 4 * scale]
        w = w * (1 - found.rates[at] * np.array([scale, 4 * scale]))
    np.testing.assert_allclose(found.gain[0][at], np.log(late / still), rtol=1e-3)


def test_members_and_their_draws_are_left_as_they_were():
    ground, starts = bowl(1.0, 4.0)
    before = bits(starts)
    sweep_rates(starts, (0, 1), ground, steps=10)
    assert all(np.array_equal(a, b) for a, b in zip(before, bits(starts), strict=True))


def bits(members):
    plain = [member._replace(key=jax.random.key_data(member.key)) for member in members]
    return [np.asarray(leaf).copy() for leaf in jax.tree.leaves(plain)]


def test_a_try_goes_through_the_whole_schedule():
    # Half of the way up, half of it down along a cosine: of 1,000 steps the first 30 would hardly move, and the rates
    # of a whole course add up to half of those of a constant one, so that the fastest is higher.
    ground, starts = bowl(1.0, 4.0, schedule=Warmup(0.5, Cosine()))
    found = sweep_rates(starts[:1], (0,), ground, steps=30)
    assert found.gain.min() < -5
    assert 0.4 < found.rates[np.argmin(found.gain[0])] < 1.0


def test_the_mean_is_of_the_last_third_of_the_steps_whatever_epochs_they_lie_in():
    # 1,150 rows in batches of 400 are three steps an epoch, the last of 350 rows: of 10 steps the last three are the
    # second and third of the third epoch and the first of the fourth.
    prepared = digits(update=SGD(0.1))
    rows, size = prepared.split.train, len(prepared.y)
    ground = Ground(jnp.asarray(prepared.x), jnp.asarray(prepared.y), jnp.ones(size), rows, 400)
    begun = start(learner_of(prepared.experiment), root(0), (64,), 100)
    plan = Plan(rows, 400, 10, ((5, 0),))
    assert len(rows) == 1150 and plan.steps == 3
    means = {}
    for rate in (0.1, 1e-30):
        learner = learner_of(replaced(prepared.experiment, update=SGD(rate)))
        members, losses, counts = population([start(learner, root(0), (64,), 100)]), [], []
        for step in range(10):
            order, mask = (jnp.asarray(part[:, step % 3 : step % 3 + 1]) for part in plan.order(step // 3))
            members, _ = advance(members, Batches(*ground[:3], order, mask), clock=0, count=1)
            losses.append(float(members.carry.loss_sum[0]))
            counts.append(float(members.carry.weight_sum[0]))
        means[rate] = sum(losses[7:]) / sum(counts[7:])
    assert counts[7:] == [400, 350, 400]
    gain = gains(begun, 5, ground, steps=10)(0.1)
    np.testing.assert_allclose(gain, np.log(means[0.1] / means[1e-30]), rtol=1e-4)


def test_an_interval_is_made_of_the_fastest_rates():
    # Two parabolas in log10 rate, least at -2.2 and -1.8. Smoothing keeps a parabola's place, so c = -2; each start is
    # 0.2 from it, 0.1 more than is let pass, and the ends move out by 0.1.
    gain = np.stack([np.square(np.log10(RATES) + 2.2), np.square(np.log10(RATES) + 1.8)]) - 1
    found = rate_range(RateSweep(100, RATES, gain))
    low, suggested, high = RATE_SHIFTS[100]
    wanted = (-2 + low - 0.1, -2 + suggested, -2 + high + 0.1)
    np.testing.assert_allclose(np.log10(found[:3]), wanted, atol=1e-6)
    np.testing.assert_allclose(np.log10(found.fastest), (-2.2, -1.8), atol=1e-6)


def test_fewer_steps_know_less():
    widths = [high - low for low, _, high in (RATE_SHIFTS[steps] for steps in sorted(RATE_SHIFTS))]
    assert all(width >= widths[-1] for width in widths)
    assert all(low < suggested < high for low, suggested, high in RATE_SHIFTS.values())


def test_without_any_gain_there_is_no_interval():
    flat = RateSweep(100, RATES, np.zeros((3, len(RATES))))
    assert rate_range(flat) is None
    result = learning_rate(None, flat, 0.1)
    assert not result.passed
    assert result.text == "At no rate from 1e-08 to 100 did the loss fall by 2% in 100 steps from 3 starts."
    assert result.severity == "note"


@pytest.mark.parametrize(("rate", "passed"), [(1e-4, True), (9.9e-5, False), (0.025, True), (0.026, False)])
def test_rates_far_outside_are_a_warning(rate, passed):
    sweep = RateSweep(50, RATES, np.zeros((3, len(RATES))))
    result = learning_rate(RateRange(0.001, 0.003, 0.01, (0.005, 0.005, 0.005)), sweep, rate)
    assert (result.passed, result.severity, result.expected) == (passed, "warning", 0.003)
    assert result.text == (
        "The loss falls furthest at a rate of 0.005 in 50 steps from 3 starts; for a whole run about 0.001 to 0.01 "
        f"should suit. The run's is {rate:.2g}."
    )
    assert result.advice == "Try --set update.rate=0.003."


def digits(**parts):
    x, y = load_digits(return_X_y=True)
    return from_arrays(x.astype(np.float32), y, network=dense_network(10, hidden=(32,)), **parts)


def test_pixels_as_they_are_want_small_rates():
    # As in the notes' run on 3,072 pixels of 0 to 255 with their mean taken away and no scale, small first weights and
    # momentum: at 1e-6 the loss hardly moves, 3e-3 and 1e6 run away, and what trains lies within 1e-5 to 1e-3. Here
    # each of a digit's 64 pixels is there 48 times.
    x, y = load_digits(return_X_y=True)
    centred = np.repeat((x - x.mean(axis=0)).astype(np.float32) * (255 / 16), 48, axis=1)
    small = SmallNormal(1e-4)
    network = Sequential((Dense(50, small), Activation(ReLU()), Dense(10, small)))
    prepared = from_arrays(centred, y, network=network, standardize=False, update=Momentum(1e-4))
    ground = Ground(jnp.asarray(prepared.x), jnp.asarray(prepared.y), jnp.ones(len(y)), prepared.split.train, 100)
    begun = start(learner_of(prepared.experiment), root(0), (3072,), 1000)
    gain = gains(begun, 0, ground, steps=50)
    assert -0.01 < gain(1e-6) < 0 and gain(3e-3) == gain(1e6) == 0.5
    found = rate_range(sweep_rates([begun], (0,), ground, steps=50))
    assert found.low >= 1e-5 and found.high <= 1e-3


def test_each_start_has_first_weights_and_an_order_of_its_own():
    result = check_rate(digits(), seed=3, training_weight=np.ones(1797, np.float32), thorough=True)
    first, second, third = result.curve.values
    assert first != second and second != third and first != third
    again = check_rate(digits(), seed=4, training_weight=np.ones(1797, np.float32), thorough=True)
    if again.curve.at == result.curve.at:
        assert again.curve.values[0] == second  # seeds 3, 4, 5 and 4, 5, 6


def test_a_rate_far_too_high_does_not_hide_those_that_suit():
    # By luck a rate of 10 loses a little less than the powers of ten beside it: a walk downhill from there would end.
    def gain(rate):
        known = {1.0: 0.04, 10.0: -0.19, 100.0: 0.5, 0.1: -0.9, 0.01: -0.5}
        return known.get(rate, -0.05)

    assert _downhill(gain, 10.0) == -1
    assert _downhill(gain, 0.01) == -1


def test_a_short_run_tries_nothing_unless_asked_to():
    prepared = digits(training=Training(batch=64, epochs=2))
    result = check_rate(prepared, seed=0, training_weight=prepared.weight)
    assert (result.judged, result.passed) == (False, True)
    assert result.text == "The run has fewer steps than the tries would take, so no other rates are tried."


def test_a_dear_network_tries_nothing():
    wide = digits(
        training=Training(batch=64, epochs=500),
    )
    wide = wide._replace(experiment=Experiment(dense_network(10, hidden=(8192, 8192)), wide.experiment.loss))
    result = check_rate(wide, seed=0, training_weight=wide.weight, thorough=True)
    assert result.text == "The run takes long for a step, so no other rates are tried."


def test_a_rule_that_finds_its_own_step_is_not_asked():
    prepared = digits(update=LBFGS(), training=Training(batch=2000, epochs=50))
    assert check_rate(prepared, seed=0, training_weight=prepared.weight) is None
