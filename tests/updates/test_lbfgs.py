"""L-BFGS: Newton's step on a bowl, Optax's path, SciPy's minimum, what its memory takes in, what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.optimize
from sklearn.datasets import load_digits

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.lbfgs import LBFGS


def rosenbrock(x):
    return 100 * (x["w"][1] - x["w"][0] ** 2) ** 2 + (1 - x["w"][0]) ** 2


def walked(rule, height, x, steps):
    """The places, the first left out, and the state at the end."""
    state, places = rule.init(x), []

    @jax.jit
    def step(x, state):
        value, g = jax.value_and_grad(height)(x)
        changes, state = rule.update(g, state, x, value=value, grad=g, value_fn=height)
        return optax.apply_updates(x, changes), state

    with jax.numpy_dtype_promotion("standard"):  # for Optax
        for _ in range(steps):
            x, state = step(x, state)
            places.append(x["w"])
    return np.asarray(places), state


def test_its_path_is_that_of_optax():  # U11
    with jax.enable_x64(True):
        begin = {"w": jnp.array([-1.2, 1.0])}
        ours, _ = walked(LBFGS(memory=3).build(), rosenbrock, begin, 20)
        theirs, _ = walked(optax.lbfgs(memory_size=3), rosenbrock, begin, 20)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_one_step_by_hand():
    # J = x^2 / 2 + 50 y^2 at (3, 0.04): g = (3, 4), |g| = 5, d = -g / 5 = (-0.6, -0.8). Along it J is 4.58 - 5 eta +
    # 32.18 eta^2, lowest at eta = 0.0777; a step that lowers J and leaves at most 0.9 of the slope -5 lies where
    # 0.0078 <= eta <= 0.1476. After it the pair is (s, y) = (eta d, (eta d_1, 100 eta d_2)).
    x = {"w": jnp.array([3.0, 0.04])}
    places, state = walked(LBFGS().build(), lambda x: x["w"][0] ** 2 / 2 + 50 * x["w"][1] ** 2, x, 2)
    eta = (3.0 - places[0, 0]) / 0.6
    assert 0.0078 < eta < 0.1476
    np.testing.assert_allclose(places[0], [3.0 - 0.6 * eta, 0.04 - 0.8 * eta], rtol=1e-5)
    np.testing.assert_allclose(state.moved[0], [-0.6 * eta, -0.8 * eta], rtol=1e-4)
    np.testing.assert_allclose(state.turned[0], [-0.6 * eta, -80 * eta], rtol=1e-4)
    np.testing.assert_allclose(state.inverse[0], 1 / (eta**2 * (0.36 + 64)), rtol=1e-4)
    assert int(state.pairs) == 1 and int(state.steps) == 2


def test_a_pair_that_shows_no_rising_slope_is_left_out():
    # J = -x^2 rises nowhere: s . y < 0 at every step.
    _, state = walked(LBFGS().build(), lambda x: -jnp.sum(jnp.square(x["w"])), {"w": jnp.ones(2)}, 3)
    assert int(state.pairs) == 0 and not np.asarray(state.inverse).any()


def test_at_the_bottom_it_stays():
    places, state = walked(LBFGS().build(), lambda x: jnp.sum(jnp.square(x["w"])), {"w": jnp.zeros(3)}, 3)
    np.testing.assert_array_equal(places, np.zeros((3, 3)))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(state))


def test_half_a_rate_goes_half_as_far():
    x = {"w": jnp.array([-1.2, 1.0])}
    whole, half = (walked(LBFGS(rate).build(), rosenbrock, x, 1)[0][0] for rate in (1.0, 0.5))
    np.testing.assert_allclose(half - x["w"], (whole - x["w"]) / 2, rtol=1e-5)


def regression():
    x, y = load_digits(return_X_y=True)
    return (x / 16).astype(np.float32), y.astype(np.int32)


def minimum(strength):
    """The lowest objective of softmax regression on the digits, by SciPy in float64."""
    x, y = regression()
    x, known = x.astype(np.float64), np.eye(10)[y]

    def height(flat):
        w, b = flat[:640].reshape(64, 10), flat[640:]
        scores = x @ w + b
        logs = scores - scipy.special.logsumexp(scores, axis=1, keepdims=True)
        back = (np.exp(logs) - known) / len(x)
        value = -(logs * known).sum() / len(x) + strength / 2 * (w**2).sum()
        return value, np.concatenate([(x.T @ back + strength * w).ravel(), back.sum(axis=0)])

    options = {"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-9}
    return scipy.optimize.minimize(height, np.zeros(650), jac=True, method="L-BFGS-B", options=options).fun


def test_softmax_regression_reaches_scipys_minimum_in_150_steps_and_again_to_the_bit():  # U11
    x, y = regression()
    experiment = Experiment(dense_network(10, hidden=()), SoftmaxCrossEntropy(), penalty=L2(1e-3), update=LBFGS())
    batches = Batches(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), None, None)
    fresh = population([start(learner_of(experiment), root(0), (64,), 150)])
    ends = [advance(fresh, batches, clock=0, count=150)[0].carry for _ in range(2)]
    objective = experiment.objective()
    with jax.enable_x64(True):
        params = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf[0], np.float64)), ends[0].params)
        scores = np.asarray(x, np.float64) @ np.asarray(params["dense_1"]["w"]) + np.asarray(params["dense_1"]["b"])
        reached = float(jnp.mean(objective.loss(jnp.asarray(scores), y)) + objective.penalty(params))
    assert reached == pytest.approx(minimum(1e-3), rel=1e-5)
    jax.tree.map(np.testing.assert_array_equal, *ends)


def test_what_it_needs_is_said():
    with pytest.raises(InputError, match=r"LBFGS\.memory must be at least 1; got 0\."):
        LBFGS(memory=0)
    rule, x = LBFGS().build(), jnp.ones(2)
    with pytest.raises(InputError, match=r"LBFGS searches along its step, so its update needs .* and value_fn too\."):
        rule.update(x, rule.init(x), x)
