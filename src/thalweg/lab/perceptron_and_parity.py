"""What one unit can learn and what it cannot: a cloud that a plane separates, and parity, which none does."""

import numpy as np

from thalweg.keys import root
from thalweg.lab.perceptron_and_parity_figures import (
    bound_figure,
    mistakes_figure,
    plane_figure,
    rates_figure,
    shown,
)
from thalweg.lab.perceptron_and_parity_runs import (
    BITS,
    EPOCHS,
    MARGINS,
    ORDERS,
    POINTS,
    RIGHT_ANGLES,
    STARTS,
    Cloud,
    Lost,
    Parity,
    Steepness,
    run_cloud,
    run_lost,
    run_parity,
    run_rates,
    run_right_angles,
)
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.figures.style import Figure
from thalweg.report.numbers import amount

MOST_STARTS = 0.8  # share of starts from which a Madaline is to learn parity


def perceptron_and_parity(seed: int = 0) -> Sheet:
    """Train perceptrons, Adalines and Madalines on parity, and perceptrons on clouds of known margins.

    Args:
        seed: Of the clouds, the orders and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: Rosenblatt, "Principles of neurodynamics", 1962; Novikoff, "On convergence proofs on perceptrons", 1962;
    Minsky and Papert, "Perceptrons", 1969, chapter 3; Widrow and Lehr, "30 years of adaptive neural networks", 1990.
    """
    root(seed)  # refuses a seed out of range
    parities = tuple(run_parity(bits, STARTS, seed) for bits in BITS)
    clouds = tuple(run_cloud(margin, ORDERS, seed) for margin in MARGINS)
    lost, rates, angles = run_lost(clouds[1], ORDERS, seed), run_rates(clouds[1]), run_right_angles(RIGHT_ANGLES)
    xor = parities[0]
    return Sheet(
        name="perceptron-and-parity",
        title="One unit, and what it cannot tell",
        seed=seed,
        headline=f"On exclusive or a perceptron gets {_best(xor, 'perceptrons')} of 4 right and an Adaline "
        f"{_best(xor, 'adalines')}; a Madaline of {xor.units[0]} units gets all 4 right from "
        f"{_learned(xor.rule_one)} of {STARTS} starts by rule I, one of {xor.units[1]} from {_learned(xor.rule_two)} "
        "by rule II",
        words=_words(clouds, lost, angles),
        claims=(*_of_clouds(clouds, lost, rates, angles), *_of_parity(parities)),
        tables=(_parity_table(parities), _cloud_table(clouds), _lost_table(lost)),
        figures=(
            *_xor_figures(xor),
            *(mistakes_figure(parity) for parity in (parities[0], parities[-1])),
            _cloud_figure(clouds[1]),
            bound_figure(clouds),
            rates_figure(rates),
        ),
        python="from thalweg.lab.perceptron_and_parity import perceptron_and_parity; "
        f"sheet = perceptron_and_parity({seed})",
        source='Rosenblatt, "Principles of neurodynamics", 1962; Novikoff, "On convergence proofs on perceptrons", '
        '1962; Minsky and Papert, "Perceptrons", 1969, chapter 3; Widrow and Lehr, "30 years of adaptive neural '
        'networks", 1990.',
    )


