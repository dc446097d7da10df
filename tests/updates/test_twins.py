"""Update rules against their equations, written out number by number for one parameter."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from thalweg.errors import InputError
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.nadam import Nadam
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.nesterov_rmsprop import NesterovRmsprop
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.uncorrected_adam import UncorrectedAdam

GRADIENTS = [2.0, -3.0, 0.5, 0.0, 4.0, -0.1, 1.0, 1.0, -2.0, 7.0]


def adagrad(x, gradients, rule):
    r = 0.0
    for g in gradients:
        r += g * g
        x -= rule.rate * g / (rule.delta + math.sqrt(r))
        yield x


def rmsprop(x, gradients, rule):
    r = 0.0
    for g in gradients:
        r = rule.rho * r + (1 - rule.rho) * g * g
        x -= rule.rate * g / math.sqrt(rule.delta + r)
        yield x


def adadelta(x, gradients, rule):
    r = s = 0.0
    for g in gradients:
        r = rule.rho * r + (1 - rule.rho) * g * g
        d = math.sqrt(s + rule.epsilon) / math.sqrt(r + rule.epsilon) * g
        s = rule.rho * s + (1 - rule.rho) * d * d
        x -= rule.rate * d
        yield x


def uncorrected_adam(x, gradients, rule):
    m = v = 0.0
    for g in gradients:
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g * g
        x -= rule.rate * m / (math.sqrt(v) + rule.epsilon)
        yield x


def adamax(x, gradients, rule):
    m = u = 0.0
    for t, g in enumerate(gradients, 1):
        m = rule.beta1 * m + (1 - rule.beta1) * g
        u = max(rule.beta2 * u, abs(g) + rule.epsilon)
        x -= rule.rate * m / (1 - rule.beta1**t) / u
        yield x


def nadam(x, gradients, rule):
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g * g
        ahead = rule.beta1 * m / (1 - rule.beta1 ** (t + 1)) + (1 - rule.beta1) * g / (1 - rule.beta1**t)
        x -= rule.rate * ahead / (math.sqrt(v / (1 - rule.beta2**t)) + rule.epsilon)
        yield x


def adamw(x, gradients, rule):
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g * g
        step = m / (1 - rule.beta1**t) / (math.sqrt(v / (1 - rule.beta2**t)) + rule.epsilon)
        x -= rule.rate * step + rule.rate * rule.decay * x
        yield x


def lion(x, gradients, rule):
    m = 0.0
    for g in gradients:
        c = rule.beta1 * m + (1 - rule.beta1) * g
        x -= rule.rate * (np.sign(c) + rule.decay * x)
        m = rule.beta2 * m + (1 - rule.beta2) * g
        yield x


def look_ahead(x, gradients, rule):
    v = 0.0
    for g in gradients:
        before, v = v, rule.mu * v - rule.rate * g
        x += -rule.mu * before + (1 + rule.mu) * v
        yield x


def nesterov_rmsprop(x, gradients, rule):
    v = r = 0.0
    for g in gradients:
        r = rule.rho * r + (1 - rule.rho) * g * g
        v = rule.mu * v - (rule.rate * g / math.sqrt(r) if r else 0.0)
        x += v
        yield x


TWINS = [
    (Adagrad(0.3, 0.01), adagrad),
    (RMSprop(0.3, 0.8, 0.01), rmsprop),
    (Adadelta(0.7, 0.8, 0.01), adadelta),
    (UncorrectedAdam(0.3, 0.8, 0.98), uncorrected_adam),
    (Adamax(0.3, 0.8, 0.9), adamax),
    (Nadam(0.3, 0.8, 0.98), nadam),
    (AdamW(0.3, 0.8, 0.98, decay=0.4), adamw),
    (Lion(0.3, 0.8, 0.9, decay=0.4), lion),
    (LookAheadNesterov(0.3, 0.8), look_ahead),
    (NesterovRmsprop(0.3, 0.8, 0.9), nesterov_rmsprop),
]


@pytest.mark.parametrize(("rule", "twin"), TWINS, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize(("wide", "rtol"), [(True, 1e-12), (False, 2e-4)], ids=["float64", "float32"])
def test_ten_steps_are_those_of_the_equations(rule, twin, wide, rtol):  # U4, U5, U6, U7, U8, U9, U10
    with jax.enable_x64(wide):
        made, x, path = rule.build(), {"w": jnp.ones(1)}, []
        state = made.init(x)
        for g in GRADIENTS:
            changes, state = made.update({"w": jnp.full(1, g)}, state, x)
            x = optax.apply_updates(x, changes)
            path.append(float(x["w"][0]))
    np.testing.assert_allclose(path, list(twin(1.0, GRADIENTS, rule)), rtol=rtol, atol=1e-5 if not wide else 1e-14)


def test_the_first_step_without_correction_is_316_times_the_rate():  # U7: (1 - 0.9) / sqrt(1 - 0.999)
    rule = UncorrectedAdam(1.0).build()
    changes, _ = rule.update(jnp.array([50.0]), rule.init(jnp.zeros(1)))
    np.testing.assert_allclose(changes, [-3.16], atol=0.005)


def bowl(x):
    return jnp.sum(jnp.array([1.0, 8.0]) * (x - 3.0) ** 2) / 2


def nesterov_path(rule, steps=20):
    made, x = rule.build(), {"w": jnp.array([10.0, -5.0])}
    state, path, points = made.init(x), [], []
    for _ in range(steps):
        point = rule.gradient_point(x, state) if hasattr(rule, "gradient_point") else x
        changes, state = made.update(jax.grad(lambda p: bowl(p["w"]))(point), state, x)
        x = optax.apply_updates(x, changes)
        path.append(np.asarray(x["w"]))
        points.append(np.asarray(point["w"]))
    return np.array(path), np.array(points)


def test_the_look_ahead_form_walks_the_points_at_which_algorithm_8_3_takes_its_gradients():  # U3
    with jax.enable_x64(True):
        _, points = nesterov_path(Nesterov(0.05, 0.8))
        path, _ = nesterov_path(LookAheadNesterov(0.05, 0.8))
    np.testing.assert_allclose(path[:-1], points[1:], rtol=1e-12)


def test_algorithm_8_3_against_optax_whose_iterate_is_the_point():  # U3
    with jax.enable_x64(True):
        _, points = nesterov_path(Nesterov(0.05, 0.8), 11)
        rule, x, theirs = optax.sgd(0.05, momentum=0.8, nesterov=True), jnp.array([10.0, -5.0]), []
        state = rule.init(x)
        for _ in range(10):
            changes, state = rule.update(jax.grad(bowl)(x), state)
            x = x + changes
            theirs.append(x)
    np.testing.assert_allclose(points[1:], theirs, rtol=1e-12)


def test_looking_ahead_overshoots_less_than_momentum():
    ahead, plain = (nesterov_path(rule)[0] for rule in (Nesterov(0.05, 0.9), Momentum(0.05, 0.9)))
    assert ahead[:, 1].max() < plain[:, 1].max()  # both come from -5 and want to stop at 3


def test_decay_acts_on_weights_alone_and_l2_does_not_do_the_same():  # R11
    x = {"dense_1": {"w": jnp.array([1.0, 1.0]), "b": jnp.array([1.0])}}
    rule = AdamW(0.1, decay=0.5).build()
    changes, _ = rule.update({"dense_1": {"w": jnp.array([100.0, 1e-3]), "b": jnp.array([1.0])}}, rule.init(x), x)
    # Whatever the gradient's size the step is the rate, and the decay 0.1 0.5 1 is added to it.
    np.testing.assert_allclose(changes["dense_1"]["w"], [-0.15, -0.15], rtol=1e-4)
    np.testing.assert_allclose(changes["dense_1"]["b"], [-0.1], rtol=1e-4)
    # As a penalty 0.5 w in the gradient it would vanish beside 100, and be all there is beside 1e-3.
    inside = AdamW(0.1, decay=0.0).build()
    with_l2, _ = inside.update({"dense_1": {"w": jnp.array([100.5, 0.501]), "b": jnp.array([1.0])}}, inside.init(x), x)
    np.testing.assert_allclose(with_l2["dense_1"]["w"], [-0.1, -0.1], rtol=1e-4)


@pytest.mark.parametrize("rule", [AdamW(), Lion()], ids=["AdamW", "Lion"])
def test_a_decay_without_weights_is_refused(rule):
    made = rule.build()
    with pytest.raises(
        InputError, match=r"shrinks the weights, so its update needs them; got none\. Give params too\."
    ):
        made.update(jnp.ones(1), made.init(jnp.ones(1)))


def test_a_parameter_that_never_had_a_gradient_stays_where_it_is():  # U5: 0 / 0 is taken for 0
    rule = NesterovRmsprop().build()
    changes, state = rule.update(jnp.array([0.0, 1.0]), rule.init(jnp.zeros(2)))
    assert changes[0] == 0 and changes[1] < 0 and np.isfinite(np.asarray(state.square)).all()
