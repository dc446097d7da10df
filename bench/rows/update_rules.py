"""Every update rule at its default rate on MNIST: 784-256-10, batch 128, five epochs, constant rate.

    MNIST=FOLDER python -m bench update_rules

FOLDER holds the four idx files. The pixels have mean 0 and deviation 1 over the 55,000 training rows; training goes by
Thalweg's own path, and the weights are those of the epoch that is best on the other 5,000 rows. A rule that falls short
of 97% is tried at other rates.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

TITLE = "update rules on MNIST: 784-256-10, batch 128, five epochs, each at its default rate"
TRAIN, EPOCHS, WANTED = 55_000, 5, 0.97
FACTORS = (3.0, 1 / 3, 10.0, 0.1, 30.0)  # of the default rate, tried in this order where it falls short


class Score(NamedTuple):
    """What one rule came to."""

    kind: str
    rate: float
    loss: float  # on the test part, at the best epoch
    accuracy: float
    seconds: float  # of training, compiling left out


def table() -> str:
    """Train with every rule; return the scores as a Markdown table."""
    import jax

    from thalweg.catalogue import KINDS

    data = _digits()
    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}); one seed. Pixels have mean 0 and "
        "deviation 1; the weights are those\nof the epoch that is best on 5,000 rows; scores are those of the 10,000 "
        "test rows. L-BFGS, for full batches, is left out."
    )
    lines = [f"## {TITLE}", "", words, "", "| rule | rate | test accuracy | test loss | s |", "|---|---|---|---|---|"]
    for kind, cls in KINDS["update rule"].items():
        if getattr(cls, "full_batch", False):
            continue
        lines.extend(map(_line, _scores(kind, cls(), data)))
        print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def _scores(kind: str, rule: Any, data: Any) -> list[Score]:
    from thalweg.spec import replaced

    scores = [_score(kind, rule, data)]
    for factor in FACTORS:
        if scores[-1].accuracy >= WANTED:
            break
        scores.append(_score(kind, replaced(rule, rate=factor * rule.rate), data))
    # Of those tried at another rate, only the one that does, or the best.
    return [scores[0], *([max(scores[1:], key=lambda score: score.accuracy)] if scores[1:] else [])]


def _line(score: Score) -> str:
    head, tail = f"| {score.kind} | {score.rate:.3g} |", f"{score.loss:.4f} | {score.seconds:.1f} |"
    return f"{head} {score.accuracy:.2%} | {tail}"


def _digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pixels (70,000, 784), classes, and the rows of the test part."""
    from thalweg.data.idx import read_idx_array

    folder, endings = Path(os.environ["MNIST"]), ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")
    names = [folder / f"{part}-{ending}" for part in ("train", "t10k") for ending in endings]
    first, second, third, fourth = map(read_idx_array, names)
    x = np.concatenate([first, third]).reshape(-1, 784).astype(np.float32)
    mean, deviation = x[:TRAIN].mean(dtype=np.float64), x[:TRAIN].std(dtype=np.float64)
    x = (x - np.float32(mean)) / np.float32(deviation)
    return x, np.concatenate([second, fourth]).astype(np.int32), np.arange(len(first), len(x))


def _score(kind: str, rule: Any, data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Score:
    import jax
    import jax.numpy as jnp

    from bench.path import ended
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.presets import dense_network
    from thalweg.train.evaluate import assess, part_of
    from thalweg.train.scores import loss_of, score_of

    x, y, test = data
    experiment = Experiment(
        dense_network(10, hidden=(256,)),
        SoftmaxCrossEntropy(),
        update=rule,
        training=Training(batch=128, epochs=EPOCHS, patience=EPOCHS + 1),
    )
    begin = time.perf_counter()
    state = ended(experiment, x, y, np.arange(TRAIN), np.arange(TRAIN, int(test[0])))
    seconds = time.perf_counter() - begin - state.compile_seconds
    params, inner = state.members.best
    best = state.members._replace(carry=state.members.carry._replace(params=params, state=inner))
    (sums,) = assess(best, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), test),))
    sums = jax.device_get(sums)
    return Score(kind, rule.rate, float(loss_of(sums)[0]), float(score_of("accuracy", sums)[0]), seconds)
