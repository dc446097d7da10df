"""The notes' whole procedure of looking after a network's training, on CIFAR-10 with 50 hidden units."""

import math
from pathlib import Path

from thalweg.errors import InputError
from thalweg.lab.baby_sitting_figures import accuracy_figure, coarse_figure, courses_figure, told, written
from thalweg.lab.baby_sitting_runs import (
    EPOCHS,
    FAIR,
    FAST,
    RATE,
    SLOW,
    WILD,
    Course,
    Searched,
    rates_that_suit,
    run_rates,
    search_all,
)
from thalweg.lab.baby_sitting_start import (
    BATCH,
    SPREAD,
    STRONG,
    UNITS,
    ground_of_images,
    look_at_start,
)
from thalweg.lab.baby_sitting_tables import (
    NOTES_BEST,
    NOTES_FIRST,
    NOTES_PENALISED,
    USUAL,
    Done,
    edge,
    search_table,
    steps_table,
)
from thalweg.lab.sheet import Claim, Sheet, between
from thalweg.lab.small_photographs import load_images
from thalweg.report.figures.rates import rate_figures
from thalweg.report.numbers import amount

ROWS, TRIALS = 10_000, 16
FEWEST = 8  # trials of a search


def baby_sitting(data: Path, seed: int = 0, *, rows: int = ROWS, trials: int = TRIALS) -> Sheet:
    """Go through the notes' procedure, step by step, each beside what the notes found.

    Args:
        data: The folder of CIFAR-10's binary files.
        seed: Of the images chosen, the split, the first weights and the random trials; 0 to 4294967295.
        rows: Training images to use, at most; at least 100. The set has 50,000.
        trials: Of each finer search, and half of the coarse one's; at least 8, for of fewer nobody could say whether
            the best lie at an edge.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed or the number of rows or trials is out of its range, or the data cannot be read.

    Source: CS231n notes, "Neural Networks Part 3", and its lecture on training, "Babysitting the learning process".
    """
    if trials < FEWEST:
        raise InputError(
            f"--trials must be at least {FEWEST}, for of fewer nobody could say whether the best lie at an edge; got "
            f"{trials}."
        )
    source = load_images(data, rows, seed=seed)
    ground = ground_of_images(source, seed=seed)
    split = ground.prepared.split
    done = Done(
        training=len(split.train),
        validation=len(split.validation),
        begun=look_at_start(ground),
        courses=run_rates(ground),
        suited=rates_that_suit(ground),
        searches=search_all(ground, trials),
    )
    called = f"Path({str(data)!r}), {seed}, rows={rows}, trials={trials}"
    return sheet_of(done, seed)._replace(
        python="from pathlib import Path; from thalweg.lab.baby_sitting import baby_sitting; "
        f"sheet = baby_sitting({called})",
        options=(str(data), "--rows", str(rows), "--trials", str(trials)),
    )


def sheet_of(done: Done, seed: int) -> Sheet:
    """Return what was measured as a sheet.

    Args:
        done: The measurements.
        seed: They were made with.

    Returns:
        The sheet, without the lines that make it again.
    """
    begun, best = done.begun, done.best.best
    return Sheet(
        name="baby-sitting",
        title="Looking after the training of a network",
        seed=seed,
        headline=f"With {done.training:,} training images the first loss is {begun.first.measured:.3f}, with a penalty "
        f"of {STRONG:g} {begun.penalised.measured:.2f}, and the best of "
        f"{sum(len(one.records) for one in done.searches)} networks gets {best.score:.1%} of the validation images "
        f"right; the notes' numbers are {NOTES_FIRST:g}, {NOTES_PENALISED:g} and {NOTES_BEST:.1%}",
        words=_words(done),
        claims=_claims(done),
        tables=(steps_table(done), *map(search_table, done.searches)),
        figures=(
            courses_figure(done.courses),
            *rate_figures((done.suited,)),
            coarse_figure(done.searches[0]),
            accuracy_figure(done.searches),
        ),
        python="",
        source='CS231n notes, "Neural Networks Part 3", and the lecture on training networks, "Babysitting the '
        'learning process".',
    )


def _words(done: Done) -> tuple[str, ...]:
    spread = math.sqrt(NOTES_BEST * (1 - NOTES_BEST) / done.validation)
    return (
        f"A network of {UNITS} hidden units learns to name what is on small photographs: {done.training:,} to train on "
        f"and {done.validation:,} to choose by. The steps are those of the notes, in their order, and the first table "
        "under Numbers has each beside what the notes found.",
        "Pixels are centred, each by its mean over the training images, and left at the scale of 0 to 255, for which "
        f"the notes' rates are meant. The first weights are drawn with a deviation of {SPREAD:g}; each step sees "
        f"{BATCH} images and goes down the gradient, without momentum.",
        "CIFAR-10 has 50,000 training images. With fewer the first steps come to the same and the accuracy to less. Of "
        f"so few validation images, chance moves an accuracy by {100 * spread:.1f} points or so, and the best of many "
        "trials flatters itself by about as much.",
        _divergence_words(done.courses),
        _edge_words(done.searches),
    )


