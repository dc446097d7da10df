"""Our parts against well-kept libraries that define the same."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.special

from thalweg.activations.elu import ELU
from thalweg.activations.gelu import GELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.silu import SiLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.softplus import Softplus
from thalweg.activations.tanh import Tanh
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.cyclic import Cyclic
from thalweg.schedules.exponential import Exponential
from thalweg.schedules.one_cycle import OneCycle
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adam import Adam
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.nadam import Nadam
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD

rng = np.random.default_rng(0)
SCORES, LABELS = rng.normal(scale=20, size=(50, 7)).astype("f"), rng.integers(0, 7, 50)
COLUMN, BITS = rng.normal(scale=20, size=(50, 1)).astype("f"), rng.integers(0, 2, 50)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (HeNormal(), jax.nn.initializers.variance_scaling(2.0, "fan_in", "normal")),
        (GlorotNormal(), jax.nn.initializers.variance_scaling(1.0, "fan_avg", "normal")),
        (GlorotUniform(), jax.nn.initializers.glorot_uniform()),
        (SmallNormal(0.02), jax.nn.initializers.normal(0.02)),
        (HeUniform(), jax.nn.initializers.he_uniform()),
        (LecunNormal(), jax.nn.initializers.variance_scaling(1.0, "fan_in", "normal")),
        (Orthogonal(1.5), jax.nn.initializers.orthogonal(1.5)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_initialisers_draw_what_jax_draws(ours, theirs):
    key = jax.random.key(5)
    np.testing.assert_allclose(ours(key, (30, 20), fan_in=30, fan_out=20), theirs(key, (30, 20)), rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(Sigmoid(), scipy.special.expit), (Tanh(), np.tanh), (ReLU(), lambda x: np.maximum(x, 0))]
)
def test_activations_against_scipy_and_numpy(ours, theirs):
    np.testing.assert_allclose(ours(SCORES), theirs(SCORES.astype("d")), rtol=3e-6, atol=1e-30)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ReLU(), jax.nn.relu),
        (LeakyReLU(0.1), lambda x: jax.nn.leaky_relu(x, 0.1)),
        (ELU(0.7), lambda x: jax.nn.elu(x, 0.7)),
        (SELU(), jax.nn.selu),
        (GELU(), lambda x: jax.nn.gelu(x, approximate=False)),
        (GELU(tanh_form=True), lambda x: jax.nn.gelu(x, approximate=True)),
        (SiLU(), jax.nn.silu),
        (Softplus(), jax.nn.softplus),
        (HardTanh(), jax.nn.hard_tanh),
        (Softmax(), jax.nn.softmax),
    ],
    ids=lambda value: getattr(type(value), "__name__", ""),
)
def test_activations_and_their_slopes_against_jax(ours, theirs):
    x = jnp.asarray(SCORES)
    np.testing.assert_allclose(ours(x), theirs(x), rtol=3e-6, atol=1e-7)
    slopes = [jax.grad(lambda x, f=f: jnp.sum(jnp.sin(f(x))))(x) for f in (ours, theirs)]
    np.testing.assert_allclose(*slopes, rtol=1e-5, atol=1e-6)


def test_softmax_cross_entropy_against_optax_and_scipy():
    ours = SoftmaxCrossEntropy()
    theirs = optax.softmax_cross_entropy_with_integer_labels(jnp.array(SCORES), jnp.array(LABELS))
    np.testing.assert_allclose(ours(SCORES, LABELS), theirs, rtol=1e-5, atol=1e-6)
    wide = SCORES.astype("d")
    exact = scipy.special.logsumexp(wide, axis=1) - wide[np.arange(50), LABELS]
    np.testing.assert_allclose(ours(SCORES, LABELS), exact, rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(ours.predict(SCORES), scipy.special.softmax(wide, axis=1), rtol=2e-5, atol=1e-30)


def test_binary_cross_entropy_against_optax():
    theirs = optax.sigmoid_binary_cross_entropy(jnp.array(COLUMN[:, 0]), jnp.array(BITS, jnp.float32))
    np.testing.assert_allclose(BinaryCrossEntropy()(COLUMN, BITS), theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("half", "theirs"), [(True, optax.l2_loss), (False, optax.squared_error)])
def test_squared_error_against_optax(half, theirs):
    targets = SCORES[::-1].copy()
    expected = theirs(jnp.array(SCORES), jnp.array(targets)).sum(axis=1)
    np.testing.assert_allclose(SquaredError(half)(SCORES, targets), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Cosine(0.1), optax.cosine_decay_schedule(1.0, 40, alpha=0.1)),
        (Exponential(0.05), optax.exponential_decay(1.0, 40, 0.05)),
        (Cyclic(1, 0.1), optax.cosine_decay_schedule(1.0, 40, alpha=0.1)),
        (
            Cyclic(2),
            optax.join_schedules([optax.cosine_decay_schedule(1.0, 20), optax.cosine_decay_schedule(1.0, 20)], [20]),
        ),
        # Optax gives the first factor as a quotient and the last as one of that.
        (OneCycle(0.25, 1 / 25, 1e-4 / 25), optax.cosine_onecycle_schedule(40, 1.0, 0.25, 25, 1e4)),
        (StepDecay(0.5, every=0.25), optax.exponential_decay(1.0, 10, 0.5, staircase=True)),
        (
            Warmup(0.25, Cosine()),
            optax.join_schedules([optax.linear_schedule(1 / 11, 1.0, 10), optax.cosine_decay_schedule(1.0, 30)], [10]),
        ),
    ],
    ids=["cosine", "exponential", "one cycle of cosine", "two cycles", "one_cycle", "step_decay", "warmup"],
)
def test_schedules_against_optax(ours, theirs):
    steps = jnp.arange(40)
    # atol: near its end a cosine is a small difference of numbers near 1
    with jax.numpy_dtype_promotion("standard"):  # Optax divides whole numbers by floats
        expected = jax.vmap(theirs)(steps)
    np.testing.assert_allclose(jax.vmap(lambda step: ours(step, 40))(steps), expected, rtol=1e-5, atol=2e-7)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SGD(0.1), optax.sgd(0.1)),
        (Momentum(0.1, 0.9), optax.sgd(0.1, momentum=0.9)),
        (Adam(), optax.adam(1e-3)),
        (Adam(0.1, 0.8, 0.95, 1e-4), optax.adam(0.1, 0.8, 0.95, 1e-4)),
        (LookAheadNesterov(0.1, 0.9), optax.sgd(0.1, momentum=0.9, nesterov=True)),
        (RMSprop(0.1, 0.9, 1e-6), optax.rmsprop(0.1, decay=0.9, eps=1e-6, eps_in_sqrt=True)),
        (Adadelta(1.0, 0.95, 1e-6), optax.adadelta(1.0, rho=0.95, eps=1e-6)),
        (Adamax(0.1), optax.adamax(0.1)),
        (Nadam(0.1), optax.nadam(0.1)),
        (AdamW(0.1, decay=0.3), optax.adamw(0.1, weight_decay=0.3, mask={"w": True, "b": False})),
        (Lion(0.1, decay=0.3), optax.lion(0.1, weight_decay=0.3, mask={"w": True, "b": False})),
    ],
    ids=lambda value: getattr(type(value), "__name__", ""),
)
@pytest.mark.parametrize(("wide", "rtol"), [(False, 2e-4), (True, 1e-12)], ids=["float32", "float64"])
def test_update_rules_against_optax_over_ten_steps(ours, theirs, wide, rtol):
    # In 32 bits Optax's 1 - 0.999^t is itself off by up to 6e-5.
    with jax.enable_x64(wide):
        draw = np.random.default_rng(1)
        gradients = [{"w": jnp.array(draw.normal(size=(4, 3))), "b": jnp.array(draw.normal(size=3))} for _ in range(10)]
        params = ours_at = theirs_at = jax.tree.map(jnp.ones_like, gradients[0])
        rule, state, their_state = ours.build(), ours.build().init(params), theirs.init(params)
        for g in gradients:
            changes, state = rule.update(g, state, ours_at)
            ours_at = optax.apply_updates(ours_at, changes)
            with jax.numpy_dtype_promotion("standard"):  # Optax raises a float to a whole number
                changes, their_state = theirs.update(g, their_state, theirs_at)
            theirs_at = optax.apply_updates(theirs_at, changes)
        for a, b in zip(jax.tree.leaves(ours_at), jax.tree.leaves(theirs_at), strict=True):
            np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-7 if not wide else 1e-14)
