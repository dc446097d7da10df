"""What the procedure measured, as tables: each step beside the notes' value, and the best trials of each search."""

from typing import NamedTuple

from thalweg.checks.result import CheckResult
from thalweg.lab.baby_sitting_figures import told, written
from thalweg.lab.baby_sitting_runs import EPOCHS, FAIR, FAST, LONGER, RATE, SLOW, STRENGTH, WILD, Course, Searched
from thalweg.lab.baby_sitting_start import STRONG, Begun
from thalweg.lab.sheet import Table
from thalweg.report.numbers import amount
from thalweg.search.narrowed import EDGES

NOTES_FIRST, NOTES_PENALISED, NOTES_BEST = 2.3, 3.06, 0.531  # what the notes measured
USUAL = (1e-5, 1e-3)  # rates that they search after their first tries
SHOWN = 5  # of the best trials


class Done(NamedTuple):
    """All that was measured."""

    training: int  # images
    validation: int
    begun: Begun
    courses: tuple[Course, ...]  # at 1e-6, 1e-3, 3e-3 and 1e6
    suited: CheckResult  # the program's own check of the rate
    searches: tuple[Searched, Searched, Searched]  # coarse, finer, and past the finer range's upper edge

    @property
    def best(self) -> Searched:
        """The search whose best trial is the best of all."""
        return max(self.searches, key=lambda one: one.best.score)


def edge(one: Searched) -> str:
    """Say where the best rates of a search lie.

    Args:
        one: The search.

    Returns:
        "at the upper edge", "at the lower edge" or "at no edge".
    """
    side = one.edges.get(RATE)
    return f"at the {EDGES[side]} edge" if side else "at no edge"


def steps_table(done: Done) -> Table:
    """Return each step, the notes' value and ours.

    Args:
        done: The measurements.

    Returns:
        The table.
    """
    begun, curve = done.begun, done.suited.curve
    slow, fair, fast, wild = done.courses
    coarse, finer, last = done.searches
    suits = f"{written(curve.low)} to {written(curve.high)}, by the program's check" if curve else "not told"
    usual = f"{written(USUAL[0])} to {written(USUAL[1])}"
    rows = (
        ("Mean of the pixels", "centred", f"{begun.means[0]:.1f} before, {abs(begun.means[1]):.1f} after"),
        ("First loss", f"about {NOTES_FIRST:g}", f"{begun.first.measured:.3f}"),
        (f"With a penalty of {STRONG:g}", f"{NOTES_PENALISED:g}", f"{begun.penalised.measured:.2f}"),
        (
            f"{begun.images} images by heart", "accuracy 1.00",
            f"accuracy {begun.fitted.accuracy:.2f} after {begun.fitted.steps} steps",
        ),
        (f"Rate {written(SLOW)}", "barely moves the loss", told(slow)),
        ("its accuracy", "may still rise", f"{slow.accuracy[0]:.3f} to {slow.accuracy[-1]:.3f}"),
        (f"Rate {written(WILD)}", "NaN", told(wild)),
        (f"Rate {written(FAST)}", "diverges still", f"{told(fast)}: {'diverges' if fast.diverged else 'does not'}"),
        (f"Rate {written(FAIR)}", "", told(fair)),
        ("Rates that suit", usual, suits),
        (f"Coarse search, {EPOCHS} epochs", "at random", _best(coarse)),
        (f"Finer search, here {LONGER} epochs", f"best {NOTES_BEST:.3f}", _best(finer)),
        ("Its best rates lie", "at the edge", edge(finer)),
        (f"Of its best {SHOWN}, in the upper third", "piled there", f"{finer.piled(SHOWN)}"),
        ("Past the edge", "not done", _best(last)),
    )  # fmt: skip
    return Table("The procedure, step by step", ("step", "the notes", "here"), rows)


def _best(one: Searched) -> str:
    return f"best {one.best.score:.3f} at a rate of {written(one.best.proposal.point[RATE])}"


def search_table(one: Searched) -> Table:
    """Return the best trials of a search.

    Args:
        one: The search.

    Returns:
        The table, the best first.
    """
    return Table(
        f"Best trials of the {one.name} search, {one.epochs} epochs each: rate {one.ranges[RATE]}, penalty "
        f"{one.ranges[STRENGTH]}",
        ("validation accuracy", "rate", "strength of the penalty"),
        tuple(
            (f"{r.score:.3f}", written(r.proposal.point[RATE]), amount(r.proposal.point[STRENGTH], 2))
            for r in one.ranked[:SHOWN]
        ),
    )
