"""What max-norm does: it bounds every unit's weights, so that training at too high a rate cannot run away."""

import math

from thalweg.keys import root
from thalweg.lab.digits import load_digits
from thalweg.lab.max_norm_figures import accuracy_figure, lengths_figure, loss_figure
from thalweg.lab.max_norm_runs import LIMIT, RATES, ROWS, STEPS, UNITS, Course, run_courses
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.numbers import amount

ORDINARY, HIGH = 1.0, 30.0  # a rate that suits the network, and far too high a one
Courses = tuple[Course, ...]


def max_norm(seed: int = 0) -> Sheet:
    """Train a network on digits with a limit on each unit's weights and without, at rates up to far too high.

        w_j <- w_j min(1, 2 / |w_j|) after each step,    w_j the weights into unit j

    Args:
        seed: Of the split, the order of digits and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n notes, "Neural Networks Part 2", "Max norm constraints"; Srivastava et al., 2014, section 5.1.
    """
    root(seed)  # refuses a seed out of range before anything is drawn by it
    digits = load_digits(ROWS, [seed])
    free, bound = (run_courses(digits, limited=limited, seed=seed) for limited in (False, True))
    shown = {rate: (at(free, rate), at(bound, rate)) for rate in (ORDINARY, HIGH)}
    return Sheet(
        name="max-norm",
        title="A limit on each unit's weights",
        seed=seed,
        headline=f"At a rate of {HIGH:g} training runs away {_when(at(free, HIGH))}; where no unit's weights may be "
        f"longer than {LIMIT:g} the loss never passes {at(bound, HIGH).ceiling}",
        words=_words(free, bound),
        claims=_claims(free, bound),
        tables=(_table(free, bound, falling=False), _table(free, bound, falling=True)),
        figures=(
            lengths_figure("ordinary", *shown[ORDINARY]),
            lengths_figure("high", *shown[HIGH], log=True),
            loss_figure(shown[ORDINARY], shown[HIGH]),
            accuracy_figure(free, bound),
        ),
        python=f"from thalweg.lab.max_norm import max_norm; sheet = max_norm({seed})",
        source='CS231n notes, "Neural Networks Part 2", "Max norm constraints"; Srivastava et al., "Dropout", 2014, '
        "section 5.1.",
    )


def at(courses: Courses, rate: float, *, falling: bool = False) -> Course:
    """Return the course at a rate.

    Args:
        courses: Those of `run_courses`.
        rate: One of its six.
        falling: Whether the one whose rate falls to 0.

    Returns:
        The course.
    """
    return courses[RATES.index(rate) + falling * len(RATES)]


def _words(free: Courses, bound: Courses) -> tuple[str, ...]:
    middle = [f"{at(courses, 3.0).training:.0%}" for courses in (free, bound)]
    return (
        f"A network with one hidden layer of {UNITS} leaky units learns {ROWS:,} handwritten digits in {STEPS} steps "
        f"of gradient descent. With max-norm, each unit whose incoming weights have become longer than {LIMIT:g} gets "
        "them shortened to that after every step; their direction stays.",
        f"A rate of {ORDINARY:g} suits this network. The longest units meet the limit there, and it costs nothing. At "
        f"{HIGH:g} each step overshoots: the weights grow, with them the gradient, and with it the next step. The "
        "limit cuts that circle: no weights are longer than it, so no step can move a unit further than twice as far.",
        "Bounded is not trained, though. At a constant rate that high the weights are thrown about within their "
        "bounds and nothing is learned. What the limit buys is the way back: if the rate falls, a network that stayed "
        "within bounds learns after all, and one that ran away is lost.",
        "Whether it helps at a rate in between is another matter: at a constant rate of 3 the free network gets "
        f"{middle[0]} of the training digits right and the limited one {middle[1]}. Biases are not limited; the table "
        "has the largest.",
    )


def _claims(free: Courses, bound: Courses) -> tuple[Claim, ...]:
    ordinary, limited = at(free, ORDINARY), at(bound, ORDINARY)
    away, held = at(free, HIGH), at(bound, HIGH)
    back = at(bound, HIGH, falling=True)
    lost = at(free, HIGH, falling=True)
    return (
        between(
            f"With it no unit's weights are longer than {LIMIT:g} after any step at any rate; the longest.",
            max(c.longest for c in bound), 0.0, LIMIT * (1 + 1e-5), form=".4f", expected=f"at most {LIMIT:g}",
        ),
        between(
            f"Without it some are at a rate of {ORDINARY:g} already; the longest.",
            ordinary.longest, 1.01 * LIMIT, math.inf, form=".2f", expected=f"more than {LIMIT:g}",
        ),
        between(
            "The limit costs nothing there; training digits right, less those without it.",
            limited.training - ordinary.training, -0.01, 1.0, form=".3f", expected="-0.01 or more",
        ),
        Claim(
            f"At a rate of {HIGH:g} training without it runs away.",
            f"the loss no number within {STEPS} steps",
            _when(away) if away.ran_away else "it does not",
            away.ran_away is not None,
        ),
        between(
            "With it the network cannot explode at that rate; the largest loss of any step.",
            held.loss.max(), 0.0, 100.0, form=".1f", expected="below 100",
        ),
        between(
            "Its updates are always bounded: how far a unit's weights move in a step, at most, at any rate.",
            max(c.move.max() for c in bound), 0.0, 2 * LIMIT * (1 + 1e-5), form=".2f",
            expected=f"at most {2 * LIMIT:g}, twice the limit",
        ),
        between(
            "Bounded is not trained: training digits right at that rate.",
            held.training, 0.0, 0.3, form=".0%", expected="about 10%, which is chance",
        ),
        between(
            f"With it, where the rate falls from {HIGH:g} to 0, the network learns in the end.",
            back.training, 0.3, 1.0, form=".0%", expected="more than 30%",
        ),
        Claim(
            "Without it, where the rate falls so, it is lost.",
            "the loss no number before the end",
            _when(lost) if lost.ran_away else f"{lost.training:.0%} right",
            lost.ran_away is not None,
        ),
    )  # fmt: skip


def _when(course: Course) -> str:
    return "at no step" if course.ran_away is None else f"by step {course.ran_away}"


def _table(free: Courses, bound: Courses, *, falling: bool) -> Table:
    head = ("rate", "network", "training digits right", "new ones", "longest weights", "largest bias", "largest loss")
    return Table(
        "Falling rates, along a cosine to 0" if falling else "Constant rates",
        head,
        tuple(
            (
                f"{rate:g}",
                "limited" if course.limited else "free",
                f"{course.training:.1%}",
                f"{course.validation:.1%}",
                *(_size(value) for value in (course.longest, course.bias.max(), course.loss.max())),
            )
            for rate in RATES
            for course in (at(free, rate, falling=falling), at(bound, rate, falling=falling))
        ),
    )


def _size(value: float) -> str:
    return amount(value) if math.isfinite(value) else "no number"
