"""L1, elastic net and L2 on real tables with as many columns of noise added: scores, and which inputs are selected.

    python -m bench penalties

All strengths of a penalty are one population, and five splits are five of them. One strength is chosen for all splits,
by their validation parts: the best, and by the rule of one standard error the strongest that is hardly worse.
"""

import math
import os
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

TITLE = "L1 against L2: real tables with as many columns of noise added"
TABLES = ("breast_cancer", "diabetes")
PENALTIES = ("L2", "elastic net", "L1")
SEEDS = range(5)
STRENGTHS = (0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
UNITS, RATE = 32, 0.003
HEAVIEST = 5  # inputs by their largest weight, among which noise is counted


class Found(NamedTuple):
    """What a penalty came to at each strength: all (splits, strengths)."""

    validation: np.ndarray  # less the cross-entropy, or R²
    test: np.ndarray  # accuracy, or R²
    real: np.ndarray  # columns of the table that are selected
    noise: np.ndarray  # columns of noise that are
    heaviest: np.ndarray  # columns of noise among the heaviest inputs


def table() -> str:
    """Train all; return scores and selections as a Markdown table."""
    import jax

    cores, device = len(os.sched_getaffinity(0)), jax.devices()[0].device_kind
    words = (
        f"Made on {datetime.now(UTC):%Y-%m-%d} ({device}, cores in use: {cores}). A hidden layer of {UNITS} units, "
        f"Adam at {RATE}, no pieces, otherwise the default\nexperiment; five splits, each with noise of its own. Of "
        f"strengths from {STRENGTHS[0]:g} to {STRENGTHS[-1]:g}: the one with the best mean on the validation\nparts "
        "(cross-entropy, or R²), and the strongest whose mean is within a standard error of it. Elastic net: L1 and "
        "L2, each\nof half the strength. Test: accuracy, or R² for amounts, and its difference from that of L2 at its "
        "best, split by split, with\nstandard errors. An input is selected if a unit weighs it by more than a "
        "hundredth of the largest weight. The last column counts\nnoise among the inputs of the largest weights, "
        "selected or not."
    )
    columns = ("table", "penalty", "strength", "test", "against L2", "real selected", "noise selected")
    columns = (*columns, f"noise in the heaviest {HEAVIEST}")
    lines = [f"## {TITLE}", "", words, "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *(line for name in TABLES for line in _lines(name))]) + "\n"


def _lines(name: str) -> list[str]:
    found = {penalty: _found(name, penalty) for penalty in PENALTIES}
    level = found["L2"].test[:, chosen(found["L2"].validation)[0]]
    columns = _table(name).data.shape[1]
    lines = []
    for penalty, came in found.items():
        for how, k in zip(("best", "strongest"), chosen(came.validation), strict=True):
            real, noise, heaviest = (part[:, k].mean() for part in (came.real, came.noise, came.heaviest))
            test, gain = came.test[:, k], came.test[:, k] - level
            lines.append(
                f"| {name} | {penalty} | {how}, {STRENGTHS[k]:g} | {test.mean():.4f} ± {_error(test):.4f} | "
                f"{gain.mean():+.4f} ± {_error(gain):.4f} | {real:.1f} of {columns} | {noise:.1f} of {columns} | "
                f"{heaviest:.1f} |"
            )
    return lines


def _found(name: str, penalty: str) -> Found:
    rows = [_trained(name, penalty, seed) for seed in SEEDS]
    return Found(*(np.stack(part) for part in zip(*rows, strict=True)))


def chosen(validation: np.ndarray) -> tuple[int, int]:
    """Return the places of the strength that is best on average, and of the strongest within its standard error.

    Args:
        validation: Scores (splits, strengths), larger being better; strengths increase.

    Returns:
        (best, strongest).
    """
    means = validation.mean(axis=0)
    best = int(means.argmax())
    within = means >= means[best] - _error(validation[:, best])
    return best, int(np.flatnonzero(within)[-1])


def _error(scores: np.ndarray) -> float:
    return float(scores.std(ddof=1)) / math.sqrt(len(scores))


def _trained(name: str, penalty: str, seed: int) -> Found:
    """Train at every strength on one split; all of what is returned is (strengths,)."""
    import jax.numpy as jnp

    from bench.path import ended_together
    from thalweg.defaults import default_experiment
    from thalweg.network.presets.dense import dense_network
    from thalweg.preprocess.table import TableEncoding
    from thalweg.runs.examples import open_examples
    from thalweg.spec import replaced
    from thalweg.train.evaluate import assess, part_of
    from thalweg.train.prepare import prepare
    from thalweg.train.scores import score_of, variance_of
    from thalweg.updates.adam import Adam

    source, split, *_ = open_examples(_noisy(name, seed), reading={"target": "target"}, split_seed=seed)
    base = default_experiment(source, len(split.train))
    base = replaced(base, network=dense_network(1, hidden=(UNITS,)), preprocess=TableEncoding(), update=Adam(RATE))
    prepared = prepare(source, split, base)
    experiments = [replaced(base, penalty=_penalty(penalty, strength)) for strength in STRENGTHS]
    judged, told = ("cross_entropy", "accuracy") if source.task.kind == "classes" else ("r2", "r2")
    x, y = prepared.x, prepared.y
    state = ended_together(experiments, x, y, split.train, split.validation, watched=False, seed=seed, metric=judged)
    params, inner = state.members.best
    members = state.members._replace(carry=state.members.carry._replace(params=params, state=inner))
    (test,) = assess(members, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), split.test),))
    test = score_of(told, test, variance=variance_of(y[split.test], np.ones(len(split.test))))
    validation = np.array(state.best_score) * (-1 if judged == "cross_entropy" else 1)
    sizes = np.abs(np.asarray(params["dense_1"]["w"])).max(axis=2)  # (strengths, inputs)
    return Found(validation, test, *_selected(sizes))


def _selected(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from thalweg.runs.selecting import SHARE

    half = sizes.shape[1] // 2  # the noise comes behind the table's own columns
    selected = sizes > SHARE * sizes.max(axis=1, keepdims=True)
    heaviest = np.argsort(-sizes, axis=1)[:, :HEAVIEST]
    return selected[:, :half].sum(axis=1), selected[:, half:].sum(axis=1), (heaviest >= half).sum(axis=1)


def _penalty(name: str, strength: float) -> Any:
    from thalweg.penalties.elastic_net import ElasticNet
    from thalweg.penalties.l1 import L1
    from thalweg.penalties.l2 import L2

    # L2 is 0.5 strength w^2, the elastic net's squares are whole.
    return {"L2": L2(strength), "elastic net": ElasticNet(strength / 2, strength / 4), "L1": L1(strength)}[name]


def _noisy(name: str, seed: int) -> Any:
    """Return the table with a column of noise for each of its own, as a frame."""
    import polars

    loaded = _table(name)
    noise = np.random.default_rng(seed).normal(size=loaded.data.shape)
    columns = {str(column): loaded.data[:, k] for k, column in enumerate(loaded.feature_names)}
    columns |= {f"noise {k}": noise[:, k] for k in range(noise.shape[1])}
    target = loaded.target.astype(str) if name == "breast_cancer" else loaded.target
    return polars.DataFrame({**columns, "target": target})


def _table(name: str) -> Any:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")()
