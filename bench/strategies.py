"""Does a search from coarse to fine find better networks than a random one that trains as long?

    TABLES=FOLDER MNIST=FOLDER python -m bench.strategies RESULTS [--seeds 10] [--first 0] [--only NAME ...] [--wide]
    python -m bench.strategies RESULTS --table [--wide]

For each seed the data are divided anew; of adult, 6,000 rows are learned from, always the same. First comes the search
from coarse to fine; then the random one, which gets as many whole trials as all epochs that were asked for pay for,
rounded up. No trial is stopped early, so that what is asked for is what is trained, and the best are not trained again.
Judged is the best validation score of a trial of full length.

Each trial is a line of a file in the folder RESULTS, written when it ends; the same command goes on from there.
"""

import argparse
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.grounds import Data, fewer, ground, lasting, names, read
from thalweg.search.default_space import default_space
from thalweg.search.dimension import Dimension
from thalweg.search.drive import Asked, Found, search
from thalweg.search.engine.train_trials import Engine
from thalweg.search.log import appending, read_trials
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.record import TrialRecord
from thalweg.search.space import Space
from thalweg.search.stage import Strategy
from thalweg.search.strategies.coarse_to_fine import CoarseToFine
from thalweg.search.strategies.random_search import RandomSearch

TRIALS = 32  # of the first stage, as a search has where nothing is said
EPOCHS = {"abalone": 20, "white wine, as classes": 16, "adult": 8, "MNIST": 8}  # of a whole trial
ROWS = {"adult": 6_000}  # to train on, and the same for every seed, where others and all would take too long
OTHER_EPOCHS = 20  # of any other data
WIDE = {"update.rate": LogUniform(1e-6, 1.0), "penalty.strength": LogUniform(1e-8, 1.0)}
RESAMPLES = 10_000
COARSE, RANDOM = "coarse_to_fine", "random"


class Pair(NamedTuple):
    """What both searches found from one seed."""

    coarse: float
    random: float
    epochs: int  # that the search from coarse to fine asked for
    trials: int  # of the random one


def main() -> None:
    """Read the words and do it."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("results", type=Path)
    words.add_argument("--seeds", type=int, default=10)
    words.add_argument("--first", type=int, default=0, help="the first seed")
    words.add_argument("--only", nargs="+", help="names of data")
    words.add_argument("--wide", action="store_true", help="search six powers of ten of the rate, eight of the penalty")
    words.add_argument("--table", action="store_true", help="print what the folder holds")
    asked = words.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    if not asked.table:
        present = names()
        for name in asked.only or [name for name in EPOCHS if name in present]:
            for seed in seeds:
                compared(asked.results, name, seed, wide=asked.wide)
    print(table(asked.results, asked.only or list(EPOCHS), seeds, wide=asked.wide))


def compared(folder: Path, name: str, seed: int, *, wide: bool = False) -> None:
    """Search in both ways, and say how far it is."""
    data, epochs = fewer(read(name, 0), ROWS[name]) if name in ROWS else read(name, seed), epochs_of(name)
    found = _searched(place(folder, name, COARSE, seed, wide), data, CoarseToFine(TRIALS, epochs), epochs, seed, wide)
    trials = paid_for(asked_epochs(found.records), epochs)
    other = _searched(place(folder, name, RANDOM, seed, wide), data, RandomSearch(trials, epochs), epochs, seed, wide)
    ours, theirs = best(found.records, epochs), best(other.records, epochs)
    print(f"{name}, seed {seed}: {ours:.4f} from coarse to fine, {theirs:.4f} of {trials} at random", flush=True)


def epochs_of(name: str) -> int:
    """Return how long a whole trial on these data is."""
    return EPOCHS.get(name, OTHER_EPOCHS)


def place(folder: Path, name: str, strategy: str, seed: int, wide: bool) -> Path:
    """Return the file of one search's trials."""
    return folder / f"{name}-{'wide-' if wide else ''}{strategy}-{seed}.jsonl"


