"""What batch normalisation is worth: rates and first weights that train with it and without, and the gap."""

import math

import numpy as np

from thalweg.keys import root
from thalweg.lab.batch_norm_figures import gap_figure, grid_figure
from thalweg.lab.batch_norm_layer import Company, Restored, change_company, restore
from thalweg.lab.batch_norm_runs import (
    BATCH,
    RATES,
    ROWS,
    SIZES,
    STEPS,
    TRAINED,
    Grid,
    Repeats,
    run_grid,
    run_repeats,
)
from thalweg.lab.digits import load_digits
from thalweg.lab.sheet import Claim, Sheet, Table, between

REPEATS = 10
SETTINGS = len(RATES) * len(SIZES)


def batch_norm(seed: int = 0) -> Sheet:
    """Train a network of five layers on digits, with batch normalisation and without, over rates and first weights.

    Nine rates by eight sizes of the first weights, 250 steps each; the best setting of each kind of network is then
    trained again on ten other splits.

    Args:
        seed: Of the splits, the order of digits and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n lecture 5, "Batch Normalization"; Ioffe and Szegedy, 2015, sections 3 and 3.4.
    """
    root(seed)  # refuses a seed out of range before anything is drawn by it
    digits = load_digits(ROWS, [(REPEATS + 1) * seed + k for k in range(REPEATS + 1)])
    plain, normed = (run_grid(digits, normed=kind, seed=seed) for kind in (False, True))
    repeats = (
        run_repeats(digits, plain.best, normed=False, seed=seed),
        run_repeats(digits, normed.best, normed=True, seed=seed),
        run_repeats(digits, plain.best, normed=True, seed=seed),
    )
    return Sheet(
        name="batch-norm",
        title="What batch normalisation is worth",
        seed=seed,
        headline=f"With batch normalisation {normed.trained.sum()} of {SETTINGS} settings of rate and first weights "
        f"train, without it {plain.trained.sum()}",
        words=_words(*repeats),
        claims=(
            *_grid_claims(plain, normed),
            *_layer_claims(restore(digits.x[:BATCH]), change_company(repeats[1].last, digits.x)),
            _gap_claim(*repeats[:2]),
        ),
        tables=(_gap_table(repeats), _grid_table(plain), _grid_table(normed)),
        figures=(grid_figure(plain, normed), gap_figure(repeats)),
        python=f"from thalweg.lab.batch_norm import batch_norm; sheet = batch_norm({seed})",
        source='CS231n lecture 5, "Batch Normalization"; Ioffe and Szegedy, "Batch Normalization", 2015.',
    )


def _words(plain: Repeats, normed: Repeats, same: Repeats) -> tuple[str, ...]:
    here, there = (f"{100 * r.gaps.mean():.1f}" for r in (same, plain))
    return (
        f"A network with four hidden layers of 64 rectified units learns {ROWS} handwritten digits in {STEPS} steps of "
        f"{BATCH}, its rate falling to 0 along a cosine. It starts at nine rates from normal weights of eight sizes, "
        f"He's size being 1. A setting is said to train if {TRAINED:.0%} of the training digits are right at the end.",
        "Without normalisation, weights too small let all digits look alike before they reach the head: the loss stays "
        "at ln 10, whatever the rate. With weights too large the loss grows until it is no number any more; the larger "
        "they are, the lower the rate at which it does.",
        "With it, each hidden unit's sums have mean 0 and deviation 1 over the batch, so the size of the weights "
        "before it makes no difference to what comes out. It makes one to the gradient, which is the smaller the "
        "larger the weights are: large weights want a high rate, and the settings that train form a band.",
        "It is said to regularise, too. At the best setting of each network the gap between training and validation "
        "accuracy is the smaller one with it. These are two settings, though, and a higher rate may have its share in "
        f"that: at the setting that is best without it, the gap is {here} points with it and {there} without.",
        "The price: in training a digit's outputs depend on the digits that share its batch. At inference running "
        "averages take the place of the batch's own mean and variance, and each digit is mapped by itself.",
    )


