"""Residual blocks: a sum by hand, gradients that pass, and what looks inside them."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.initializers.auto import Auto
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.embedding import Embedding
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.initialization import chosen
from thalweg.network.named import Named
from thalweg.network.noise import without_noise
from thalweg.network.odd import odd_choices
from thalweg.network.receptive import left_out, receptive_fields
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential, output_shape
from thalweg.network.work import layer_work
from thalweg.runs.summary import layer_table
from thalweg.starts.lsuv import LSUV
from thalweg.train.completed import completed
from thalweg.train.fits import check_batch
from thalweg.trees import named_leaves
from thalweg.types import Context, Seen
from thalweg.updates.lbfgs import LBFGS

QUIET = Context(False, None, jnp.ones(2))


def halving(shortcut):
    branch = (
        Convolution(4, stride=2, padding=1, fit="floor"),
        Activation(ReLU()),
        Convolution(4, padding=1),
    )
    return Residual(branch, shortcut)


def test_the_branch_is_added_to_the_input():  # L8
    block = Residual((Dense(2, ConstantWeights(0.5), bias=1.0),))
    params, state = block.init(root(0), (2,))
    y, _ = block.apply(params, state, jnp.array([[1.0, 2.0], [0.0, -4.0]]), context=QUIET)
    # F(1, 2) = 0.5 + 1 + 1 = 2.5, twice; F(0, -4) = -2 + 1 = -1, twice
    np.testing.assert_allclose(y, [[3.5, 4.5], [-1.0, -5.0]])


def test_a_branch_of_zeros_leaves_the_input_as_it_is():
    block = Residual((Dense(8, ConstantWeights(0.0)), Activation(Tanh()), Dense(3, ConstantWeights(0.0))))
    params, state = block.init(root(0), (3,))
    x = jnp.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(block.apply(params, state, x, context=QUIET)[0], x)


def test_the_shortcut_may_have_layers_of_its_own():
    block = Residual((Dense(1, ConstantWeights(1.0)),), (Dense(1, ConstantWeights(10.0)),))
    params, state = block.init(root(0), (2,))
    y, _ = block.apply(params, state, jnp.array([[1.0, 2.0], [0.0, 1.0]]), context=QUIET)
    np.testing.assert_allclose(y, [[33.0], [11.0]])  # 3 + 30, 1 + 10


def test_gradients_reach_the_first_of_forty_blocks_and_not_the_first_of_forty_layers():
    def slope(layers):
        network = Sequential(layers)
        params, state = network.init(root(0), (8,))

        def total(x):
            return jnp.sum(network.apply(params, state, x, context=QUIET)[0])

        return float(jnp.abs(jax.grad(total)(jnp.ones((2, 8)))).mean())

    small = ConstantWeights(0.01)
    assert slope((Dense(8, small), Activation(Tanh())) * 40) < 1e-30  # (8 x 0.01)^40 = 1e-44
    # Each block multiplies the gradient by 1 + 8 x 0.01 and less, where tanh bends.
    assert 1 < slope((Residual((Dense(8, small), Activation(Tanh()))),) * 40) < 1.08**40


def test_state_and_noise_of_both_ways_are_their_own():
    block = Residual((BatchNorm(), Dropout(0.5)), (BatchNorm(), Dropout(0.5)))
    params, state = block.init(root(0), (50,))
    x = np.random.default_rng(0).normal(size=(2, 50)).astype(np.float32)
    y, after = block.apply(params, state, x, context=Context(True, jax.random.key(0), jnp.ones(2)))
    # Both ways normalise x alike, drop half, and double the rest: none, one or two halves are left.
    alike = 2 * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    assert set(np.unique(np.round(np.asarray(y) / alike))) == {0.0, 1.0, 2.0}
    for way in ("branch", "shortcut"):
        np.testing.assert_allclose(after[way]["batch_norm_1"]["mean"], 0.1 * x.mean(axis=0), rtol=1e-5, atol=1e-7)


def test_two_ways_of_two_shapes_are_refused():
    with pytest.raises(
        InputError,
        match=r"^residual_1: Residual adds its branch.s outputs .2, 2, 4. to its .* .4, 4, 3., .* a dense layer",
    ):
        Sequential((halving(()),)).init(root(0), (4, 4, 3))


def test_a_layer_inside_is_named_in_a_refusal():
    with pytest.raises(InputError, match=r"^residual_1: branch: convolution_1: Convolution needs images"):
        Sequential((halving(()),)).init(root(0), (4,))


def test_refuses_no_branch_and_two_layers_of_one_name():
    with pytest.raises(InputError, match=r"^Residual.branch must hold at least one layer; got \(\).$"):
        Residual(())
    one = Named("a", Dense(3))
    with pytest.raises(InputError, match=r"^Residual.branch: two layers are called 'a'; give one another name.$"):
        Residual((one, one))
    with pytest.raises(InputError, match=r"^Residual.shortcut: two layers are called 'a'; give one another name.$"):
        Residual((Dense(3),), (one, one))


def test_initialisers_follow_from_what_comes_after_inside_and_behind():
    block = Residual((Dense(4), Activation(ReLU()), Dense(4)))
    layers = chosen((block, Activation(SELU()), Named("twice", block), Dense(3)))
    first, _, named, last = layers
    assert [layer.weights for layer in (first.branch[0], first.branch[2])] == [HeNormal(), LecunNormal()]
    assert [layer.weights for layer in (named.layer.branch[0], named.layer.branch[2])] == [HeNormal(), GlorotNormal()]
    assert last.weights == SmallNormal()
    # A block that a network ends with gives no scores near 0: nothing in it is the last layer.
    assert chosen((Dense(4), Activation(ReLU()), block))[0].weights == HeNormal()


def test_what_it_costs_is_what_its_layers_cost():
    block = halving((Convolution(4, kernel=1, stride=2, fit="floor"),))
    network = Sequential((block, GlobalAveragePooling(), Dense(3)))
    work = layer_work(network, (8, 8, 2))
    # 4 x 4 places: 3 x 3 x 2 x 4 and 3 x 3 x 4 x 4 along the branch, 2 x 4 along the shortcut
    assert work[0].multiply_adds == 16 * (72 + 144 + 8)
    # (72 + 4) + (144 + 4) + (8 + 4) numbers
    assert layer_table(network, (8, 8, 2))[0] == ("residual_1", "(-, 4, 4, 4)", 236)


@pytest.mark.parametrize("shortcut", [(PaddedShortcut(4, 2),), (Convolution(4, kernel=1, stride=2, fit="floor"),)])
def test_receptive_fields_are_those_of_the_wider_way(shortcut):
    network = Sequential((halving(shortcut), Convolution(4)))
    # 3 + 2 x 2 = 7 behind the branch, whose outputs lie 2 apart; then 7 + 2 x 2
    assert receptive_fields(network, (9, 9, 3)) == ("7 x 7", "11 x 11")


def test_a_block_that_mixes_all_places_sees_all():
    network = Sequential((Convolution(2), Residual((Dense(3),), (Dense(3),))))
    assert receptive_fields(network, (9, 9, 3)) == ("3 x 3", "all")


def test_what_windows_inside_leave_out_is_named():
    network = Sequential((halving((PaddedShortcut(4, 2),)),))
    assert left_out(network, (8, 8, 3)) == (
        'residual_1/branch/convolution_1 leaves out the last row and column of its padded input (fit = "floor").',
    )
    assert left_out(network, (9, 9, 3)) == ()


def test_odd_choices_inside_are_named():
    found = odd_choices(Sequential((Residual((Dense(3), Dense(3))), Dense(3))), SoftmaxCrossEntropy())
    assert [one.text.partition(" have")[0] for one in found] == [
        "residual_1/branch/dense_1 and residual_1/branch/dense_2"
    ]


def test_noise_inside_can_be_stilled():
    noisy = Sequential((Named("block", Residual((Dropout(0.5), Dense(3)), (Dropout(0.2),))), Dense(2)))
    stilled = without_noise(noisy).layers[0].layer
    assert stilled.branch[0] == Dropout(0.0) and stilled.shortcut == (Dropout(0.0),)


def test_an_update_rule_that_allows_no_noise_names_the_layers_inside():
    inner = Residual((Dense(3), Dropout(0.5)))
    blocks = (Named("block", Residual((Dropout(0.1), inner, Dropout(0.0)), (Named("quiet", Dropout(0.2)),))), Dense(2))
    asked = Experiment(Sequential(blocks), SoftmaxCrossEntropy(), update=LBFGS())
    names = "block/branch/dropout_1, block/branch/residual_1/branch/dropout_1, block/shortcut/quiet"
    with pytest.raises(InputError, match=f"no layer may draw noise; got {names}. Set"):
        check_batch(asked, 100)


@pytest.mark.parametrize("named", [False, True])
def test_an_embedding_inside_needs_its_columns(named):
    def within(layer):
        block = Residual((layer,), (Dense(9),))
        return Experiment(Sequential((Named("a", block) if named else block, Dense(2))), SoftmaxCrossEntropy())

    written = within(Embedding(2, columns=((0, 3),)))
    assert completed(written, None, np.zeros(4, np.int32), np.ones(4)) is written
    with pytest.raises(InputError, match=r"^the layer Embedding is told its columns among .* got one inside a block"):
        completed(within(Embedding(2)), None, np.zeros(4, np.int32), np.ones(4))


def test_unit_variance_is_brought_about_inside():
    block = Residual((Dense(16), Activation(ReLU()), Dense(6)))
    network = Sequential((block, Dense(3)))
    x = 30 * np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)
    params, state = network.init(root(0), (6,))
    seen = Seen(x, np.zeros(200, np.int32), np.ones(200))
    started = LSUV()(network, SoftmaxCrossEntropy(), params, state, seen, key=root(0))
    inside = {path: np.asarray(leaf) for path, leaf in named_leaves(started).items()}
    hidden = x @ inside["residual_1/branch/dense_1/w"]
    assert hidden.var() == pytest.approx(1, abs=0.1)
    assert (np.maximum(hidden, 0) @ inside["residual_1/branch/dense_2/w"]).var() == pytest.approx(1, abs=0.1)
    np.testing.assert_array_equal(started["dense_1"]["w"], params["dense_1"]["w"])


def test_unit_variance_begins_with_the_draws_of_the_layers_inside_and_keeps_the_last_with_weights():
    def of(weights):
        return Sequential((Residual((Dense(6, weights),), (Dense(6, weights),)), Dense(3), Activation(Linear())))

    seen = Seen(np.ones((5, 6), np.float32), np.zeros(5, np.int32), np.ones(5))  # never varies: nothing is scaled
    drawn, state = of(Orthogonal()).init(root(0), (6,))
    params, _ = of(Auto()).init(root(0), (6,))
    started: Any = LSUV(1e9)(of(Auto()), SoftmaxCrossEntropy(), params, state, seen, key=root(0))
    for way in ("branch", "shortcut"):
        np.testing.assert_array_equal(
            started["residual_1"][way]["dense_1"]["w"], drawn["residual_1"][way]["dense_1"]["w"]
        )
    np.testing.assert_array_equal(started["dense_1"]["w"], params["dense_1"]["w"])
    both = [np.asarray(drawn["residual_1"][way]["dense_1"]["w"]) for way in ("branch", "shortcut")]
    assert not np.array_equal(*both)


def test_shapes_are_known_without_computing():
    assert output_shape(halving((PaddedShortcut(4, 2),)), (9, 7, 3)) == (5, 4, 4)
