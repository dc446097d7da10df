"""What do five networks together gain over the best of them, and over one that is five times as large?

    TABLES=FOLDER MNIST=FOLDER SIGNS=FOLDER python -m bench.ensembles RESULTS [--seeds 5] [--only NAME ...]
    python -m bench.ensembles RESULTS --table

The data are divided once. For each seed s five networks of the default experiment are trained, from seeds 1000 s to
1000 s + 4, and from seed 1000 s one with five times the parameters, in the same way. The ensemble is the mean of the
five's predictions; beside it stand the member that is best on the validation part, and the large network. All three are
scored on the test part. `thalweg.runs.ensemble.gain` gives the intervals, over rows and seeds that are drawn anew.

What was predicted is kept for each seed in the folder RESULTS; the same command goes on from there.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from bench.grounds import Data, ground, names, read
from thalweg.ensembles.members import member_predictions, train_members
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.runs.ensemble.combined import combined
from thalweg.runs.ensemble.gain import Gain, best_of, gain_over
from thalweg.runs.scoring import Predicted
from thalweg.search.engine.train_trials import Engine
from thalweg.spec import replaced
from thalweg.types import Shape

MEMBERS, APART = 5, 1_000  # networks of an ensemble, and how far apart their first seeds are
TIMES = 5  # as many parameters as a member has
NEAR = 0.05  # share by which that may be off
LEFT_OUT = ("breast cancer", "diabetes", "wine")  # small built-in tables; what is asked is of the real files


class Seen(NamedTuple):
    """What all networks of one seed predict."""

    metric: str
    parameters: tuple[int, int]  # of a member, and of the large one
    truth: tuple[np.ndarray, np.ndarray]  # of the validation part and of the test part
    members: tuple[np.ndarray, np.ndarray]  # (m, n, ...) of both parts
    large: np.ndarray  # (n, ...) of the test part


def main() -> None:
    """Read the words and do it."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("results", type=Path)
    words.add_argument("--seeds", type=int, default=5)
    words.add_argument("--only", nargs="+", help="names of data")
    words.add_argument("--table", action="store_true", help="print what the folder holds")
    asked = words.parse_args()
    wanted = asked.only or [name for name in names() if name not in LEFT_OUT]
    if not asked.table:
        for name in wanted:
            data = read(name, 0)
            for seed in range(asked.seeds):
                if not place(asked.results, name, seed).exists():
                    _keep(place(asked.results, name, seed), trained(data, seed))
                print(f"{name}, seed {seed}: {_told(read_seen(place(asked.results, name, seed)))}", flush=True)
    print(table(asked.results, wanted, range(asked.seeds)))


def place(folder: Path, name: str, seed: int) -> Path:
    """Return the file of one seed's predictions."""
    return folder / f"{name}-{seed}.npz"


def trained(data: Data, seed: int) -> Seen:
    """Train the members and the large network from one seed, and let them predict."""
    member, split = data.experiment, data.split
    on = ground(data, member)
    engine = Engine(on, width=1)  # one program for all of a size
    shape = on.prepared.x.shape[1:]
    large = larger(member, shape)
    first = APART * seed
    parts, found = (split.validation, split.test), []
    for experiment, seeds in ((member, range(first, first + MEMBERS)), (large, (first,))):
        weights = train_members(engine, experiment, seeds).weights
        predicted = [member_predictions(experiment.objective(), weights, on.prepared.x[rows]) for rows in parts]
        found.append(predicted)
    counts = count(member.network, shape), count(large.network, shape)
    truth = tuple(on.prepared.y[rows] for rows in parts)
    return Seen(data.metric, counts, (truth[0], truth[1]), (found[0][0], found[0][1]), found[1][1][0])


def larger(experiment: Experiment, shape: Shape, times: int = TIMES) -> Experiment:
    """Return an experiment whose hidden layers are so much wider that the network has so many times the parameters.

    Args:
        experiment: With a network of dense layers and convolutions, the last dense layer being its head.
        shape: Of one preprocessed example.
        times: As many parameters as before.

    Returns:
        The experiment; all hidden layers have grown by the same factor, rounded to whole units.

    Raises:
        ValueError: If no factor comes near enough.
    """
    wanted = times * count(experiment.network, shape)
    low, high = 1.0, float(times)
    for _ in range(14):  # to a tenth of a unit, of some hundred
        middle = (low + high) / 2
        under = count(_wider(experiment.network, middle), shape) < wanted
        low, high = (middle, high) if under else (low, middle)
    network = min(
        (_wider(experiment.network, end) for end in (low, high)), key=lambda one: abs(count(one, shape) - wanted)
    )
    if abs(count(network, shape) / wanted - 1) > NEAR:
        raise ValueError(f"no width gives {wanted} parameters; the nearest gives {count(network, shape)}.")
    return replaced(experiment, network=network)


