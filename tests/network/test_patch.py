"""Which pixels an output sees: by hand, and against a twin that changes them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.errors import InputError
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.reshape import Reshape
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.named import Named
from thalweg.network.patch import patch_seen
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.types import Context


@pytest.mark.parametrize(
    ("layers", "place", "patch"),
    [
        ((Convolution(2),), (3, 2), (3, 2, 6, 5)),
        ((Convolution(2, padding="same"),), (0, 9), (-1, 8, 2, 11)),
        # "same" for a kernel of 4 pads one place before and two behind: places -1 to 2.
        ((Convolution(2, kernel=(4, 1), padding="same"),), (0, 4), (-1, 4, 3, 5)),
        # Window 1 of the pooling holds places 2 and 3, which see rows 2 - 1 to 3 + 1.
        ((Convolution(2, padding=1), AveragePooling()), (1, 0), (1, -1, 5, 3)),
        ((Convolution(2, stride=2, dilation=2, fit="floor"),), (1, 2), (2, 4, 7, 9)),
        # Of the two ways of a block the branch sees more; the shortcut's place is in its middle.
        ((Residual((Convolution(3, padding="same", stride=2, fit="floor"),), (PaddedShortcut(3, stride=2),)),), (2, 2),
         (3, 3, 6, 6)),
        ((Residual((Convolution(3, 1),), (Convolution(3, padding="same"),)),), (5, 5), (4, 4, 7, 7)),
        ((Residual((Convolution(3, padding="same"), Convolution(3, padding="same"))), BatchNorm()), (5, 5),
         (3, 3, 8, 8)),
        # y[o] meets x[p] where 2 p <= o <= 2 p + 3: place 4 meets 1 and 2, place 0 meets 0 and one before the edge.
        ((TransposedConvolution(2, kernel=4, stride=2),), (4, 0), (1, -1, 3, 1)),
        # A kernel of 1 leaves every other place empty; it counts as the two beside it.
        ((TransposedConvolution(2, kernel=1, stride=2),), (3, 2), (1, 1, 3, 2)),
        ((Named("first", Convolution(2)), Flatten(), Dense(4)), (), (0, 0, 10, 10)),
        ((Convolution(2), GlobalAveragePooling()), (), (0, 0, 10, 10)),
        ((Reshape((5, 20, 3)), Convolution(2)), (1, 1), (0, 0, 10, 10)),
        ((Residual((GlobalAveragePooling(), Dense(300), Reshape((10, 10, 3)))), Convolution(1)), (1, 1),
         (0, 0, 10, 10)),
    ],
)  # fmt: skip
def test_patches_by_hand(layers, place, patch):
    network = Sequential(layers)
    assert patch_seen(network, (10, 10, 3), network.names()[-1], place) == patch


def test_a_layer_in_between_sees_what_lies_before_it_alone():
    network = Sequential((Named("low", Convolution(2)), Activation(ReLU()), Convolution(2)))
    assert patch_seen(network, (10, 10, 3), "low", (1, 1)) == patch_seen(network, (10, 10, 3), "activation_1", (1, 1))
    assert patch_seen(network, (10, 10, 3), "low", (1, 1)) == (1, 1, 4, 4)


@pytest.mark.parametrize(
    "layers",
    [
        (Convolution(2, padding="same"), AveragePooling(3, stride=2, padding=1, fit="floor"),
         Convolution(2, dilation=2)),
        (Convolution(2, stride=2, kernel=4, padding=1), TransposedConvolution(2, kernel=3, padding=1), Convolution(2)),
        (Residual((Convolution(2, kernel=5, padding="same"),), (Convolution(2, kernel=1),)),
         AveragePooling((2, 3), fit="floor")),
    ],
)  # fmt: skip
def test_they_are_the_pixels_that_the_gradient_reaches(layers):
    network, shape = Sequential(layers), (12, 14, 1)
    params, state = network.init(jax.random.key(0), shape)
    params = jax.tree.map(jnp.ones_like, params)
    context = Context(False, None, jnp.ones(1))
    slopes = jax.jit(jax.jacrev(lambda x: network.apply(params, state, x, context=context)[0][0, :, :, 0]))
    reached = np.asarray(slopes(jnp.ones((1, *shape)))[:, :, 0, :, :, 0]) != 0
    for place in np.ndindex(reached.shape[:2]):
        rows, columns = np.flatnonzero(reached[place].any(axis=1)), np.flatnonzero(reached[place].any(axis=0))
        seen = patch_seen(network, shape, network.names()[-1], place)
        inside = (max(seen.top, 0), max(seen.left, 0), min(seen.bottom, 12), min(seen.right, 14))
        assert inside == (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1), place


def test_what_has_no_patch_is_refused():
    network = Sequential((Dense(2), Dense(3)))
    with pytest.raises(InputError, match=r"unknown layer 'dense_3'\. Did you mean 'dense_2'\?"):
        patch_seen(network, (4, 4, 1), "dense_3", ())
    with pytest.raises(InputError, match=r"a patch is one of an image \(height, width, channels\); got input_shape"):
        patch_seen(network, (5,), "dense_1", ())
