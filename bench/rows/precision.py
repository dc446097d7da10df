"""MNIST computed in float32 and in bfloat16: 784-256-10 with Adam, batch 128, five epochs, twenty seeds.

    MNIST=FOLDER python -m bench precision

FOLDER holds the four idx files.
"""

import os
import statistics
from datetime import UTC, datetime

from bench.mnist import Tested, digits, tested

TITLE = "precision on MNIST: 784-256-10, Adam, batch 128, five epochs, twenty seeds"
SEEDS = range(20)


def table() -> str:
    """Train in both precisions with the same seeds; return the scores as a Markdown table."""
    import jax

    data = digits()
    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    found = {name: [tested(data, seed=seed, precision=name) for seed in SEEDS] for name in ("full", "bfloat16")}
    pairs = zip(found["bfloat16"], found["full"], strict=True)
    gains = [100 * (low.accuracy - full.accuracy) for low, full in pairs]
    error = statistics.stdev(gains) / len(gains) ** 0.5
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}). Parameters are float32 in both. The "
        f"same seeds: bfloat16 changes the test\naccuracy by {statistics.mean(gains):+.2f} points on average, standard "
        f"error {error:.2f}."
    )
    lines = [f"## {TITLE}", "", words, "", "| precision | test accuracy | least - most | test loss | s |"]
    return "\n".join([*lines, "|---|---|---|---|---|", *(_line(name, scores) for name, scores in found.items())]) + "\n"


def _line(name: str, scores: list[Tested]) -> str:
    accuracies = [score.accuracy for score in scores]
    return (
        f"| {name} | {statistics.mean(accuracies):.2%} | {min(accuracies):.2%} - {max(accuracies):.2%} | "
        f"{statistics.mean(score.loss for score in scores):.4f} | {statistics.median(s.seconds for s in scores):.1f} |"
    )
