"""What an experiment leaves to the training rows to say, said."""

from typing import Any

import numpy as np

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.embedding import Embedding
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.network.chain import chains, every
from thalweg.network.in_place import in_place
from thalweg.network.named import Named, bare
from thalweg.spec import replaced
from thalweg.types import Layer


def completed(experiment: Experiment, fitted: Any, targets: np.ndarray, weight: np.ndarray) -> Experiment:
    """Fill in what the experiment leaves to the data: the columns of an embedding, the bins of amounts.

    Args:
        experiment: As asked for.
        fitted: What its preprocessing learned.
        targets: Of the training rows, as they are trained on.
        weight: How much each training row counts.

    Returns:
        The experiment; the same where it leaves nothing open.

    Raises:
        InputError: If an embedding is to be told its columns and cannot be: the inputs are no encoded table, no column
            has enough names, layers before it mix the inputs, or it is inside a block.
    """
    network = experiment.network
    within = every(tuple(one for layer in network.layers for held in chains(layer).values() for one in held))
    if any(isinstance(layer, Embedding) and layer.columns is None for layer in within):
        raise InputError(
            "the layer Embedding is told its columns among the network's own layers alone; got one inside a block. Put "
            "it before the block, or write its columns down."
        )
    if any(isinstance(bare(layer), Embedding) for layer in network.layers):
        first = next((k for k, layer in enumerate(network.layers) if not in_place(layer)), 0)
        layers = tuple(_with_columns(layer, fitted, sees_inputs=k <= first) for k, layer in enumerate(network.layers))
        experiment = replaced(experiment, network=replaced(network, layers=layers))
    if isinstance(experiment.loss, RegressionByClassification) and targets.dtype.kind == "f":
        experiment = replaced(experiment, loss=experiment.loss.completed(targets, weight))
    return experiment


def _with_columns(layer: Layer, fitted: Any, *, sees_inputs: bool) -> Layer:
    if isinstance(layer, Named):
        return replaced(layer, layer=_with_columns(layer.layer, fitted, sees_inputs=sees_inputs))
    if not isinstance(layer, Embedding) or layer.columns is not None:
        return layer
    name_columns = getattr(fitted, "name_columns", None)
    if name_columns is None:
        raise InputError(
            "the layer Embedding embeds a table's columns of names, as table_encoding alone gives them; these inputs "
            "are others. Leave the layer out, or the preprocessing behind table_encoding."
        )
    if not sees_inputs:
        raise InputError(
            "the layer Embedding embeds a table's columns of names, and layers before it mix these. Make it the first."
        )
    made = layer.completed(name_columns)
    if not made.columns:
        most = max((levels for _, levels in name_columns), default=0)
        raise InputError(
            f"the layer Embedding embeds columns of {layer.least} names or more; the largest column of names has "
            f"{most} here. Leave the layer out, or set its `least` lower."
        )
    return made


def same_but_completed(asked: Experiment, trained: Experiment) -> bool:
    """Say whether an experiment is another one with what that leaves open filled in.

    Args:
        asked: As asked for.
        trained: As trained.

    Returns:
        True if nothing else differs.
    """
    pairs = list(zip(asked.network.layers, trained.network.layers, strict=False))
    if len(pairs) != len(trained.network.layers):
        return False
    network = replaced(trained.network, layers=tuple(_opened(layer, like) for like, layer in pairs))
    return replaced(trained, network=network, loss=_opened(trained.loss, asked.loss)) == asked


def _opened(part: Any, like: Any) -> Any:
    """Return a part with open what another of its kind leaves open."""
    if isinstance(part, Named) and isinstance(like, Named):
        return replaced(part, layer=_opened(part.layer, like.layer))
    if isinstance(part, Embedding) and isinstance(like, Embedding) and like.columns is None:
        return replaced(part, columns=None)
    if isinstance(part, RegressionByClassification) and isinstance(like, RegressionByClassification):
        return part if like.edges is not None else replaced(part, edges=None, means=None)
    return part
