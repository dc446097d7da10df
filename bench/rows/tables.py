"""The default experiment on real tables, beside scikit-learn's defaults: gradient boosting and a network.

    TABLES=FOLDER python -m bench tables

FOLDER holds a folder for each table named below; the last three are scikit-learn's own.
"""

import math
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

TITLE = "tables: defaults beside scikit-learn's, mean of five seeds on test parts"
SEEDS = range(5)
TABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "adult": ("adult/adult-train.csv", {"target": -1}),
    "titanic": ("titanic/train.csv", {"target": "Survived"}),
    "california housing": ("california_housing/housing.csv", {"target": "median_house_value"}),
    "red wine, as amounts": ("wine_quality/winequality-red.csv", {"target": -1, "task": "regression"}),
    "white wine, as classes": ("wine_quality/winequality-white.csv", {"target": -1}),
    "penguins": ("penguins/penguins.csv", {"target": "species"}),
    "mpg": ("mpg/mpg.csv", {"target": "mpg"}),
    "mammography": ("mammography/mammography.csv", {"target": -1}),
    "horse colic": ("horse_colic/horse-colic.csv", {"target": 22}),
    "abalone": ("abalone/abalone.csv", {"target": -1}),
    "breast cancer": ("breast_cancer", {}),
    "diabetes": ("diabetes", {}),
    "wine": ("wine", {}),
}
MOST_LEVELS = 200  # of a column of names, that boosting gets as categories; it takes 255 at most


class Scored(NamedTuple):
    """One model's test scores on a table, a seed each: accuracy, or R² for amounts."""

    scores: list[float]
    seconds: list[float]


def table() -> str:
    """Fit all models on all tables; return the scores as a Markdown table."""
    import jax

    found = {name: _compared(*where) for name, where in TABLES.items()}
    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    names = list(next(iter(found.values())))
    boosted, net = names[1:]
    own = {name: models[names[0]] for name, models in found.items()}
    level = [n for n, s in own.items() if _mean(s) >= _mean(found[n][boosted]) - _error(s, found[n][boosted])]
    worse = [n for n, s in own.items() if _mean(s) < _mean(found[n][net]) - _error(s, found[n][net])]
    ranks = {m: statistics.mean(_rank(models, m) for models in found.values()) for m in (names[0], net)}
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}). Accuracy, or R² for amounts, with "
        "the standard error over\nthe five splits. All models see the same rows: Thalweg divides them into some to "
        "train on and some to choose by, the\nothers train on both. The network of scikit-learn gets the inputs "
        "encoded and scaled alike, but without pieces. Level with\ngradient boosting or better, within a standard "
        f"error of the difference: {len(level)} of {len(own)} ({', '.join(level)}).\nWorse than scikit-learn's network "
        f"by more than that: {', '.join(worse) or 'none'}; mean rank of the two {ranks[names[0]]:.2f} against "
        f"{ranks[net]:.2f}."
    )
    lines = [f"## {TITLE}", "", words, "", f"| table | {' | '.join(names)} | s |", "|---" * (len(names) + 2) + "|"]
    for name, models in found.items():
        cells = " | ".join(f"{_mean(s):.4f} ± {_own_error(s):.4f}" for s in models.values())
        took = " / ".join(f"{statistics.median(s.seconds):.1f}" for s in models.values())
        lines.append(f"| {name} | {cells} | {took} |")
    return "\n".join(lines) + "\n"


def opened(place: str) -> str:
    """Return the path of a table of the folder, or the name of one that is built in."""
    return str(Path(os.environ["TABLES"]) / place) if "/" in place else place


def _compared(place: str, reading: dict[str, Any]) -> dict[str, Scored]:
    from thalweg.runs.examples import open_examples

    data = opened(place)
    models: dict[str, Callable[..., np.ndarray]] = {
        "Thalweg": predicted,
        "HistGradientBoosting": _boosting,
        "MLP of scikit-learn": _network,
    }
    found = {name: Scored([], []) for name in models}
    for seed in SEEDS:
        examples = open_examples(data, reading=reading, split_seed=seed)
        truth = examples.source.targets[examples.split.test]
        for name, model in models.items():
            begin = time.perf_counter()
            outputs = model(data, reading, examples, seed)
            found[name].seconds.append(time.perf_counter() - begin)
            found[name].scores.append(score(outputs, truth))
    return found