def _divergence_words(courses: tuple[Course, ...]) -> str:
    _, fair, fast, _ = courses
    if fast.lost is not None:
        found = f"so it does here: there is no number after epoch {fast.lost}"
    elif fast.diverged:
        found = f"so it does here: after some epoch it is {amount(float(fast.loss.max()), 4)}, above the first"
    else:
        found = (
            f"here it does not within {EPOCHS} epochs, but ends at {fast.loss[-1]:.2f}, beside {fair.loss[-1]:.2f} at "
            f"{written(FAIR)}"
        )
    return (
        f"At a rate of {written(FAST)} the notes' loss diverges; {found}. That rate is at the limit of what this "
        "network bears: with other images or other first weights it may turn out the other way."
    )


def _edge_words(searches: tuple[Searched, Searched, Searched]) -> str:
    coarse, finer, last = searches
    below, above = last.best_beyond(FAIR, above=False), last.best_beyond(FAIR, above=True)
    if math.isnan(above):
        found = f"no rate beyond {written(FAIR)} comes to an accuracy at all"
    else:
        more = "better" if above > below else "no better"
        found = f"rates beyond {written(FAIR)} are {more} than those below: {above:.3f} beside {below:.3f} at best"
    return (
        "The notes end with a warning: their best rates are piled at the edge of the range, so that better ones may "
        f"lie beyond. Here the best rates lie {edge(coarse)} of {_ends(coarse)} in the coarse search, and "
        f"{edge(finer)} of {_ends(finer)} in the finer one. The last search looks past the upper edge in any "
        f"case, over {_ends(last)}: {found}, and {last.failed} of {len(last.records)} trials went astray."
    )


def _ends(one: Searched) -> str:
    over = one.ranges[RATE]
    return f"{written(over.low)} to {written(over.high)}"


def _claims(done: Done) -> tuple[Claim, ...]:
    begun = done.begun
    slow, fair, fast, wild = done.courses
    curve = done.suited.curve
    low, high = (curve.low, curve.high) if curve is not None else (math.nan, math.nan)
    return (
        between(
            "Centred, the pixels have a mean of 0.",
            begun.means[1], -1e-3, 1e-3, form=".1e", expected="0 within 0.001, of values up to 255",
        ),
        Claim(
            "The first loss is that of a guess: the logarithm of the number of classes.",
            f"{begun.first.expected:.3f}",
            f"{begun.first.measured:.3f}",
            begun.first.passed and abs(begun.first.measured - begun.first.expected) < 0.01,
        ),
        Claim(
            f"A penalty of {STRONG:g} raises it, by half of {STRONG:g} times the squares of all weights.",
            f"{begun.derived:.2f} within 0.05",
            f"{begun.penalised.measured:.2f}",
            begun.penalised.passed and abs(begun.penalised.measured - begun.derived) < 0.05,
        ),
        Claim(
            "A few images are learned by heart: accuracy.",
            "1.00",
            f"{begun.fitted.accuracy:.2f} of {begun.images} images",
            begun.tiny.passed and begun.fitted.accuracy == 1.0,
        ),
        between(
            f"A rate of {written(SLOW)} barely moves the loss: the share of it that is gone after {EPOCHS} epochs.",
            slow.fallen, -0.01, 0.01, form=".1e", expected="below 0.01",
        ),
        Claim(
            f"At a rate of {written(WILD)} the loss is soon no number.",
            f"within {EPOCHS} epochs",
            told(wild),
            wild.lost is not None,
        ),
        Claim(
            f"A rate of {written(FAST)} is too high still: the loss at the end, beside that at {written(FAIR)}.",
            f"above {fair.loss[-1]:.3f}",
            "no number" if fast.lost is not None else amount(fast.loss[-1], 4),
            fast.lost is not None or bool(fast.loss[-1] > fair.loss[-1]),
        ),
        between(
            f"At {written(FAIR)}, the upper end of the usual range, it falls: by what share.",
            fair.fallen, 0.05, 1.0, form=".3f", expected="more than 0.05",
        ),
        Claim(
            "The program's own check of the rate finds some of the usual range suitable.",
            f"a part of {written(USUAL[0])} to {written(USUAL[1])}",
            f"{written(low)} to {written(high)}" if curve is not None else done.suited.text,
            low <= USUAL[1] and high >= USUAL[0],
        ),
    )  # fmt: skip