def _words(clouds: tuple[Cloud, ...], lost: Lost, angles: tuple[int, float]) -> tuple[str, ...]:
    return (
        "A threshold unit adds up its inputs by weights and says yes where the sum is above 0: a plane with a side for "
        "yes. The perceptron's rule leaves the plane alone where it is right, and adds or subtracts the input where it "
        "is wrong. If any plane separates the classes the rule finds one: Novikoff's bound says after how many "
        "mistakes at most, by the margin of a plane that does. Here that plane is known, for the points were drawn "
        f"around it. The bound counts the worst case, and {angles[0]} rows at right angles reach it; clouds of points "
        "stay far below it.",
        f"If no plane separates them, mistakes never end, and where training stops is luck. With {lost.turned} of "
        f"{POINTS} points turned round, the last weights get {_span(lost.last)} wrong; the best that were met on the "
        f"way, kept in a pocket, {_span(lost.pocket)}.",
        "Adaline does not wait for mistakes: it goes downhill on the squared difference of its sum from 1 or -1. The "
        "error has one lowest point whether a plane separates the classes or not, and the rate has a limit: 2 divided "
        "by the largest eigenvalue of the inputs' mean products. Above it each step overshoots by more than the one "
        "before.",
        "Parity asks whether an odd number of inputs is 1; of two inputs it is exclusive or. Both classes have the "
        "same mean, so no plane has one on each side: three of four is the most. Adaline's lowest point is at weights "
        "of 0, where it says nothing at all. Several planes and a vote can tell parity: that takes a rule for which of "
        "them is to give way. Rule I has a vote of equals, and turns the units that are least sure. In rule II votes "
        "have different weights: it tries out which changes of sign would help, fewest first. Neither is sure to end, "
        "so each is begun from several starts. Both were made before back-propagation, which asks instead how much "
        "each weight helps, and needs units with a slope.",
    )


def _of_clouds(clouds: tuple[Cloud, ...], lost: Lost, rates: Steepness, angles: tuple[int, float]) -> tuple[Claim, ...]:
    used = [cloud.mistakes.max() / cloud.bound for cloud in clouds]
    below = [a.errors[-1] for share, a in zip(rates.shares, rates.found, strict=True) if share < 1]
    above = [a.errors[-1] for share, a in zip(rates.shares, rates.found, strict=True) if share > 1]
    found = sum(one.converged for cloud in clouds for one in cloud.found)
    total = sum(len(cloud.found) for cloud in clouds)
    return (
        Claim(
            "Where a plane separates the points, a perceptron finds one, in every order.",
            f"{total} of {total}", f"{found} of {total}", found == total,
        ),
        between(
            "It makes no more mistakes than Novikoff's bound allows; the largest share of it that any made.",
            max(used), 0.0, 1.0, expected="at most 1",
        ),
        Claim(
            f"{RIGHT_ANGLES} rows at right angles reach the bound: mistakes.",
            f"{angles[1]:.0f}", f"{angles[0]}", angles[0] == round(angles[1]),
        ),
        Claim(
            "Where no plane separates them no perceptron comes to an end.",
            "0", f"{sum(one.converged for one in lost.found)}", not any(one.converged for one in lost.found),
        ),
        between(
            "The pocket holds weights that are no worse than the last; the smallest gain, in points.",
            float((lost.last - lost.pocket).min()), 0.0, float(POINTS), form=".0f", expected="0 or more",
        ),
        between(
            "Below the limit on the rate Adaline's error falls below that of weights of 0, which is 1; the largest.",
            float(max(below)), 0.0, 1.0, expected="below 1",
        ),
        between(
            "Above it the error grows; the smallest.",
            float(min(above)), 1.0, np.inf, expected="above 1",
        ),
    )  # fmt: skip


def _of_parity(parities: tuple[Parity, ...]) -> tuple[Claim, ...]:
    xor = parities[0]
    planes = [one.converged for p in parities for one in p.perceptrons] + [
        bool((one.wrong == 0).any()) for p in parities for one in p.adalines
    ]
    return (
        between(
            "Of exclusive or a perceptron gets at most 3 of 4 right, and its pocket holds as many.",
            float(_best(xor, "perceptrons")), 3.0, 3.0, form=".0f", expected="3",
        ),
        between(
            "An Adaline gets at most 3 of 4 right, whenever one looks.",
            float(_best(xor, "adalines")), 0.0, 3.0, form=".0f", expected="at most 3",
        ),
        Claim(
            f"No single unit learns parity of {parities[0].bits} to {parities[-1].bits} inputs, from any start.",
            f"0 of {len(planes)}", f"{sum(planes)} of {len(planes)}", not any(planes),
        ),
        *(
            between(
                f"A Madaline of {units} units learns parity of {p.bits} inputs by rule {name} from most starts.",
                _learned(found) / len(found), MOST_STARTS, 1.0, form=".0%", expected=f"at least {MOST_STARTS:.0%}",
            )
            for p in parities
            for name, found, units in (("I", p.rule_one, p.units[0]), ("II", p.rule_two, p.units[1]))
        ),
    )  # fmt: skip


