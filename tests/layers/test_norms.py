"""Layer and group normalisation: by hand, by themselves, against plain loops, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.layer_norm import LayerNorm
from thalweg.types import Context


def run(layer, x, params=None):
    first, _ = layer.init(jax.random.key(0), x.shape[1:])
    return layer.apply(params or first, {}, jnp.asarray(x), context=Context(True, None, jnp.ones(len(x))))[0]


def test_three_features_by_hand():  # L11
    # Mean 3, biased variance 8/3: (1 - 3) / sqrt(8/3) = -1.2247; then gamma 2 and beta 1.
    x = np.array([[1.0, 3.0, 5.0]], np.float32)
    np.testing.assert_allclose(run(LayerNorm(1e-12), x), [[-1.2247449, 0, 1.2247449]], rtol=1e-6, atol=1e-7)
    params = {"gamma": jnp.full(3, 2.0), "beta": jnp.ones(3)}
    np.testing.assert_allclose(run(LayerNorm(1e-12), x, params), [[-1.4494897, 1, 3.4494897]], rtol=1e-6)


@pytest.mark.parametrize("shape", [(6,), (3, 4, 6)])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_groups_agree_with_a_plain_loop(shape, groups):
    x = np.random.default_rng(0).normal(1, 3, size=(2, *shape)).astype(np.float32)
    expected = np.empty_like(x)
    size = 6 // groups
    for i in range(2):
        for g in range(groups):
            piece = x[i, ..., g * size : (g + 1) * size]
            expected[i, ..., g * size : (g + 1) * size] = (piece - piece.mean()) / np.sqrt(piece.var() + 1e-5)
    np.testing.assert_allclose(run(GroupNorm(groups), x), expected, rtol=1e-4, atol=1e-5)


def test_one_group_of_features_alone_is_layer_norm():
    x = np.random.default_rng(1).normal(size=(4, 8)).astype(np.float32)
    np.testing.assert_allclose(run(GroupNorm(1), x), run(LayerNorm(), x), rtol=1e-5, atol=1e-6)


def test_layer_norm_takes_each_place_by_itself():
    x = np.random.default_rng(2).normal(size=(2, 5, 8)).astype(np.float32)
    np.testing.assert_allclose(run(LayerNorm(), x)[:, 3], run(LayerNorm(), x[:, 3]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer", [LayerNorm(), GroupNorm(2)])
def test_no_example_has_a_say_in_anothers_outputs(layer):
    x = np.random.default_rng(3).normal(size=(3, 8)).astype(np.float32)
    other = np.concatenate([x[:1], 100 * x[1:]])
    np.testing.assert_array_equal(run(layer, x)[0], run(layer, other)[0])


def test_a_constant_example_becomes_beta_and_its_gradient_is_finite():
    for layer in (LayerNorm(), GroupNorm(2)):
        assert not run(layer, np.full((1, 8), 7.0, np.float32)).any()
        gradient = jax.grad(lambda x, layer=layer: run(layer, x).sum())(jnp.full((1, 8), 7.0))
        assert jnp.isfinite(gradient).all()


def test_shapes_that_cannot_be_normalised_are_refused():
    with pytest.raises(InputError, match=r"LayerNorm takes examples of at least 2 features .* got input_shape=\(1,\)"):
        LayerNorm().init(jax.random.key(0), (1,))
    with pytest.raises(InputError, match=r"GroupNorm\.groups must be at least 1; got 0\."):
        GroupNorm(0)
    for groups, shape in ((3, (8,)), (8, (8,)), (2, ())):
        with pytest.raises(InputError, match=rf"GroupNorm\.groups must divide .* got groups={groups} for input_shape="):
            GroupNorm(groups).init(jax.random.key(0), shape)
    with pytest.raises(InputError, match=r"\(8,\)\. Choose 1, 2, 4, or put a layer of another width before it\.$"):
        GroupNorm(8).init(jax.random.key(0), (8,))
    with pytest.raises(InputError, match=r"\(1,\)\. Leave it out, or put a layer of another width before it\.$"):
        GroupNorm(1).init(jax.random.key(0), (1,))
