"""Settings that turn one experiment into another: what is offered can be typed, and is what was tried."""

import pytest

from tests.diagnosis.curves import EXPERIMENT
from thalweg.activations.sigmoid import Sigmoid
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.clips.clip_norm import ClipNorm
from thalweg.diagnosis.written import as_python, as_words, settings_between, with_settings
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.mixings.mixup import Mixup
from thalweg.network.mapped import with_layers
from thalweg.network.named import Named
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import Standardize
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.spec import replaced
from thalweg.updates.momentum import Momentum

BLOCKS = Sequential((Named("in", Dense(8)), Residual((Dense(8), Activation(Sigmoid()))), Dense(10)))


def small(layer):
    return replaced(layer, weights=SmallNormal()) if isinstance(layer, Dense) else layer


OTHERS = {
    "a number": {"update": replaced(EXPERIMENT.update, rate=0.5)},
    "another kind with its defaults": {"update": Momentum()},
    "another kind with numbers": {"update": Momentum(0.3, 0.5), "penalty": L2(0.5)},
    "none": {"penalty": NoPenalty()},
    "a part in a part": {"schedule": Warmup(0.1, Cosine(0.2))},
    "a further layer": {
        "network": replaced(
            EXPERIMENT.network, layers=(EXPERIMENT.network.layers[0], BatchNorm(), *EXPERIMENT.network.layers[1:])
        )
    },
    "each layer's weights": {"network": with_layers(EXPERIMENT.network, small)},
    "blocks and names": {"network": with_layers(BLOCKS, small)},
    "several parts": {"augment": (HorizontalFlip(),), "mix": Mixup(), "clip": ClipNorm(0.5)},
    "a list of parts": {"rates": LayerRates((LayerRate("dense_1", 0.0),)), "preprocess": (Standardize(),)},
    "a word": {"reduction": "sum"},
}


@pytest.mark.parametrize("name", OTHERS)
def test_settings_lead_from_one_to_the_other_and_back(name):
    other = replaced(EXPERIMENT, **OTHERS[name])
    for old, new in ((EXPERIMENT, other), (other, EXPERIMENT)):
        settings = settings_between(old, new)
        assert settings
        assert with_settings(old, settings) == new


def test_the_settings_are_as_short_as_they_can_be():
    other = replaced(EXPERIMENT, update=Momentum(0.3), reduction="sum")
    assert settings_between(EXPERIMENT, other) == ("update=momentum", "update.rate=0.3", "reduction=sum")
    assert settings_between(EXPERIMENT, EXPERIMENT) == ()
    deeper = replaced(EXPERIMENT, network=with_layers(EXPERIMENT.network, small))
    assert settings_between(EXPERIMENT, deeper)[0] == "network.layers.0.weights=small_normal"


def test_an_experiment_that_no_file_can_speak_of_gives_no_settings():
    odd = replaced(EXPERIMENT, penalty=lambda params: 0.0)
    assert settings_between(EXPERIMENT, odd) == ()


def test_words_are_quoted_for_a_shell_and_for_python():
    settings = ('start={kind = "lsuv"}',)
    assert as_words(settings) == "--set 'start={kind = \"lsuv\"}'"
    assert as_python(settings) == 'thalweg.fit(data, settings=["start={kind = \\"lsuv\\"}"])'
    assert as_python(()) == ""
