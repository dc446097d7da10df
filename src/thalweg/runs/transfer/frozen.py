"""The first layers of a network that begins trained, kept as they are."""

import jax

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.rates.automatic_rates import AutomaticRates
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.runs.transfer.adapted import shapes_of, weighted_layers
from thalweg.spec import replaced
from thalweg.train.pretrained import Pretrained
from thalweg.types import Shape
from thalweg.wording import counted


def frozen(experiment: Experiment, pretrained: Pretrained, count: int, input_shape: Shape) -> Experiment:
    """Return the experiment with its first layers at a rate of 0.

    Layers are counted as the notes count them: those with weights. What learns besides and stands before the next one,
    such as a batch normalisation, is frozen with them.

    Args:
        experiment: Resolved.
        pretrained: What is taken over; a layer that is drawn anew is not frozen.
        count: How many, at least 1.
        input_shape: Of one preprocessed example.

    Returns:
        The experiment, its rates of layers besides kept.

    Raises:
        InputError: If no layer would be left to train, one of the first is drawn anew, or the rates are automatic.

    Source: CS231n notes, "Transfer Learning".
    """
    weighted, names = weighted_layers(experiment.network, input_shape), experiment.network.names()
    if count >= len(weighted):
        raise InputError(
            f"--freeze {count} leaves no layer to train: the network has {counted(len(weighted), 'layer')} with "
            f"weights ({', '.join(weighted)}). Freeze at most {len(weighted) - 1}."
        )
    params, _ = shapes_of(experiment.network, input_shape)
    first = [name for name in names[: names.index(weighted[count])] if jax.tree.leaves(params[name])]
    drawn = next((name for name in first if name not in pretrained.params), None)
    if drawn is not None:
        raise InputError(
            f"--freeze {count} would keep {drawn} as it is drawn, for the trained network has no such layer. Freeze "
            f"fewer layers, or leave {drawn} as the trained network has it."
        )
    if isinstance(experiment.rates, AutomaticRates):
        raise InputError(
            "--freeze keeps layers at a rate of 0, and automatic_rates gives each layer another one. Leave out one of "
            "both."
        )
    own = experiment.rates.entries if isinstance(experiment.rates, LayerRates) else ()
    still = tuple(LayerRate(name, 0.0) for name in first)
    return replaced(experiment, rates=LayerRates((*own, *still)))
