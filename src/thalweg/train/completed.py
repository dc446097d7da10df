"""What an experiment leaves to the training rows to say, said."""

from typing import Any

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.embedding import Embedding
from thalweg.network.named import Named, bare
from thalweg.preprocess.table import TableFit
from thalweg.spec import replaced
from thalweg.types import Layer


def completed(experiment: Experiment, fitted: Any) -> Experiment:
    """Fill in what the experiment leaves to the data: the columns that an embedding embeds.

    Args:
        experiment: As asked for.
        fitted: What its preprocessing learned.

    Returns:
        The experiment; the same where it leaves nothing open.

    Raises:
        InputError: If a network embeds columns that there are none of, for the inputs are no encoded table.
    """
    layers = experiment.network.layers
    if not any(isinstance(bare(layer), Embedding) for layer in layers):
        return experiment
    network = replaced(experiment.network, layers=tuple(_with_columns(layer, fitted) for layer in layers))
    return replaced(experiment, network=network)


def _with_columns(layer: Layer, fitted: Any) -> Layer:
    if isinstance(layer, Named):
        return replaced(layer, layer=_with_columns(layer.layer, fitted))
    if not isinstance(layer, Embedding) or layer.columns is not None:
        return layer
    if not isinstance(fitted, TableFit):
        raise InputError(
            "the layer Embedding embeds a table's columns of names, as table_encoding alone gives them; these inputs "
            "are others. Leave the layer out, or the preprocessing behind table_encoding."
        )
    return layer.completed(fitted.name_columns)


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
    layers = tuple(_opened(layer, like) for like, layer in pairs)
    return replaced(trained, network=replaced(trained.network, layers=layers)) == asked


def _opened(layer: Layer, like: Layer) -> Layer:
    """Return a layer with the columns of another, if both embed; they name themselves alike or differ anyway."""
    if isinstance(layer, Named) and isinstance(like, Named):
        return replaced(layer, layer=_opened(layer.layer, like.layer))
    if isinstance(layer, Embedding) and isinstance(like, Embedding) and like.columns is None:
        return replaced(layer, columns=None)
    return layer