def space_of(data: Data, *, wide: bool = False) -> Space:
    """Return the default space, or the same with ranges as wide as those who know nothing of the data would give."""
    space = default_space(data.experiment, data.source.task.kind)
    if not wide:
        return space
    return Space(tuple(Dimension(one.paths, WIDE.get(one.name, one.over), one.when) for one in space.dimensions))


def _searched(path: Path, data: Data, strategy: Strategy, epochs: int, seed: int, wide: bool) -> Found:
    """Search, going on with the trials that are on disk."""
    experiment = lasting(data.experiment, epochs)
    asked = Asked(experiment, space_of(data, wide=wide), strategy, epochs, seed, finalists=1, seeds=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = read_trials(path, path.stem)
    with appending(path, path.stem) as append:
        engine = Engine(ground(data, experiment), width=1)  # one program a structure; the trials come to the same
        return search(engine, asked, kept=kept, keep=append)


def asked_epochs(records: Sequence[TrialRecord]) -> int:
    """Return the epochs of all trials together, as long as they were asked to be."""
    return sum(record.proposal.epochs for record in records)


def paid_for(spent: int, epochs: int) -> int:
    """Return how many trials of so many epochs these pay for, a part of one counting as a whole."""
    return math.ceil(spent / epochs)


def best(records: Sequence[TrialRecord], epochs: int) -> float:
    """Return the best validation score, of those that are larger when they are better, of the trials of full length."""
    return max(r.score for r in records if r.proposal.epochs == epochs and not r.failed and not math.isnan(r.score))


def pairs_of(folder: Path, name: str, seeds: Sequence[int], *, wide: bool = False) -> list[Pair]:
    """Return what is on disk, of the seeds of which both searches are whole."""
    found, epochs = [], epochs_of(name)
    for seed in seeds:
        paths = [place(folder, name, strategy, seed, wide) for strategy in (COARSE, RANDOM)]
        coarse, random = (read_trials(path, path.stem) for path in paths)
        trials = paid_for(asked_epochs(coarse), epochs)
        if random and len(random) == trials:
            found.append(Pair(best(coarse, epochs), best(random, epochs), asked_epochs(coarse), trials))
    return found


def interval_of(differences: Sequence[float]) -> tuple[float, float]:
    """Return the middle 95% of the mean over seeds that are drawn with replacement."""
    values = np.asarray(differences)
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def table(folder: Path, wanted: Sequence[str], seeds: Sequence[int], *, wide: bool = False) -> str:
    """Return the comparison of all data as Markdown."""
    heads = ("data", "seeds", "trials at random", "coarse to fine", "random", "median difference")
    heads = (*heads, "mean difference, 95% interval", "won, level, lost")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name in wanted:
        pairs = pairs_of(folder, name, seeds, wide=wide)
        if pairs:
            lines.append(f"| {' | '.join((name, *_row(pairs)))} |")
    return "\n".join(lines) + "\n"


def _row(pairs: Sequence[Pair]) -> tuple[str, ...]:
    differences = [pair.coarse - pair.random for pair in pairs]
    low, high = interval_of(differences)
    won, lost = (sum(sign * one > 0 for one in differences) for sign in (1, -1))
    trials = sorted({pair.trials for pair in pairs})
    return (
        f"{len(pairs)}",
        f"{trials[0]}" if len(trials) == 1 else f"{trials[0]} to {trials[-1]}",
        f"{statistics.median(pair.coarse for pair in pairs):.4f}",
        f"{statistics.median(pair.random for pair in pairs):.4f}",
        f"{statistics.median(differences):+.4f}",
        f"{statistics.mean(differences):+.4f} [{low:+.4f}, {high:+.4f}]",
        f"{won}, {len(pairs) - won - lost}, {lost}",
    )


if __name__ == "__main__":
    main()