def count(network: Any, shape: Shape) -> int:
    """Return how many parameters a network has for examples of a shape."""
    params, _ = jax.eval_shape(lambda key: network.init(key, shape), root(0))
    return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(params))


def _wider(network: Sequential, factor: float) -> Sequential:
    *before, last = network.layers
    return replaced(network, layers=(*(_grown(layer, factor) for layer in before), last))


def _grown(layer: Any, factor: float) -> Any:
    match layer:
        case Named():
            return replaced(layer, layer=_grown(layer.layer, factor))
        case Dense():
            return replaced(layer, units=round(layer.units * factor))
        case Convolution():
            return replaced(layer, filters=round(layer.filters * factor))
    return layer


def _keep(path: Path, seen: Seen) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(
            file,
            metric=seen.metric,
            parameters=seen.parameters,
            truth_0=seen.truth[0],
            truth_1=seen.truth[1],
            members_0=seen.members[0],
            members_1=seen.members[1],
            large=seen.large,
        )
    part.replace(path)


def read_seen(path: Path) -> Seen:
    """Read what the networks of one seed predict."""
    with np.load(path, allow_pickle=False) as kept:
        small, large = (int(number) for number in kept["parameters"])
        truth, members = ((kept[f"{name}_0"], kept[f"{name}_1"]) for name in ("truth", "members"))
        return Seen(str(kept["metric"]), (small, large), truth, members, kept["large"])


def three(seen: Seen) -> tuple[Predicted, Predicted, Predicted]:
    """Return the test part's predictions of the ensemble, of the best member and of the large network."""
    best = best_of([_predicted(seen.truth[0], one) for one in seen.members[0]], seen.metric)
    outputs = combined(seen.members[1]), seen.members[1][best], seen.large
    ensemble, member, large = (_predicted(seen.truth[1], one) for one in outputs)
    return ensemble, member, large


def _predicted(truth: np.ndarray, outputs: np.ndarray) -> Predicted:
    return Predicted("test", truth, outputs, np.ones(len(truth)))


def gains(every: Sequence[Seen], metric: str = "") -> tuple[Gain, Gain]:
    """Return what the ensembles of all seeds gain over the best members, and over the large networks.

    Args:
        every: What was predicted, a seed each.
        metric: What the gains are in; "" for that of the data.

    Returns:
        Both gains.
    """
    ensemble, member, large = (list(each) for each in zip(*map(three, every), strict=True))
    metric = metric or every[0].metric
    return gain_over(ensemble, member, metric), gain_over(ensemble, large, metric)


def _told(seen: Seen) -> str:
    member, large = gains([seen])
    return f"{member.score:.4f} together, {member.other:.4f} the best member, {large.other:.4f} the large one"


def table(folder: Path, wanted: Sequence[str], seeds: Sequence[int]) -> str:
    """Return the comparison of all data as Markdown."""
    found, surprise = {}, {}
    for name in wanted:
        every = [read_seen(path) for seed in seeds if (path := place(folder, name, seed)).exists()]
        if every:
            found[name] = (every[0], *gains(every))
        if every and every[0].metric == "accuracy":
            surprise[name] = gains(every, "cross_entropy")
    lines = [
        "| data | test rows | parameters | five together | best member | one large | gain over the best member | gain "
        "over the large one |",
        "|---" * 8 + "|",
    ]
    for name, (seen, member, large) in found.items():
        small, big = seen.parameters
        lines.append(
            f"| {name}{_unit(seen.metric)} | {member.rows} | {small:,} / {big:,} | {member.score:.4f} | "
            f"{member.other:.4f} | {large.other:.4f} | {_shown(member)} | {_shown(large)} |"
        )
    lines.append("")
    for k, over in enumerate(("best member", "large network")):
        lines.append(f"Gain over the {over}: {_tally([one[k + 1] for one in found.values()])}")
        lines.append(f"The same in cross-entropy, where there are classes: {_tally([g[k] for g in surprise.values()])}")
    return "\n".join(lines) + "\n"


def _tally(every: Sequence[Gain]) -> str:
    """Say on how many data there is a gain, and on how many it is sure."""
    above, below = (sum(sign * one.value > 0 for one in every) for sign in (1, -1))
    surely_above, surely_below = sum(one.low > 0 for one in every), sum(one.high < 0 for one in every)
    return (
        f"above 0 on {above} of {len(every)}, with an interval above 0 on {surely_above}; below 0 on {below}, with an "
        f"interval below 0 on {surely_below}."
    )


def _unit(metric: str) -> str:
    return " (R²)" if metric == "r2" else ""


def _shown(gain: Gain) -> str:
    return f"{gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"


if __name__ == "__main__":
    main()