def predicted(
    data: str, reading: dict[str, Any], examples: Any, seed: int, settings: tuple[str, ...] = ()
) -> np.ndarray:
    """Return class numbers, or amounts (n,), of the test rows, after all that `fit` does but for the checks."""
    import thalweg
    from thalweg.data.columns import take
    from thalweg.runs.model import predict_inputs

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        model = thalweg.fit(data, **reading, seed=seed, split_seed=seed, checks=False, out=out, settings=settings).model
    outputs = predict_inputs(model, take(examples.source.inputs, examples.split.test))
    return outputs.argmax(axis=1) if examples.source.task.kind == "classes" else outputs[:, 0]


def _boosting(data: str, reading: dict[str, Any], examples: Any, seed: int) -> np.ndarray:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    source, seen = examples.source, _seen(examples)
    columns = [_category(c, seen) if hasattr(c, "codes") else c.values for c in source.inputs]
    named = np.array([hasattr(c, "codes") for c in source.inputs])
    kind = HistGradientBoostingClassifier if source.task.kind == "classes" else HistGradientBoostingRegressor
    return _sklearn(kind(categorical_features=named, random_state=seed), np.stack(columns, axis=1), examples)


def _network(data: str, reading: dict[str, Any], examples: Any, seed: int) -> np.ndarray:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    from thalweg.preprocess.table import TableEncoding

    seen, encoding = _seen(examples), TableEncoding()
    fitted = encoding.fit(examples.source.inputs, examples.split._replace(train=seen))
    kind = MLPClassifier if examples.source.task.kind == "classes" else MLPRegressor
    return _sklearn(kind(random_state=seed), encoding.apply(fitted, examples.source.inputs), examples)


def _sklearn(model: Any, x: np.ndarray, examples: Any) -> np.ndarray:
    source, seen = examples.source, _seen(examples)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 200 epochs did not converge
        if source.task.kind == "classes":
            return model.fit(x[seen], source.targets[seen]).predict(x[examples.split.test])
        y = source.targets[:, 0]
        mean, deviation = y[seen].mean(), y[seen].std()
        return model.fit(x[seen], (y[seen] - mean) / deviation).predict(x[examples.split.test]) * deviation + mean


def _category(column: Any, seen: np.ndarray) -> np.ndarray:
    """Return a column's codes, NaN for a missing name, with all but the commonest levels as one."""
    codes = column.codes.astype(float)
    counts = np.bincount(column.codes[seen][column.codes[seen] >= 0], minlength=len(column.levels))
    place = np.full(len(column.levels) + 1, float(MOST_LEVELS))
    common = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
    place[common] = np.arange(len(common))
    return np.where(codes < 0, np.nan, place[column.codes])


def _seen(examples: Any) -> np.ndarray:
    return np.sort(np.concatenate([examples.split.train, examples.split.validation]))


def score(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the accuracy of class numbers, or the R² of amounts."""
    if truth.ndim == 1:
        return float((predicted == truth).mean())
    return float(1 - ((predicted - truth[:, 0]) ** 2).mean() / truth[:, 0].var())


def _mean(scored: Scored) -> float:
    return statistics.mean(scored.scores)


def _own_error(scored: Scored) -> float:
    return statistics.stdev(scored.scores) / math.sqrt(len(scored.scores))


def _error(one: Scored, other: Scored) -> float:
    """Return the standard error of the mean difference: the splits are the same, so that it is taken split by split."""
    gains = [a - b for a, b in zip(one.scores, other.scores, strict=True)]
    return statistics.stdev(gains) / math.sqrt(len(gains))


def _rank(models: dict[str, Scored], name: str) -> float:
    """Return the place of Thalweg or of the network among these two, the ends being shared."""
    first, _, last = (_mean(scored) for scored in models.values())
    mine, theirs = (first, last) if name == "Thalweg" else (last, first)
    return 1.5 if mine == theirs else 1.0 if mine > theirs else 2.0
