"""The table of kinds: complete, unambiguous, closed."""

import importlib
import json

import pytest

from tests.sources import layers, modules
from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.objective import Objective
from thalweg.preprocess.target import StandardizeTarget
from thalweg.serialise import from_plain
from thalweg.spec import kind_of, parts
from thalweg.train.state import Learner

# Made by the library from an experiment or from the task; no file names them.
INTERNAL = {Learner, Objective, StandardizeTarget}


def specs():
    """Every spec class of the package up to and including training."""
    names = [layer for level in layers() for layer in level]
    low = set(names[: names.index("train") + 1])
    found = set()
    for name in modules():
        if name.count(".") and name.split(".")[1] in low - {"data"}:
            found |= {c for c in vars(importlib.import_module(name)).values() if "__is_spec__" in vars_of(c)}
    # Machines are made by starts, which have their numbers; no file names them.
    return {cls for cls in found if not cls.__module__.startswith("thalweg.pretrain.")}


def vars_of(value):
    return vars(value) if isinstance(value, type) else {}


def test_every_spec_has_its_kind():
    listed = {cls for members in KINDS.values() for cls in members.values()}
    assert specs() - listed == INTERNAL
    assert not listed & INTERNAL


def test_a_kind_is_the_name_of_its_class():
    assert all(kind == kind_of(cls) for members in KINDS.values() for kind, cls in members.items())


def test_every_family_that_a_part_asks_for_is_there():
    asked = {family for members in KINDS.values() for cls in members.values() for family in parts(cls).values()}
    assert asked | {"experiment"} == KINDS.keys()


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        KINDS["layer"] = {}
    with pytest.raises(TypeError):
        KINDS["layer"]["evil"] = dict


@pytest.mark.parametrize("kind", ["os.system", "thalweg.layers.dense.Dense", "learner", "objective", "Dense", "dict"])
def test_nothing_else_can_be_made_from_a_file(kind):
    text = json.dumps({"kind": "sequential", "layers": [{"kind": kind, "units": 3}]})
    with pytest.raises(InputError, match=r"^layers.0: unknown layer .* There are: dense, maxout, drop_connect"):
        from_plain(json.loads(text), "network", KINDS)
