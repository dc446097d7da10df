"""Does the range of learning rates that the checks give hold the best rate that a fine search finds?

    python -m bench.rate_range TABLES --mnist FOLDER --cifar FOLDER [--rules adam momentum] [--problems ...]

TABLES holds a folder for each table, as for `python -m bench tables`; MNIST are the four idx files, CIFAR-10 its binary
files. On each problem whole runs are trained at rates a quarter of a decade apart, from several seeds, and scored on
the validation part at their best epoch: the best rate is the lowest point of a parabola through the logarithm of the
error 1 - score, smoothed. Beside it stands what `sweep_rates` finds in a few steps of three starts.

The shifts from the one to the other are judged on problems that they were not chosen on: for each problem the interval
is one decade wide, about the middle between the fifth and the ninety-fifth percentile of the shifts of all other
problems, and its suggestion is shifted by their median.
"""

import argparse
import time
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.rate_range import lowest_point
from thalweg.checks.rate_sweep import Ground, RateSweep, sweep_rates
from thalweg.data.cifar import read_cifar
from thalweg.data.idx import read_idx
from thalweg.defaults import default_experiment
from thalweg.keys import root
from thalweg.runs.examples import open_examples
from thalweg.runs.options import options_of
from thalweg.runs.resolving import resolve
from thalweg.spec import replaced
from thalweg.train.evaluate import assess, part_of
from thalweg.train.plan import Plan
from thalweg.train.population import advance, population, start
from thalweg.train.prepare import Prepared, prepare
from thalweg.train.scores import score_of, variance_of
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Batches, Member, learner_of


class Problem(NamedTuple):
    """Data, and how long to train on them."""

    place: str  # a table of the folder, or the name of a built-in set; "mnist" or "cifar"
    options: dict[str, Any]
    epochs: int
    seeds: int


PROBLEMS = {
    "titanic": Problem("titanic/train.csv", {"target": "Survived"}, 60, 5),
    "california housing": Problem("california_housing/housing.csv", {"target": "median_house_value"}, 15, 3),
    "white wine, as classes": Problem("wine_quality/winequality-white.csv", {"target": -1}, 30, 3),
    "mpg": Problem("mpg/mpg.csv", {"target": "mpg"}, 100, 5),
    "abalone": Problem("abalone/abalone.csv", {"target": -1}, 30, 3),
    "mammography": Problem("mammography/mammography.csv", {"target": -1}, 15, 3),
    "adult": Problem("adult/adult-train.csv", {"target": -1}, 6, 3),
    "digits": Problem("digits", {}, 60, 3),
    "MNIST, 8,000 images, dense": Problem("mnist", {"network": "three_layer"}, 15, 3),
    "CIFAR-10, 3,000 images, convolutional": Problem("cifar", {}, 12, 2),
}
RATES = {"adam": np.arange(-5, -0.4, 0.25), "momentum": np.arange(-4.5, 0.6, 0.25)}  # exponents
STEPS = (20, 50, 100)


class Found(NamedTuple):
    """One problem under one rule."""

    exponents: np.ndarray  # (r,) of the fine search
    score: np.ndarray  # (r,) mean over seeds
    best: float  # exponent
    fastest: dict[int, float]  # by steps of a try, the mean exponent over the starts
    seconds: dict[int, float]