def _grid_claims(plain: Grid, normed: Grid) -> tuple[Claim, ...]:
    few, many = int(plain.trained.sum()), int(normed.trained.sum())
    away = float(np.abs(plain.loss[:, 0] - math.log(10)).max())
    return (
        Claim(
            f"Of {SETTINGS} settings at least three times as many train with it.",
            f"{3 * few} or more, there being {few} without",
            str(many),
            many >= 3 * few > 0,
        ),
        Claim(
            "It allows higher rates: the highest that trains.",
            f"above {plain.highest_rate:.3g}, the highest without",
            f"{normed.highest_rate:.3g}",
            normed.highest_rate > plain.highest_rate > 0,
        ),
        Claim(
            "It depends less on the first weights: of eight sizes, those that train at one rate.",
            f"more than {plain.most_sizes}, the number without",
            str(normed.most_sizes),
            normed.most_sizes > plain.most_sizes > 0,
        ),
        between(
            "Without it, weights a hundredth of He's stay at a loss of ln 10 at every rate; furthest from it.",
            away, 0.0, 0.02, form=".4f", expected="0",
        ),
    )  # fmt: skip


def _layer_claims(restored: Restored, company: Company) -> tuple[Claim, ...]:
    return (
        between(
            "gamma = sqrt(var + epsilon) and beta = mean give a batch back; largest difference.",
            restored.by_deviation, 0.0, 1e-5, form=".1g", expected="0, within 0.00001",
        ),
        between(
            "gamma = var, as one note has it, does not.",
            restored.by_variance, 0.1, math.inf, form=".2f", expected="more than 0.1",
        ),
        between(
            "Hidden weights ten times as large give the same outputs under batch statistics; largest change, in "
            "deviations of the outputs.",
            company.larger / company.spread, 0.0, 0.01, form=".1g", expected="0, but for epsilon: within 0.01",
        ),
        between(
            "In training a digit's outputs depend on its batch; largest change, in deviations of the outputs.",
            company.in_training / company.spread, 0.05, math.inf, form=".2f", expected="more than 0.05",
        ),
        between(
            "At inference they do not.",
            company.at_inference / company.spread, 0.0, 1e-6, form=".1g", expected="0",
        ),
    )  # fmt: skip


def _gap_claim(plain: Repeats, normed: Repeats) -> Claim:
    without, with_it = (100 * r.gaps.mean() for r in (plain, normed))
    return Claim(
        "At the best setting of each the generalisation gap is the smaller one with it.",
        f"less than {without:.1f} points",
        f"{with_it:.1f} points",
        bool(with_it < without),
    )


def _gap_table(repeats: tuple[Repeats, ...]) -> Table:
    titles = ("without, at its best", "with it, at its best", "with it, where the one without is best")
    return Table(
        f"Accuracy on {REPEATS} other splits, with the standard error of the gap",
        ("network", "rate", "first weights, He's being 1", "training", "validation", "gap, in points"),
        tuple(
            (
                title,
                f"{r.setting.rate:.3g}",
                f"{r.setting.size:.3g}",
                f"{r.training.mean():.1%}",
                f"{r.validation.mean():.1%}",
                f"{100 * r.gaps.mean():.1f} ± {100 * r.gaps.std(ddof=1) / math.sqrt(len(r.gaps)):.1f}",
            )
            for title, r in zip(titles, repeats, strict=True)
        ),
    )


def _grid_table(grid: Grid) -> Table:
    return Table(
        f"{'With' if grid.normed else 'Without'} batch normalisation: training digits right, by rate and by size of "
        "the first weights, He's being 1",
        ("rate", *(f"{size:.3g}" for size in SIZES)),
        tuple(
            (f"{rate:.3g}", *(f"{share:.0%}" if np.isfinite(share) else "no number" for share in row))
            for rate, row in zip(RATES, grid.accuracy, strict=True)
        ),
    )