def _best(parity: Parity, rule: str) -> int:
    """Return the most corners that any start of a single unit got right."""
    fewest = min(int(np.min(one.wrong)) for one in getattr(parity, rule))
    return len(parity.y) - fewest


def _span(values: np.ndarray) -> str:
    low, high = int(values.min()), int(values.max())
    return f"{low}" if low == high else f"{low} to {high}"


def _learned(found: tuple) -> int:
    return sum(one.converged for one in found)


def _parity_table(parities: tuple[Parity, ...]) -> Table:
    rows = []
    for p in parities:
        corners = len(p.y)
        cells = [f"{_best(p, rule)} of {corners}" for rule in ("perceptrons", "adalines")]
        for found, units in zip((p.rule_one, p.rule_two), p.units, strict=True):
            epochs = [len(one.mistakes) for one in found if one.converged]
            middle = f", in {np.median(epochs):g} epochs" if epochs else ""
            cells.append(f"{units} units: {_learned(found)} of {len(found)}{middle}")
        rows.append((f"{p.bits}", *cells))
    return Table(
        f"Parity, {STARTS} starts of {EPOCHS} epochs at most: the most corners that a single unit got right; starts "
        "from which a Madaline got all right, and how soon (median)",
        ("inputs", "perceptron", "Adaline", "Madaline by rule I", "Madaline by rule II"),
        tuple(rows),
    )


def _cloud_table(clouds: tuple[Cloud, ...]) -> Table:
    return Table(
        f"Perceptrons on {POINTS} points around a plane, {ORDERS} orders each",
        ("margin", "mistakes: median", "mistakes: most", "Novikoff's bound", "epochs: median", "epochs: most"),
        tuple(
            (
                f"{cloud.margin:g}",
                f"{np.median(cloud.mistakes):g}",
                f"{cloud.mistakes.max()}",
                amount(cloud.bound),
                f"{np.median([len(one.mistakes) for one in cloud.found]):g}",
                f"{max(len(one.mistakes) for one in cloud.found)}",
            )
            for cloud in clouds
        ),
    )


def _lost_table(lost: Lost) -> Table:
    return Table(
        f"{POINTS} points of which {lost.turned} were turned round, {ORDERS} orders of {EPOCHS} epochs: points wrong",
        ("weights", "fewest", "median", "most"),
        tuple(
            (name, f"{wrong.min()}", f"{np.median(wrong):g}", f"{wrong.max()}")
            for name, wrong in (("the last", lost.last), ("in the pocket", lost.pocket))
        ),
    )


def _xor_figures(xor: Parity) -> tuple[Figure, ...]:
    one, two = (found[shown(found, lambda m: m.wrong)] for found in (xor.rule_one, xor.rule_two))
    perceptron, adaline = xor.perceptrons[0], xor.adalines[0]
    drawn = (
        ("perceptron", "Exclusive or: the perceptron's best plane", perceptron.best, perceptron.wrong),
        ("adaline", "Exclusive or: an Adaline's last plane", adaline.unit, int(adaline.wrong[-1])),
        ("rule_one", f"Exclusive or: a majority of {xor.units[0]} units, by rule I", one, one.wrong),
        ("rule_two", f"Exclusive or: {xor.units[1]} units, by rule II", two, two.wrong),
    )
    return tuple(
        plane_figure(key, title, f"{4 - wrong} of 4 corners are right.", model, xor.x, xor.y, 2.0)
        for key, title, model, wrong in drawn
    )


def _cloud_figure(cloud: Cloud) -> Figure:
    found = cloud.found[0]
    return plane_figure(
        "cloud",
        f"A cloud with a margin of {cloud.margin:g}, and the plane that a perceptron found",
        f"After {found.mistakes.sum()} mistakes in {len(found.mistakes)} epochs all {len(cloud.y)} points are on their "
        "sides. The rule stops at the first plane that has no mistake, however near it passes by some points.",
        found.last,
        cloud.x,
        cloud.y,
        1.1,
    )
