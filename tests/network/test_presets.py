"""Networks by name: the papers' parameters, and whatever size, channels and classes the data have."""

import jax
import numpy as np
import pytest

from thalweg.data.images.sizes import LONGEST_SIDE
from thalweg.errors import InputError
from thalweg.network.presets.dense import dense_network
from thalweg.network.presets.lenet import lenet5
from thalweg.network.presets.resnet import large_resnet, small_resnet
from thalweg.network.presets.table import PRESETS, preset
from thalweg.network.presets.wide_resnet import wide_resnet
from thalweg.network.sequential import output_shape

DEEPER = ("resnet32", "resnet44", "resnet56", "resnet152")
IMAGES = [name for name, one in PRESETS.items() if one.least]


def parameters(network, shape):
    params, _ = jax.eval_shape(lambda: network.init(jax.random.key(0), shape))
    return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(params))


def test_hidden_layers_have_a_rectifier_each_and_the_head_none():
    assert dense_network(10).names() == ("dense_1", "activation_1", "dense_2", "activation_2", "dense_3")
    assert [layer.units for layer in dense_network(10, hidden=(7, 5)).layers[::2]] == [7, 5, 10]


def test_no_hidden_layer_is_a_linear_model():
    assert dense_network(3, hidden=()).names() == ("dense_1",)


def test_dropout_comes_after_each_rectifier():
    network = dense_network(10, hidden=(8, 8), drop=0.2)
    once = ("dense_1", "activation_1", "dropout_1")
    assert network.names() == (*once, "dense_2", "activation_2", "dropout_2", "dense_3")
    assert network.layers[2].drop == 0.2


def test_it_gives_as_many_outputs_as_asked():
    assert output_shape(dense_network(4, drop=0.1), (8, 8)) == (4,)
    with pytest.raises(InputError, match=r"Dense.units must be at least 1; got 0"):
        dense_network(0)


@pytest.mark.parametrize(
    ("name", "shape", "classes", "count"),
    [
        # 156 + 2,416 + 48,120 + 10,164 + 850, of 28 x 28 with two zeros around it and of 32 x 32 alike
        ("lenet5", (28, 28, 1), 10, 61_706),
        ("lenet5", (32, 32, 1), 10, 61_706),
        ("alexnet", (227, 227, 3), 1000, 60_965_224),
        ("alexnet", (224, 224, 3), 1000, 60_965_224),
        ("alexnet_one_group", (227, 227, 3), 1000, 62_378_344),
        ("vgg16", (224, 224, 3), 1000, 138_357_544),
        ("resnet18", (224, 224, 3), 1000, 11_689_512),
        ("resnet50", (224, 224, 3), 1000, 25_557_032),
        ("resnet152", (224, 224, 3), 1000, 60_192_808),
        ("resnet20", (32, 32, 3), 10, 269_722),
        ("resnet32", (32, 32, 3), 10, 464_154),
        ("resnet56", (32, 32, 3), 10, 853_018),
        # 2,688 + 83,040 + 83,040 | 166,080 + 331,968 + 331,968 | 331,968 + 37,056 + 1,930
        ("all_convolutional", (32, 32, 3), 10, 1_369_738),
        # 864 + 64 | 18,432 + 128 | 73,728 + 256 | 20,490
        ("small_convolutional", (32, 32, 3), 10, 113_962),
        # 3,072 inputs and a bias, ten times
        ("linear", (32, 32, 3), 10, 30_730),
        ("two_layer", (784,), 10, 784 * 128 + 128 + 1_290),
    ],
)
def test_it_has_the_parameters_of_its_paper(name, shape, classes, count):  # L9
    network = preset(name, shape, classes)
    assert parameters(network, shape) == count
    assert output_shape(network, shape) == (classes,)


def test_the_plain_network_has_as_many_parameters_as_the_residual_one():  # L8
    plain = small_resnet(10, depth=56, shortcuts=False)
    assert parameters(plain, (32, 32, 3)) == 853_018
    assert not any("residual" in name for name in plain.names())


