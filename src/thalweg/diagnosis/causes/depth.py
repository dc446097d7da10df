"""Many layers one after the other, with nothing that keeps the signal at its size."""

from collections.abc import Iterator
from typing import Any

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, Change
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.layer_norm import LayerNorm
from thalweg.network.chain import chains, every
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.spec import parts, replaced
from thalweg.wording import counted

_DEEP = 5  # layers with weights, from which on plain networks begin to be hard to train
_FEWEST = 4  # dense layers from which on two hidden ones are fewer
_NORMS = (BatchNorm, GroupNorm, LayerNorm)


def depth(case: Case) -> Iterator[Change]:
    """Yield a deep plain network with batch normalisation, and one of two hidden layers.

    Source: He et al., "Deep residual learning", 2016; Ioffe and Szegedy, "Batch normalization", 2015.
    """
    network: Sequential = case.experiment.network
    weighted = [layer for layer in every(network.layers) if "initializer" in parts(type(layer)).values()]
    normal = any(isinstance(layer, _NORMS) for layer in every(network.layers))
    if len(weighted) < _DEEP or normal or any(chains(layer) for layer in network.layers):
        return
    said = f"{counted(len(weighted), 'layer')} with weights follow each other with no normalisation and no shortcut"
    weight = LIKELY if case.vanishing or case.failed("initial scale") or case.failed("units alive") else POSSIBLE
    yield Change(
        cause="depth",
        text="batch normalisation before each activation",
        said=said,
        remedy="Put a batch normalisation before each activation.",
        experiment=replaced(case.experiment, network=_normalised(network)),
        before=case.experiment,
        weight=weight,
    )
    shallow = _shallow(network)
    if shallow is not None:
        yield Change(
            cause="depth",
            text="two hidden layers",
            said=said,
            remedy="Use fewer layers.",
            experiment=replaced(case.experiment, network=shallow),
            before=case.experiment,
            weight=weight,
        )


def _normalised(network: Sequential) -> Sequential:
    *before, last = network.layers
    layers: list[Any] = []
    for layer in before:
        layers += [BatchNorm(), layer] if isinstance(bare(layer), Activation) else [layer]
    return replaced(network, layers=(*layers, last))


def _shallow(network: Sequential) -> Sequential | None:
    """Return a dense network with the first two of its hidden layers alone; None for others."""
    places = [place for place, layer in enumerate(network.layers) if isinstance(bare(layer), Dense)]
    plain = all(isinstance(bare(layer), Dense | Activation) for layer in network.layers[places[0] :] if places)
    if len(places) < _FEWEST or not plain:
        return None
    return replaced(network, layers=(*network.layers[: places[2]], *network.layers[places[-1] :]))
