"""Amounts on real tables, learned as amounts and as classes: five splits, the default experiment but for the loss.

    TABLES=FOLDER python -m bench regression_by_classification

FOLDER holds the tables as for the row `tables`.
"""

import math
import os
import statistics
from datetime import UTC, datetime

from bench.rows.tables import TABLES, opened, predicted, score

TITLE = "amounts learned as classes: R² on test parts, mean of five splits"
NAMES = ("mpg", "diabetes", "red wine, as amounts", "abalone", "california housing")
BINS = 20
SEEDS = range(5)


def table() -> str:
    """Fit both ways on all tables; return the scores as a Markdown table."""
    import jax

    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    lines = [f"## {TITLE}", ""]
    lines += [
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}). The default experiment with its "
        f"squared error, and with {BINS} bins.\nThe gain is the classes', with its standard error over the splits.",
        "",
        "| table | squared error | classes | gain |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_line, NAMES)]) + "\n"


def _line(name: str) -> str:
    plain, binned = _scores(name, binned=False), _scores(name, binned=True)
    gains = [b - a for a, b in zip(plain, binned, strict=True)]
    error = statistics.stdev(gains) / math.sqrt(len(gains))
    means = f"{statistics.mean(plain):.4f} | {statistics.mean(binned):.4f}"
    return f"| {name} | {means} | {statistics.mean(gains):+.4f} ± {error:.4f} |"


def _scores(name: str, *, binned: bool) -> list[float]:
    from thalweg.defaults import default_experiment
    from thalweg.runs.examples import open_examples

    place, reading = TABLES[name]
    data, scores = opened(place), []
    for seed in SEEDS:
        examples = open_examples(data, reading=reading, split_seed=seed)
        source, split = examples.source, examples.split
        last = len(default_experiment(source, len(split.train)).network.layers) - 1
        loss = f"loss={{kind='regression_by_classification',bins={BINS}}}"
        settings = (loss, f"network.layers.{last}.units={BINS}") if binned else ()
        scores.append(score(predicted(data, reading, examples, seed, settings), source.targets[split.test]))
    return scores
