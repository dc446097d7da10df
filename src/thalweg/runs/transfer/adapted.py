"""The experiment of a run that begins with a trained network: that network, made to suit the new task."""

from typing import Any

import jax

from thalweg.data.source import Task
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.dense import Dense
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.network.named import Named, bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.runs.model import Model
from thalweg.spec import kind_of, replaced
from thalweg.trees import weights_of
from thalweg.types import Layer, Shape

_WIDTHS = ("units", "filters")  # fields that say how many numbers a layer puts out


def adapted(experiment: Experiment, model: Model, task: Task) -> Experiment:
    """Return the experiment that suits the data, with a trained network in the place of its own.

    Args:
        experiment: What suits the data when nothing is said.
        model: The trained network; its preprocessing, its changes of images and, where the task is the same, its loss
            come with it.
        task: Of the data.

    Returns:
        The experiment. Where the task is another one, the last layer with weights has as many outputs as that needs.

    Raises:
        InputError: If the network's last layer cannot have so many outputs.
    """
    own = model.experiment
    came = {"preprocess": own.preprocess, "augment": own.augment}
    if task == model.task:
        return replaced(experiment, network=own.network, loss=own.loss, **came)
    last: Any = experiment.network.layers[-1]  # dense, of every default
    return replaced(experiment, network=_with_outputs(own.network, last.units, model.input_shape), **came)


def weighted_layers(network: Sequential, input_shape: Shape) -> tuple[str, ...]:
    """Return the names of the layers that have weights, in order: those that are counted as layers of a network.

    Args:
        network: The network.
        input_shape: Of one example.

    Returns:
        The names; a residual block is one layer, and normalisations have no weights.
    """
    params, _ = shapes_of(network, input_shape)
    return tuple(name for name in network.names() if weights_of(params[name]))


def shapes_of(network: Sequential, input_shape: Shape) -> Any:
    """Return the shapes of what a network draws, computing nothing: (params, state), by layer name."""
    return jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))


def _with_outputs(network: Sequential, outputs: int, input_shape: Shape) -> Sequential:
    if output_shape(network, input_shape) == (outputs,):
        return network
    place = network.names().index(weighted_layers(network, input_shape)[-1])
    layer = network.layers[place]
    last = _last(bare(layer), outputs)
    if last is not None:
        named = Named(layer.name, last) if isinstance(layer, Named) else last
        made = replaced(network, layers=(*network.layers[:place], named, *network.layers[place + 1 :]))
        if _gives(made, outputs, input_shape):
            return made
    raise InputError(
        f"the network ends with {', '.join(kind_of(type(bare(one))) for one in network.layers[place:])}, which cannot "
        f"be given {outputs} outputs. Give all layers with --set network.layers=[...], those to be kept as they are."
    )


def _gives(network: Sequential, outputs: int, input_shape: Shape) -> bool:
    try:
        return output_shape(network, input_shape) == (outputs,)
    except InputError:  # a later layer takes so many and no others
        return False


def _last(layer: Layer, outputs: int) -> Layer | None:
    if isinstance(layer, HierarchicalDense):
        return Dense(outputs)
    field = next((field for field in _WIDTHS if hasattr(layer, field)), None)
    return None if field is None else replaced(layer, **{field: outputs})
