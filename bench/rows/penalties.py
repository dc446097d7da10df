"""L1, elastic net and L2 on real tables with as many columns of noise added: five seeds, strengths by validation.

python -m bench penalties
"""

import math
import os
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

TITLE = "L1 against L2: real tables with as many columns of noise added"
TABLES = ("breast_cancer", "diabetes")
SEEDS = range(5)
STRENGTHS = (0.0001, 0.001, 0.003, 0.01)
PENALTIES = {
    "L2": "{{kind='l2',strength={0}}}",
    "L1": "{{kind='l1',strength={0}}}",
    "elastic net": "{{kind='elastic_net',sizes={0},squares={0}}}",
}
SHARE = 0.01  # of the largest weight of the first layer: an input with none above it is not selected


class Chosen(NamedTuple):
    """What a penalty came to on one split, at the strength that the validation part chose."""

    test: float  # accuracy, or R²
    real: int  # columns of the table that are selected
    noise: int  # columns of noise that are
    strength: float


def table() -> str:
    """Fit all; return the scores and the selections as a Markdown table."""
    import jax

    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}). A hidden layer of 32 units on the "
        "plain columns, Adam at 0.003; the strength\nis the one of "
        f"{', '.join(map(str, STRENGTHS))} that does best on the validation part. An input is selected if a unit\n"
        "weighs it by a hundredth of the largest weight or more. Accuracy, or R² for amounts, on test parts, with its "
        "standard error."
    )
    lines = [
        f"## {TITLE}",
        "",
        words,
        "",
        "| table | penalty | test | real columns selected | noise selected | strengths |",
    ]
    lines.append("|---|---|---|---|---|---|")
    return "\n".join([*lines, *(_line(name, kind) for name in TABLES for kind in PENALTIES)]) + "\n"


def _line(name: str, kind: str) -> str:
    found = [_chosen(name, kind, seed) for seed in SEEDS]
    scores = [one.test for one in found]
    error = statistics.stdev(scores) / math.sqrt(len(scores))
    real, noise = (statistics.mean(counts) for counts in zip(*((one.real, one.noise) for one in found), strict=True))
    strengths = ", ".join(f"{one.strength:g}" for one in found)
    columns = _columns(name)
    return (
        f"| {name} | {kind} | {statistics.mean(scores):.4f} ± {error:.4f} | {real:.1f} of {columns} | "
        f"{noise:.1f} of {columns} | {strengths} |"
    )


def _chosen(name: str, kind: str, seed: int) -> Chosen:
    fits = [(strength, *_fitted(name, PENALTIES[kind].format(strength), seed)) for strength in STRENGTHS]
    strength, _, test, real, noise = max(fits, key=lambda fit: fit[1])
    return Chosen(test, real, noise, strength)


def _fitted(name: str, penalty: str, seed: int) -> tuple[float, float, int, int]:
    """Return the validation score, the test score, and how many columns are selected, real and of noise."""
    import thalweg
    from bench.rows.tables import score
    from thalweg.runs.examples import open_examples
    from thalweg.runs.model import predict_inputs

    data, target = _noisy(name, seed)
    examples = open_examples(data, reading={"target": target}, split_seed=seed)
    source, split = examples.source, examples.split
    outputs = max(len(source.task.classes), 1) if len(source.task.classes) != 2 else 1
    hidden = "{kind='dense',units=32},{kind='activation',function='relu'}"
    layers = f"[{hidden},{{kind='dense',units={outputs}}}]"
    settings = (f"network.layers={layers}", f"penalty={penalty}", "update.rate=0.003", "preprocess.pieces=0")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        options: dict[str, Any] = {"seed": seed, "split_seed": seed, "checks": False, "settings": settings, "out": out}
        model = thalweg.fit(data, target=target, **options).model
    made = predict_inputs(model, source.inputs)
    made = made.argmax(axis=1) if source.task.kind == "classes" else made[:, 0]
    validation, test = (score(made[rows], source.targets[rows]) for rows in (split.validation, split.test))
    sizes = np.abs(np.asarray(model.params["dense_1"]["w"])).max(axis=1)
    chosen = [column for column, size in zip(model.fitted.names, sizes, strict=True) if size > SHARE * sizes.max()]
    noise = sum(column.startswith("noise") for column in chosen)
    return validation, test, len(chosen) - noise, noise


def _noisy(name: str, seed: int) -> tuple[Any, str]:
    """Return the table with a column of noise for each of its own, as a frame, and the target's name."""
    import polars
    from sklearn import datasets

    loaded: Any = getattr(datasets, f"load_{name}")()
    noise = np.random.default_rng(seed).normal(size=loaded.data.shape)
    columns = {f"column {k}": loaded.data[:, k] for k in range(loaded.data.shape[1])}
    columns |= {f"noise {k}": noise[:, k] for k in range(noise.shape[1])}
    named = loaded.target.astype(str) if name == "breast_cancer" else loaded.target
    return polars.DataFrame({**columns, "target": named}), "target"


def _columns(name: str) -> int:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")().data.shape[1]
