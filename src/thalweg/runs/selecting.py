"""Which inputs a network selects under a penalty that makes weights 0."""

import numpy as np

from thalweg.network.in_place import in_place
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.penalties.selected import selected_inputs
from thalweg.preprocess.chain import table_of
from thalweg.runs.outcome import Selection
from thalweg.train.prepare import Prepared
from thalweg.types import Params

SHARE = 0.01  # of the largest weight: gradient steps leave one that the penalty holds at 0 near it, and not on it


def selection_of(prepared: Prepared, params: Params) -> Selection | None:
    """List the inputs that a trained network's first layer weighs.

    Args:
        prepared: Gives the penalty, the network and the inputs' names.
        params: Of the network, trained.

    Returns:
        The selection; None where no penalty of sizes acts, or the first layer with weights does not see the inputs
        one by one.
    """
    experiment = prepared.experiment
    charged = {L1: "strength", ElasticNet: "sizes"}.get(type(experiment.penalty))
    if charged is None or not float(getattr(experiment.penalty, charged)):
        return None
    layers = zip(experiment.network.names(), experiment.network.layers, strict=True)
    first = next((name for name, layer in layers if not in_place(layer)), "")
    w, names = params.get(first, {}).get("w"), prepared.names
    if w is None or np.shape(w)[:1] != (len(names),) or np.ndim(w) != 2:
        return None
    tolerance = SHARE * float(np.abs(np.asarray(w)).max())
    found, table = selected_inputs(w, tolerance=tolerance), table_of(prepared.fitted)
    owners = table.owners if table is not None and table.names == names else ()  # not once components mix the columns
    columns = tuple(dict.fromkeys(owners[k] for k in found)) if owners else ()
    return Selection(tuple(names[k] for k in found), len(names), tolerance, columns, len(set(owners)))
