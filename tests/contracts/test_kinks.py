"""Where a part has a kink, its slope there is the one that its docstring names; every other part has none."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.contracts.test_contracts import where
from tests.contracts.test_numerics import outcome, wild_inputs
from thalweg.activations.elu import ELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.step import Step
from thalweg.catalogue import KINDS
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.maxout import Maxout
from thalweg.layers.prelu import PReLU
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.hinge import Hinge
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.platform import jit
from thalweg.spec import kind_of, traced
from thalweg.types import Context

INFERENCE = Context(False, None, jnp.ones(1))


def of_loss(loss, outputs, targets):
    return jax.grad(lambda s: jnp.sum(loss(s, jnp.asarray(targets))))(jnp.array(outputs)).tolist()


def of_layer(layer, params, x):
    return jax.grad(lambda x: jnp.sum(layer.apply(params, {}, x, context=INFERENCE)[0]))(jnp.array(x)).tolist()


def of_penalty(penalty):
    return jax.grad(penalty)({"dense_1": {"w": jnp.array([0.0, 2.0])}})["dense_1"]["w"].tolist()


# A part with a kink, what its docstring says of it, the slope there, and the one it says.
KINKS = [
    (ReLU(), "The slope at 0 is 0", jax.grad(ReLU())(0.0), 0),
    (ReLU(True), "with `half_slope_at_zero` it is 0.5", jax.grad(ReLU(True))(0.0), 0.5),
    (LeakyReLU(0.25), "The slope at 0 is that of the negative side", jax.grad(LeakyReLU(0.25))(0.0), 0.25),
    (ELU(3.0), "The slope at 0 is alpha", jax.grad(ELU(3.0))(0.0), 3),
    # s a of the paper's two numbers
    (SELU(), "The slope at 0 is s a", jax.grad(SELU())(0.0), 1.0507009873554805 * 1.6732632423543772),
    (HardTanh(), "The slope at -1 and at 1 is 0", [jax.grad(HardTanh())(x) for x in (-1.0, 1.0)], [0, 0]),
    (Step(), "at 0, where there is none, 0 is taken", jax.grad(Step())(0.0), 0),
    (
        AbsoluteError(),
        "The slope at an error of 0 is 0",
        of_loss(AbsoluteError(), [[1.0, 3.0]], [[1.0, 2.0]]),
        [[0, 1]],
    ),
    (
        MeanAbsolutePercentageError(),
        "The slope at an error of 0 is 0",
        of_loss(MeanAbsolutePercentageError(), [[4.0]], [[4.0]]),
        [[0]],
    ),
    # 1 - 0 - 1 and 1 + 0 - 1: both answers stand at the margin.
    (Hinge(), "The slope at the kink is 0", of_loss(Hinge(), [[1.0], [-1.0]], [1, 0]), [[0], [0]]),
    (
        AttributeHinge(2.0),
        "The slope at the kink is 0",
        of_loss(AttributeHinge(2.0), [[2.0, -2.0]], [[1, 0]]),
        [[0, 0]],
    ),
    # The second class is a margin behind, the third is charged.
    (
        MulticlassHinge(),
        "The slope at the kink is 0",
        of_loss(MulticlassHinge(), [[2.0, 1.0, 1.5]], [0]),
        [[-1, 0, 1]],
    ),
    (
        CosineProximity(),
        "the slope there is -1e6 t / abs(t)",
        of_loss(CosineProximity(), [[0.0, 0.0]], [[0.0, 2.0]]),
        [[0, -1e6]],
    ),
    (PReLU(), "The slope at 0 is a", of_layer(PReLU(), {"slope": jnp.array([0.25])}, [[0.0]]), [[0.25]]),
    (
        Maxout(1),
        "Where maps are equal the gradient goes to the first of them",
        of_layer(Maxout(1), {"w": jnp.array([[3.0, 5.0]]), "b": jnp.zeros(2)}, [[0.0]]),
        [[3]],
    ),
    (
        MaxPooling(),
        "where several are equal, each gets an equal share of it",
        of_layer(MaxPooling(), {}, [[[[1.0], [7.0]], [[7.0], [2.0]]]]),
        [[[[0], [0.5]], [[0.5], [0]]]],
    ),
    (L1(0.5), "The slope at 0 is 0", of_penalty(L1(0.5)), [0, 0.5]),
    (ElasticNet(0.5, 0.25), "The slope of abs(w) at 0 is 0", of_penalty(ElasticNet(0.5, 0.25)), [0, 1.5]),
]
# Theirs is the slope of what they are made of.
OTHERS = {"activation", "named", "residual", "squeeze_excite", "custom_activation", "custom_layer", "custom_loss"}
SMOOTH = {
    *("gelu", "silu", "softplus", "tanh", "sigmoid", "softmax", "linear"),
    *("softmax_cross_entropy", "focal_loss", "hierarchical_softmax", "kldivergence", "binary_cross_entropy"),
    *("attribute_cross_entropy", "squared_hinge", "squared_multiclass_hinge", "squared_error", "huber", "poisson"),
    *("mean_squared_logarithmic_error", "regression_by_classification"),
    *("dense", "drop_connect", "hierarchical_dense", "convolution", "sequence_convolution", "embedding"),
    "transposed_convolution",
    *(
        "average_pooling",
        "global_average_pooling",
        "dropout",
        "gaussian_noise",
        "flatten",
        "reshape",
        "padded_shortcut",
    ),
    *("batch_norm", "layer_norm", "group_norm", "simple_recurrent", "gru", "lstm"),
    *("no_penalty", "l2"),
}


def test_every_part_that_has_a_gradient_is_in_one_of_the_lists():
    known = [{kind_of(type(part)) for part, *_ in KINKS}, OTHERS, SMOOTH]
    every = {kind for family in ("activation", "loss", "layer", "penalty") for kind in KINDS[family]}
    assert set.union(*known) == every and sum(map(len, known)) == len(every)


@pytest.mark.parametrize(("part", "words", "slope", "expected"), KINKS, ids=lambda value: type(value).__name__)
def test_the_slope_at_a_kink_is_the_documented_one(part, words, slope, expected):
    assert words in " ".join(inspect.getdoc(type(part)).split())
    np.testing.assert_allclose(slope, expected, rtol=1e-6)


def moved(arrays, h):
    """Every float a little off, each in a direction of its own."""
    leaves, structure = jax.tree.flatten(arrays)
    ways = [np.sin(np.arange(leaf.size).reshape(leaf.shape) + 3.0 * i + 1) for i, leaf in enumerate(leaves)]
    near = [a + h * way if a.dtype.kind == "f" else a for a, way in zip(leaves, ways, strict=True)]
    return jax.tree.unflatten(structure, near)


@where(lambda family, case: kind_of(type(case.spec)) in SMOOTH)
def test_a_part_without_a_kink_has_a_slope_that_does_not_jump(family, case):
    arrays = wild_inputs(family, case.spec)
    slopes = jit(lambda spec, arrays: outcome(family, spec, arrays)["gradient"])
    with jax.enable_x64(True):
        before, after = (slopes(traced(case.spec), moved(arrays, h)) for h in (-1e-8, 1e-8))
    for one, other in zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3 * np.max(np.abs(one), initial=1e-30))
