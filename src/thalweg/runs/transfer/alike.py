"""Whether data are like those that a trained network knows."""

import numpy as np

from thalweg.data.columns import take
from thalweg.data.source import Source
from thalweg.errors import InputError
from thalweg.preprocess import chain
from thalweg.preprocess.chain import table_of
from thalweg.runs.model import Model

_KINDS = {"table": "columns of a table", "array": "arrays of numbers", "image": "images"}


def unknown_columns(model: Model, source: Source) -> tuple[str, ...]:
    """Return the names of a table's input columns that a trained network does not know; () of arrays."""
    known = _known(model)
    inputs = source.inputs if isinstance(source.inputs, tuple) and known else ()
    return tuple(column.name for column in inputs if column.name not in known)


def require_alike(model: Model, source: Source) -> None:
    """Refuse data that a trained network cannot take.

    Args:
        model: The trained network.
        source: The new data, without columns that the network does not know.

    Raises:
        InputError: If they are of another kind or shape, lack a column or are to have one predicted that the network
            takes as an input, or one of them holds names for numbers or the reverse.
    """
    if source.kind != model.kind:
        raise InputError(
            f"the trained network takes {_KINDS[model.kind]}; the data are {_KINDS[source.kind]}. Give data like those "
            "it was trained on, or leave out --from."
        )
    if isinstance(source.inputs, np.ndarray):
        wanted, got = tuple(model.schema["shape"]), source.inputs.shape[1:]
        if wanted != got:
            size = ", or images of that size with --image-size" if model.kind == "image" else ""
            raise InputError(
                f"the trained network takes examples of shape {wanted}; the data have shape {got}. Give data like "
                f"those it was trained on{size}, or leave out --from."
            )
        return
    if source.task.target in _known(model):
        raise InputError(
            f"the trained network takes the column {source.task.target!r} as an input, and here it is to be predicted. "
            "Choose another --target, or leave out --from."
        )
    chain.apply(model.experiment.preprocess, model.fitted, take(source.inputs, np.arange(1)))


def _known(model: Model) -> frozenset[str]:
    fitted = table_of(model.fitted)
    return frozenset(() if fitted is None else (code.name for code in fitted.columns))
