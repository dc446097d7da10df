"""Why random search beats a grid where few settings matter: nine trials of each, again and again."""

import numpy as np

from thalweg.lab.random_against_grid_figures import bests_figure, plane_figure, rate_figure, settings_figure
from thalweg.lab.random_against_grid_lookup import DIMENSIONS, REPEATS, Bests, read_off, search_surface, setups
from thalweg.lab.random_against_grid_runs import (
    EPOCHS,
    PER_AXIS,
    TRIALS,
    UNITS,
    WIDTHS,
    Repeat,
    Surface,
    digits_ground,
    measure_surface,
    run_repeats,
)
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.numbers import amount

TRAINED = 40  # repeats whose networks are all trained
RATES, STRENGTHS = 61, 3  # of the surface
LITTLE, MUCH = 0.02, 0.5  # differences of the score that a setting makes


def random_against_grid(seed: int = 0) -> Sheet:
    """Search for a rate and the strength of a penalty, by a grid and at random, with nine trials each.

    Args:
        seed: Of the split, the ranges, the random points and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012, figure 1; CS231n notes,
    "Neural Networks Part 3", "Prefer random search to grid search".
    """
    ground = digits_ground(seed)
    surface = measure_surface(ground, rates=RATES, strengths=STRENGTHS, seed=seed)
    repeats = run_repeats(ground, TRAINED, seed=seed)
    found = tuple(search_surface(surface, setup, seed=seed) for setup in setups())
    grid, random = bests_of(repeats)
    return Sheet(
        name="random-against-grid",
        title="Random search against a grid",
        seed=seed,
        headline=f"The best of nine random trials gets {random.mean():.1%} of new digits right in the mean, the best "
        f"of a grid's nine {grid.mean():.1%}; the random search wins {int((random > grid).sum())} of {len(repeats)} "
        "repeats",
        words=_words(repeats, surface),
        claims=_claims(repeats, surface, found),
        tables=(_trained_table(repeats), _read_table(found)),
        figures=(
            plane_figure(repeats[0], surface),
            rate_figure(surface),
            bests_figure(repeats),
            settings_figure(found[: len(DIMENSIONS)]),
        ),
        python=f"from thalweg.lab.random_against_grid import random_against_grid; sheet = random_against_grid({seed})",
        source='Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012, figure 1; CS231n notes, '
        '"Neural Networks Part 3", "Prefer random search to grid search".',
    )