def main() -> None:
    """Search, sweep, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("tables", type=Path)
    asked.add_argument("--mnist", type=Path)
    asked.add_argument("--cifar", type=Path)
    asked.add_argument("--rules", nargs="+", default=list(RATES), choices=list(RATES))
    asked.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    given = asked.parse_args()
    found = {}
    for name in given.problems:
        for rule in given.rules:
            prepared = _prepared(PROBLEMS[name], rule, given)
            score = fine(prepared, PROBLEMS[name], RATES[rule])
            error = np.log(np.clip(1 - score, 1e-3, 2))
            best = lowest_point(RATES[rule], np.minimum(error, error.min() + 1.5))
            fastest, seconds = {}, {}
            for steps in STEPS[:1] if PROBLEMS[name].place == "cifar" else STEPS:
                begin = time.perf_counter()
                sweep = tried(prepared, steps)
                seconds[steps] = time.perf_counter() - begin
                places = [lowest_point(np.log10(sweep.rates), gain) for gain in sweep.gain]
                fastest[steps] = float(np.mean(places))
            found[name, rule] = Found(RATES[rule], score, best, fastest, seconds)
            shifts = ", ".join(f"{steps} steps {best - at:+.2f}" for steps, at in fastest.items())
            print(f"{name}, {rule}: best 10^{best:.2f}, score {score.max():.4f}; shift {shifts}", flush=True)
    print("\n" + table(found))


def fine(prepared: Prepared, problem: Problem, exponents: np.ndarray) -> np.ndarray:
    """Return the mean over seeds of the best validation score of a whole run at each rate."""
    experiment, split = prepared.experiment, prepared.split
    seeds = [seed for seed in range(problem.seeds) for _ in exponents]
    plan = Plan(split.train, int(experiment.training.batch), 0, tuple((seed, 0) for seed in seeds))
    members = _members(prepared, [10.0**e for _ in range(problem.seeds) for e in exponents], seeds, plan, problem)
    x, y, weight = jnp.asarray(prepared.x), jnp.asarray(prepared.y), jnp.asarray(prepared.weight)
    part, amounts = part_of(x, y, weight, split.validation), prepared.y.dtype.kind == "f"
    variance = variance_of(prepared.y[split.validation], prepared.weight[split.validation])
    best = np.full(len(seeds), -1.0)
    for epoch in range(problem.epochs):
        order = plan.order(epoch)
        batches = Batches(x, y, weight, *(map(jnp.asarray, order) if order is not None else (None, None)))
        members, _ = advance(members, batches, clock=epoch * plan.steps, count=plan.steps)
        (sums,) = jax.device_get(assess(members, (part,)))
        score = score_of("r2" if amounts else "accuracy", sums, variance=variance, unit=prepared.unit)
        best = np.fmax(best, np.where(np.isfinite(score), score, -1.0))
    return best.reshape(problem.seeds, -1).mean(axis=0)


def tried(prepared: Prepared, steps: int) -> RateSweep:
    """Return what a few steps find, from three starts."""
    experiment, rows = prepared.experiment, prepared.split.train
    plan = Plan(rows, min(int(experiment.training.batch), len(rows)), steps, ((0, 0),))
    starts = [_start(prepared, float(experiment.update.rate), seed, steps) for seed in range(3)]
    x, y, weight = (jnp.asarray(values) for values in (prepared.x, prepared.y, prepared.weight))
    return sweep_rates(starts, range(3), Ground(x, y, weight, rows, plan.batch), steps=steps)


def table(found: dict[tuple[str, str], Found]) -> str:
    """Return the judgement of each problem by the shifts of all others, as Markdown."""
    lines = ["| problem | rule | best rate | interval | holds it | suggested | score there / best |", "|---" * 7 + "|"]
    held, near = [], []
    for (name, rule), one in found.items():
        steps = max(one.fastest)
        others = np.array(
            [o.best - o.fastest[steps] for (n, _), o in found.items() if n != name and steps in o.fastest]
        )
        if len(others) < 2:
            continue
        middle = (np.quantile(others, 0.05) + np.quantile(others, 0.95)) / 2
        low, high = (one.fastest[steps] + middle + side for side in (-0.5, 0.5))
        suggested = one.fastest[steps] + float(np.median(others))
        ratio = float(np.interp(suggested, one.exponents, one.score)) / one.score.max()
        held.append(low <= one.best <= high)
        near.append(ratio >= 0.9)
        lines.append(
            f"| {name} | {rule} | {10**one.best:.2g} | {10**low:.2g} to {10**high:.2g} | {'yes' if held[-1] else 'no'} "
            f"| {10**suggested:.2g} | {ratio:.3f} |"
        )
    lines += ["", f"Held: {sum(held)} of {len(held)}; suggestion within a tenth: {sum(near)} of {len(near)}."]
    for steps in STEPS:
        shifts = np.array([one.best - one.fastest[steps] for one in found.values() if steps in one.fastest])
        ends = ", ".join(f"{value:.2f}" for value in np.quantile(shifts, (0, 0.05, 0.5, 0.95, 1)))
        lines.append(f"Shifts over {steps} steps, least, 5%, median, 95%, greatest: {ends}.")
    return "\n".join(lines) + "\n"


def _prepared(problem: Problem, rule: str, given: Any) -> Prepared:
    own = {"mnist": (read_idx, 8000), "cifar": (read_cifar, 3000)}
    data: Any = str(given.tables / problem.place) if "/" in problem.place else problem.place
    if problem.place in own:
        read, rows = own[problem.place]
        source = read(getattr(given, problem.place))
        data = (np.asarray(source.inputs[:rows]), source.targets[:rows])
    asked = options_of({"settings": () if rule == "adam" else (f"update={rule}",), **problem.options})
    examples = open_examples(data, reading=asked.reading())
    inputs = examples.source.inputs
    shape = inputs.shape[1:] if isinstance(inputs, np.ndarray) else ()
    experiment = resolve(asked, default_experiment(examples.source, len(examples.split.train)), shape)
    return prepare(examples.source, examples.split, experiment)


def _members(prepared: Prepared, rates: list[float], seeds: list[int], plan: Plan, problem: Problem) -> Member:
    total = plan.steps * problem.epochs
    return population([_start(prepared, rate, seed, total) for rate, seed in zip(rates, seeds, strict=True)])


def _start(prepared: Prepared, rate: float, seed: int, total: int) -> Member:
    experiment = prepared.experiment
    experiment = replaced(experiment, update=replaced(experiment.update, rate=float(rate)))
    return start(
        learner_of(experiment),
        root(seed),
        prepared.x.shape[1:],
        total,
        begin=experiment.start,
        seen=seen_by_start(prepared, prepared.weight, seed=seed),
    )


if __name__ == "__main__":
    main()
