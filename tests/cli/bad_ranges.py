"""A number just out of its range, for every number of every kind of part."""

from tests.cli.bad_experiments import FIT, HEAD, network, plain
from tests.cli.bad_making import Bad
from thalweg.catalogue import KINDS
from thalweg.spec import functions, tunables


def _placed(family, part):
    """Return an experiment with a part where its family belongs."""
    match family:
        case "layer":
            return network(part, HEAD)
        case "initializer":
            return network({**HEAD, "weights": part})
        case "preprocessing":
            return {"preprocess": part}
        case "column scaling":
            return {"preprocess": {"kind": "table_encoding", "numeric": part}}
        case "activation":
            return network({"kind": "activation", "function": part}, HEAD)
        case "update rule":
            return {"update": part}
        case "plateau":
            return {"training": {"plateau": part}}
        case "augmentation":
            return {"augment": [part]}
        case "mixing":
            return {"mix": part}
        case "layer rate":
            return {"rates": {"kind": "layer_rates", "entries": [part]}}
    return {family: part}


def _outside(limits):
    """Return a value just outside a range, or no number at all where there is no outside."""
    if limits.low > -float("inf"):
        return limits.low if limits.open_low else limits.low - 1
    return limits.high if limits.high < float("inf") else "much"


_EXTRA = {
    **{kind: {"units": 3} for kind in ("dense", "maxout", "drop_connect", "lstm")},
    **{kind: {"filters": 3} for kind in ("convolution", "sequence_convolution", "transposed_convolution")},
    "hierarchical_dense": {"classes": 3},
    "warmup": {"then": "constant"},
    "layer_rate": {"layer": "dense_1"},
}
RANGES = [
    Bad(
        f"{family}: {kind}.{field} out of range",
        FIT + " --config e.json",
        f"--config ... {cls.__name__}.{field} must be",
        plain(_placed(family, {"kind": kind, **_EXTRA.get(kind, {}), field: _outside(limits)})),
    )
    for family, kinds in KINDS.items()
    for kind, cls in kinds.items()
    if not functions(cls)  # which no file alone can make
    for field, limits in tunables(cls).items()
]
