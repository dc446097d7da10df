"""Every part serves at numbers of 10,000 in 32 bits, and computes in 64 bits where it is given them."""

import jax
import jax.extend.core
import jax.numpy as jnp
import numpy as np
import optax

from tests.contracts import cases
from tests.contracts.test_contracts import every
from thalweg import platform
from thalweg.activations.custom_activation import CustomActivation
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.poisson import Poisson
from thalweg.spec import traced
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.supervised_stack import SupervisedStack

WILD = np.array([1e4, -1e4, 0.0, 1.0, -1.0, 0.5, 1e4])  # both ends, equal ones, and where kinks are
# Draw other numbers in 64 bits.
DRAWS = (Dropout, DropConnect, GaussianNoise, *cases.classes_of("augmentation"), *cases.classes_of("mixing"))
DRAWS += (BoltzmannStack, AutoencoderStack, SupervisedStack)
MOST = {
    Poisson: 80.0,  # the rate is e to the output, and e^10000 no number
    CustomLoss: 80.0,  # the functions of the table are a hyperbolic cosine and x tanh(x), whose slope is a difference
    CustomActivation: 10.0,
}
DIFFERENTIATED = {"activation", "layer", "loss", "penalty"}


def wild(leaf, most=1e4):
    """Numbers up to 10,000 in the place of floats."""
    if leaf.dtype.kind != "f":
        return leaf
    return np.clip(np.resize(WILD, leaf.shape), -most, most).astype(leaf.dtype)


def wild_inputs(family, spec):
    """What a part takes, with activations, scores, weights or gradients of up to 10,000."""
    given = cases.inputs(family, spec, np.float32)
    match family:
        case "layer":
            params, state, x, weight = given
            return params, state, wild(x), weight
        case "loss":
            outputs, targets = given
            if spec.head == "log_probability":
                return -abs(wild(outputs)), targets
            outputs = wild(outputs, MOST.get(type(spec), 1e4))
            if outputs.shape == targets.shape and targets.dtype.kind == "f":
                outputs[-1] = targets[-1]
            return outputs, targets
        case "update rule" if isinstance(spec.build(), optax.GradientTransformationExtraArgs):
            # What it gets are places of a bowl whose slope is 10,000 at a distance of 9.9.
            return given[0], jax.tree.map(lambda p: p + wild(p, 9.9), given[0])
        case "update rule" | "rates":
            return given[0], jax.tree.map(wild, given[1])
        case "start":
            return given[0], wild(given[1]), given[2]
    return jax.tree.map(lambda leaf: wild(leaf, MOST.get(type(spec), 1e4)), given)


def outcome(family, spec, arrays):
    """What comes out, and the gradient of a weighted sum of it."""
    arrays = jax.tree.map(jnp.asarray, arrays)
    floats, rest = ([a if (a.dtype.kind == "f") == kept else None for a in jax.tree.leaves(arrays)] for kept in (1, 0))

    def weighed(floats):
        leaves = [f if r is None else r for f, r in zip(floats, rest, strict=True)]
        out = cases.use(family, spec, jax.tree.unflatten(jax.tree.structure(arrays), leaves))
        shares = [jnp.asarray(np.sin(np.arange(leaf.size) + 1), leaf.dtype) for leaf in jax.tree.leaves(out)]
        return sum(jnp.sum(s * leaf.ravel()) for s, leaf in zip(shares, jax.tree.leaves(out), strict=True)), out

    if family not in DIFFERENTIATED:
        return cases.use(family, spec, arrays)
    gradient, out = jax.grad(weighed, has_aux=True)(floats)
    return {"out": out, "gradient": gradient}


@every()
def test_at_ten_thousand_32_bits_are_finite_and_give_what_64_bits_do(family, case):
    arrays = wild_inputs(family, case.spec)
    compiled = platform.jit(lambda spec, arrays: outcome(family, spec, arrays))
    found = compiled(traced(case.spec), arrays)
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda a: a.astype(np.float64) if a.dtype.kind == "f" else a, arrays)
        expected = compiled(traced(case.spec), wide)
    for leaf in jax.tree.leaves(found):
        assert np.isfinite(leaf).all()
    if family == "initializer" or isinstance(case.spec, DRAWS):
        return
    for narrow, exact in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        largest = np.max(np.abs(exact), initial=1e-30)
        np.testing.assert_allclose(narrow, exact, rtol=1e-5, atol=1e-5 * largest)


# 64 bits


def kinds_of_floats(jaxpr):
    """The float types of everything that a program computes, with what it calls."""
    inner = [eqn.params[name] for eqn in jaxpr.eqns for name in eqn.params]
    called = [p for value in inner for p in (value if isinstance(value, tuple | list) else (value,))]
    found = {v.aval.dtype for eqn in jaxpr.eqns for v in eqn.outvars if hasattr(v.aval, "dtype")}
    for part in called:
        if isinstance(part, jax.extend.core.ClosedJaxpr | jax.extend.core.Jaxpr):
            found |= kinds_of_floats(getattr(part, "jaxpr", part))
    return {dtype for dtype in found if jnp.issubdtype(dtype, jnp.floating)}


@every()
def test_of_64_bits_none_is_lost_on_the_way(family, case):
    with jax.enable_x64(True):
        arrays = jax.tree.map(
            lambda a: a.astype(np.float64) if a.dtype.kind == "f" else a, wild_inputs(family, case.spec)
        )
        program = jax.make_jaxpr(lambda spec, arrays: outcome(family, spec, arrays))(traced(case.spec), arrays)
        floats = kinds_of_floats(program.jaxpr)
    assert floats <= {np.dtype(np.float64)}
