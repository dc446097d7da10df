"""Layers that drop so much, or add so much noise, that little gets through."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, UNLIKELY, Change
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.network.chain import every
from thalweg.network.noise import without_noise
from thalweg.spec import replaced

_MUCH, _SOME = 0.6, 0.3  # shares dropped


def noise(case: Case) -> Iterator[Change]:
    """Yield the network with nothing dropped and no noise added.

    Source: CS231n notes, "Neural Networks Part 2", "Dropout".
    """
    layers = list(every(case.experiment.network.layers))
    dropped = [float(layer.drop) for layer in layers if isinstance(layer, Dropout | DropConnect)]
    added = [float(layer.std) for layer in layers if isinstance(layer, GaussianNoise)]
    most = max([*dropped, *added], default=0.0)
    if not most:
        return
    found = {"dropout": max(dropped, default=0.0), "noise": max(added, default=0.0)}
    named = [f"{name} of {share:g}" for name, share in found.items() if share]
    what = " and ".join(name for name, share in found.items() if share)
    yield Change(
        cause="dropout_too_strong",
        text=f"no {what}",
        said=f"with a {' and a '.join(named)} too little reaches the layers behind",
        remedy=f"Leave {what} out, then try half as much.",
        experiment=replaced(case.experiment, network=without_noise(case.experiment.network)),
        before=case.experiment,
        weight=LIKELY if most > _MUCH else POSSIBLE if most > _SOME else UNLIKELY,
    )
