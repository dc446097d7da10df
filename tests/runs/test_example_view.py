"""Which image is followed through a network, and which of its layers are shown."""

import jax
import numpy as np
import pytest

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.data.arrays import from_arrays
from thalweg.data.source import Task
from thalweg.data.split import Split
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import PixelScale
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.runs.example_view import example_view
from thalweg.runs.inside import MOST_LAYERS
from thalweg.runs.model import Model
from thalweg.runs.scoring import Predicted
from thalweg.train.prepare import prepare

ROWS = np.array([7, 3, 6, 4, 5])
TRUTH = np.array([1, 1, 0, 0, 1])
# Right are places 0, 1, 2 and 4 with 0.9, 0.6, 0.7 and 0.8: of the two in the middle the less sure is place 2, row 6.
OUTPUTS = np.array([[0.1, 0.9], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8], [0.2, 0.8]])


def seen(*layers, outputs=OUTPUTS, preprocess=PixelScale(), task=None, change=None, probable=True):  # noqa: B008
    """What an untrained network makes of the image that is chosen by these predictions."""
    x = np.random.default_rng(0).integers(0, 256, (8, 4, 3, 1), dtype=np.uint8)
    source = from_arrays(x, np.array(["cat", "dog"] * 4), name="pets", target="pet")
    network = Sequential((*layers, Dense(2)))
    experiment = Experiment(network=network, loss=SoftmaxCrossEntropy(), preprocess=preprocess)
    prepared = prepare(source, Split(np.arange(3), ROWS, np.array([], int)), experiment)
    params, state = network.init(jax.random.key(0), (4, 3, 1))
    if change is not None:
        params = jax.tree.map(lambda leaf: leaf * change, params)
    model = Model(
        prepared.experiment, source.task, (4, 3, 1), params, state, prepared.fitted, None, 0.0, {}, "image", "",
    )  # fmt: skip
    source = source._replace(task=task or source.task)
    return example_view(source, prepared.x, ROWS, model, Predicted("validation", TRUTH, outputs, np.ones(5), probable))


def test_the_one_in_the_middle_is_shown():
    found = seen()
    assert found is not None and (found.row, found.truth, found.certainty) == (6, "cat", 0.7)
    assert (found.grad_cam, found.cam_layer, found.maps, found.map_layers) == (None, "", (), 0)
    assert found.saliency.shape == (1, 4, 3, 1) and found.saliency.max() == 255


def test_of_equals_the_earlier_is_shown():
    found = seen(outputs=np.where(OUTPUTS > 0.5, 0.75, 0.25))
    assert found is not None and found.row == 3


def test_maps_below_0_are_around_grey_and_silent_ones_counted():
    found = seen(Convolution(3), Activation(Linear()))
    assert found is not None and found.maps[0].signed and found.maps[0].silent == 0
    # Without weights every map is 0 throughout, and nothing speaks for the class.
    found = seen(Convolution(3), Activation(ReLU()), change=0.0)
    assert found is not None and (found.maps[0].signed, found.maps[0].silent) == (False, 3)
    assert found.grad_cam is not None and not found.grad_cam.any() and not found.saliency.any()


def test_grad_cam_is_of_the_last_layer_that_has_places():
    found = seen(Convolution(2, kernel=2), Convolution(2, kernel=(3, 2)))
    assert found is not None and found.cam_layer == "convolution_1" and found.map_layers == 2
    found = seen(Convolution(2, kernel=(4, 3)))
    assert found is not None and found.grad_cam is None and found.cam_layer == "" and len(found.maps) == 1


def test_of_many_layers_the_first_the_last_and_some_between_are_shown():
    found = seen(*[Convolution(1, kernel=1)] * (MOST_LAYERS + 2))
    assert found is not None and (len(found.maps), found.map_layers) == (MOST_LAYERS, MOST_LAYERS + 2)
    assert [found.maps[k].layer for k in (0, -1)] == ["convolution_1", f"convolution_{MOST_LAYERS + 2}"]


@pytest.mark.parametrize(
    "how",
    [
        {"outputs": OUTPUTS * np.nan},
        {"outputs": np.eye(2)[1 - TRUTH]},  # none is right
        {"preprocess": ZcaWhitening()},
        {"task": Task("regression", "age", ())},
        {"change": np.nan},
    ],
)
def test_where_there_is_nothing_to_show_nothing_is(how):
    assert seen(**how) is None