def test_a_residual_network_of_another_width_by_hand():
    # Blocks of (a -> b) with two convolutions and two norms: 9ab + 9bb + 4b. The first layer and its norm are
    # 9 x 3 x 4 + 8, the head 16 x 10 + 10.
    count = 9 * 3 * 4 + 8 + sum(9 * a * b + 9 * b * b + 4 * b for a, b in [(4, 4), (4, 8), (8, 16)]) + 170
    assert parameters(small_resnet(10, depth=8, width=4), (32, 32, 3)) == count == 5_006
    assert small_resnet(10) == small_resnet(10, width=16)


def test_a_wide_network_by_hand():
    # A convolution of 432; blocks of (a -> b): norms 2a + 2b, 9ab + 9bb, and ab where the shape changes; a last norm
    # of 2 x 256 and a dense layer of 2,570.
    def block(a, b):
        return 2 * a + 2 * b + 9 * a * b + 9 * b * b + (a * b if a != b else 0)

    pairs = [(16, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256)]
    count = 432 + sum(block(*pair) for pair in pairs) + 512 + 2_570
    assert parameters(wide_resnet(10), (32, 32, 3)) == count == 2_748_890


# Of each family one depth, or one of each kind of block: the others are the same lines with another number.
@pytest.mark.parametrize("name", [name for name in IMAGES if name not in DEEPER])
def test_it_adapts_to_size_channels_and_classes(name):
    least = PRESETS[name].least
    shape = (max(least, 9), max(least, 9) + 3, 2)
    assert output_shape(preset(name, shape, 3), shape) == (3,)
    assert output_shape(preset(name, (least, least, 1), 1), (least, least, 1)) == (1,)


@pytest.mark.parametrize("name", [name for name in IMAGES if PRESETS[name].least > 1])
def test_one_pixel_less_than_it_needs_would_not_fit(name):
    side = PRESETS[name].least - 1
    with pytest.raises(InputError, match=r"does not fit|do not fit|window"):
        output_shape(PRESETS[name].build((side, side, 3), 2), (side, side, 3))
    with pytest.raises(
        InputError, match=f"^{name} needs images of at least {side + 1} x {side + 1} pixels; got {side}"
    ):
        preset(name, (side, side, 3), 2)


@pytest.mark.parametrize("name", ["alexnet", "vgg16", "lenet5"])
def test_where_larger_images_come_from_is_said_of_networks_that_files_are_too_small_for(name):
    least = PRESETS[name].least
    with pytest.raises(InputError) as caught:
        preset(name, (least, least - 1, 3), 2)
    said = f"Images in files are read at {LONGEST_SIDE} pixels a side or less; --image-size makes it more."
    assert (said in str(caught.value)) == (least >= LONGEST_SIDE)


def test_refuses_inputs_that_are_no_images_and_names_that_are_none():
    with pytest.raises(
        InputError, match=r"^lenet5 is for images \(height, width, channels\); got inputs of shape \(64"
    ):
        preset("lenet5", (64,), 10)
    with pytest.raises(InputError, match=r"^lenet5 is for images .* got inputs of shape \(columns,\)"):
        preset("lenet5", (), 10)
    with pytest.raises(InputError, match="unknown network 'lenet'"):
        preset("lenet", (28, 28, 1), 10)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: small_resnet(10, depth=21), r"small_resnet needs a depth of 8, 14, 20, ... (6n + 2); got 21."),
        (lambda: small_resnet(10, width=0), "small_resnet needs a width of at least 1; got 0."),
        (lambda: large_resnet(10, depth=34), "large_resnet needs a depth of 18, 50, 152; got 34."),
        (lambda: wide_resnet(10, depth=12), "wide_resnet needs a depth of 10, 16, 22, ... (6n + 4); got 12."),
    ],
)
def test_refuses_other_depths_and_widths(build, said):
    with pytest.raises(InputError) as caught:
        build()
    assert str(caught.value) == said


def test_lenet_pads_images_of_fewer_than_32_pixels():
    assert [lenet5((side, side, 1), 2).layers[0].padding for side in (28, 31, 32, 100)] == [2, 2, 0, 0]
