"""What the tests of runs that begin with another's network share."""

import jax
import numpy as np

from tests.runs.small import OPTIONS, quick
from thalweg.recipe import _opened, options_of

DEEP = (
    "network.layers=[{kind='dense',units=6},'batch_norm',{kind='activation',function='relu'},{kind='dense',units=4},"
    "{kind='activation',function='relu'},{kind='dense',units=1}]",
    "training.batch=32",
    "update.rate=0.05",
    "preprocess.pieces=0",
)
PLAN = ("training.batch=32", "update.rate=0.05")


def beginning_with(source, data, folder, **options):
    return quick(data, folder, **{"from_run": str(source.run), "settings": PLAN, **options})


def opened_with(source, data, **options):
    """The same up to where training would begin: (examples, prepared, experiment, transfer)."""
    _, *opened = _opened(str(data), options_of({**OPTIONS, "from_run": source.run, "settings": PLAN, **options}))
    return opened


def bits(model, *names):
    arrays = [leaf for name in names for leaf in jax.tree.leaves((model.params[name], model.state[name]))]
    return [np.asarray(leaf).tobytes() for leaf in arrays]


def said(remarks, kind="pretrained"):
    return [remark.text for remark in remarks if remark.kind == kind]
