"""A small mixed table that trains in a fraction of a second, and what the tests of runs share."""

import json
import shutil

import jax
import numpy as np

from thalweg.recipe import fit
from thalweg.train.controllers import Continue, Pause

ROWS = 160
COLUMNS = ("name", "age", "income", "city", "size", "price", "bought")
_LAYERS = "[{kind='dense',units=4},'dropout',{kind='activation',function='relu'},{kind='dense',units=1}]"
NETWORK = (f"network.layers={_LAYERS}",)
PLAN = (*NETWORK, "training.batch=32", "update.rate=0.05")
OPTIONS = {
    "target": "bought",
    "drop": ("size", "price"),
    "epochs": 6,
    "checks": False,
    "attempts": 0,
    "settings": (*PLAN, "preprocess.pieces=0"),
}


def rows(count=ROWS, seed=0):
    """Rows as dicts of text: numbers, names, missing cells, labels of three kinds."""
    random = np.random.default_rng(seed)
    age, income = random.integers(18, 80, count), random.normal(30, 8, count)
    city = random.choice(["Bonn", "Köln", "Ulm", "Kiel"], count, p=[0.4, 0.3, 0.2, 0.1])
    score = 0.05 * (age - 50) + 0.1 * (income - 30) + (city == "Ulm") + random.normal(0, 0.5, count)
    return [
        {
            "name": f"n-{seed}-{k:04}",
            "age": "" if k % 11 == 0 else str(age[k]),
            "income": f"{income[k]:.3f}",
            "city": "?" if k % 17 == 0 else city[k],
            "size": "SML"[int(np.digitize(score[k], [-0.5, 0.8]))],
            "price": f"{20 + 5 * score[k]:.4f}",
            "bought": "yes" if score[k] > 0 else "no",
        }
        for k in range(count)
    ]


def write_table(path, table, columns=COLUMNS):
    """Write rows as CSV."""
    lines = [",".join(columns), *(",".join(row[name] for name in columns) for row in table)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def quick(data, folder, **options):
    """Fit the small table with the smallest network."""
    return fit(str(data), **{**OPTIONS, "runs": str(folder), **options})


class PauseAt:
    """Pause when training was asked for the n-th time."""

    def __init__(self, moment):
        self.left = moment

    def decide(self, progress):
        self.left -= 1
        return Pause("enough for now") if self.left < 0 else Continue()


class Interrupting:
    """Press Ctrl-C when training was asked for the n-th time."""

    def __init__(self, moment):
        self.left = moment

    def decide(self, progress):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return Continue()


def weights(model):
    """The arrays of a model."""
    return [np.asarray(leaf) for leaf in jax.tree.leaves((model.params, model.state))]


def same_bits(one, other):
    """Whether two models have the same weights."""
    return all(np.array_equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def without_time_or_probes(history):
    """The tables of a history that do not hang on the clock, as text: NaN is like NaN."""
    evaluations = history.evaluation_table()
    evaluations.pop("seconds")
    return {name: values.tobytes() for name, values in (*evaluations.items(), *history.step_table().items())}


def contents(folder):
    """Every file below a folder with its bytes; locks left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("lock")
    }


def copy_of(run, place):
    """Copy a run as if it had been made at `place`."""
    shutil.copytree(run, place)
    edit_json(place / "experiment.json", place=str(place.resolve()))
    return place


def edit_json(path, **changes):
    """Change entries of a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