def bests_of(repeats: tuple[Repeat, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the best scores of all grids, and of all random searches.

    Args:
        repeats: See `run_repeats`.

    Returns:
        Two arrays, each a number a repeat.
    """
    return np.array([r.grid.best for r in repeats]), np.array([r.random.best for r in repeats])


def effects(surface: Surface) -> tuple[float, float]:
    """Return by how much each setting alone may move the score, at most: the rate, and the penalty's strength.

    Rates beyond the best are left out for the strength: there training goes astray, and scores are luck.

    Args:
        surface: The scores.

    Returns:
        Two differences of scores.

    Example:
        >>> at = np.arange(3.0)
        >>> low, middle, high = [0.1, 0.1], [0.9, 0.8], [0.2, 0.7]
        >>> effects(Surface(at, at[:2], np.array([low, middle, high])))
        (0.8, 0.1)
    """
    scores = surface.scores
    trains = scores[: int(scores.max(axis=1).argmax()) + 1]
    return float(round(np.ptp(scores, axis=0).max(), 9)), float(round(np.ptp(trains, axis=1).max(), 9))


def _words(repeats: tuple[Repeat, ...], surface: Surface) -> tuple[str, ...]:
    off = _apart(repeats, surface)
    return (
        f"A small network, {UNITS} hidden units, learns one half of 1,797 handwritten digits in {EPOCHS} epochs; its "
        "score is the share of the other half that it gets right. Two settings are searched: the rate, which matters "
        "much, and the strength of the penalty on the weights, over a range in which it hardly matters. That is the "
        "usual case: of many settings few decide, and nobody knows beforehand which.",
        f"With {TRIALS} trials a grid tries {PER_AXIS} rates, each with {PER_AXIS} strengths: six of its trials repeat "
        f"what others have told already. Drawn at random, {TRIALS} trials try {TRIALS} rates.",
        "Whether one grid is good is luck: it is if one of its three rates lies near the best. So the search is "
        f"repeated {len(repeats)} times in ranges of {WIDTHS[0]:g} powers of ten of the rate that lie elsewhere each "
        "time, the same ones for both, by half the distance of the grid's values at most; the best rate is always in "
        "the upper half of the range. Every network of these is trained.",
        f"For more searches than anybody would train, {surface.scores.size} networks at finely spaced rates give a "
        f"curve, and {REPEATS:,} searches are read off it, along straight lines between its points. Read off at the "
        f"very places that were tried in the {len(repeats)} repeats, the best scores' mean differs from that of the "
        f"trained networks by {off[0]:+.3f} for the grid and {off[1]:+.3f} for random search: other first weights give "
        "other scores, most of all where training is about to go astray. Of more than two settings, those beyond are "
        "taken to make no difference at all.",
        "What the second table says against random search: where the rate is the only setting, the grid is better, for "
        "its nine values leave no gaps; and in a narrow range around the best it makes hardly any difference. Points "
        "that are random but spread evenly over each range, as the program's own coarse search draws them, have both "
        "advantages.",
    )


def _claims(repeats: tuple[Repeat, ...], surface: Surface, found: tuple[Bests, ...]) -> tuple[Claim, ...]:
    grid, random = bests_of(repeats)
    gain = random - grid
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    rate, strength = effects(surface)
    one, two, *_, many = found[: len(DIMENSIONS)]
    narrow = found[len(DIMENSIONS)]
    counts = {(r.grid.distinct(0), r.random.distinct(0)) for r in repeats}
    steadier = Claim(
        "What random search comes to hangs less on luck: the deviation of its best scores, and of the grid's.",
        "the first is smaller",
        f"{random.std(ddof=1):.3f} and {grid.std(ddof=1):.3f}",
        bool(random.std() < grid.std()),
    )
    return (
        Claim(
            f"Of its {TRIALS} trials the grid has {PER_AXIS} different rates, the random search {TRIALS}.",
            f"{PER_AXIS} and {TRIALS}",
            "; ".join(f"{a} and {b}" for a, b in sorted(counts)),
            counts == {(PER_AXIS, TRIALS)},
        ),
        between(
            "The rate matters much: by how much it moves the score, at most.",
            rate, MUCH, 1.0, form=".3f", expected=f"more than {MUCH:g}",
        ),
        between(
            "The strength of the penalty matters little: the same, at rates up to the best.",
            strength, 0.0, LITTLE, form=".3f", expected=f"less than {LITTLE:g}",
        ),
        Claim(
            "The best of nine random trials is better than that of a grid; the mean difference.",
            "above 0 by two standard errors",
            f"{gain.mean():.3f}, standard error {error:.3f}",
            bool(gain.mean() > 2 * error),
        ),
        steadier,
        between(
            "Read off, the best scores are those of trained networks; how far apart their means are, at most.",
            max(map(abs, _apart(repeats, surface))), 0.0, 0.05, form=".3f", expected="below 0.05",
        ),
        between(
            f"With {many.setup.trials} trials of {many.setup.dimensions} settings a grid is no better than with nine "
            "of two, for it has three rates still; the difference.",
            float(many.grid.mean() - two.grid.mean()), -0.03, 0.03, form=".3f", expected="0, within 0.03",
        ),
        between(
            "Random search makes use of them; the same difference.",
            float(many.random.mean() - two.random.mean()), 0.01, 1.0, form=".3f", expected="more than 0.01",
        ),
        between(
            "Where the rate is the only setting, the grid is as good; random search's mean, less the grid's.",
            float(one.random.mean() - one.grid.mean()), -1.0, 0.0, form=".3f", expected="0 or below",
        ),
        between(
            f"In a range of {narrow.setup.width:g} powers of ten around the best it hardly matters; the same.",
            float(narrow.random.mean() - narrow.grid.mean()), -0.02, 0.02, form=".3f", expected="0, within 0.02",
        ),
    )  # fmt: skip


def _apart(repeats: tuple[Repeat, ...], surface: Surface) -> tuple[float, float]:
    """Return by how much the mean best score is larger if read off at the places that were tried: grid and random."""
    read = [[float(read_off(surface, *sample.places.T).max()) for sample in repeat] for repeat in repeats]
    grid, random = np.mean(read, axis=0) - [bests.mean() for bests in bests_of(repeats)]
    return float(grid), float(random)


def _trained_table(repeats: tuple[Repeat, ...]) -> Table:
    rows = []
    for name, values in zip(("grid", "random"), bests_of(repeats), strict=True):
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
        numbers = (values.mean(), values.std(ddof=1), low, middle, high)
        rows.append((name, *(f"{number:.3f}" for number in numbers)))
    return Table(
        f"Best of {TRIALS} trained networks, {len(repeats)} repeats",
        ("search", "mean", "standard deviation", "5% are below", "median", "5% are above"),
        tuple(rows),
    )


def _read_table(found: tuple[Bests, ...]) -> Table:
    return Table(
        f"Best scores, {REPEATS:,} searches each, read off the measured ones",
        ("settings", "highest rate / lowest", "rates: grid, random", "grid: mean", "random: mean", "random is better"),
        tuple(
            (
                f"{b.setup.dimensions}",
                f"{amount(10.0**b.setup.width, 2)}",
                f"{b.setup.values}, {b.setup.trials}",
                f"{b.grid.mean():.3f} (deviation {b.grid.std():.3f})",
                f"{b.random.mean():.3f} (deviation {b.random.std():.3f})",
                f"{(b.random > b.grid).mean():.0%}",
            )
            for b in found
        ),
    )
