"""A rectified unit as a half of the plane: what it sees of the points, and when it dies."""

import numpy as np

from thalweg.lab.half_planes_figures import course_figure, half_planes_figure
from thalweg.lab.half_planes_runs import AT, EVERY, JUMP, MOVED, RATE, STEPS, UNITS, Course, Courses, run_courses
from thalweg.lab.sheet import Claim, Sheet, Table, between


def half_planes(seed: int = 0) -> Sheet:
    """Draw each rectified unit's half-plane over a cloud of points, before training and after.

        unit j is active where  w_j x + b_j > 0

    Args:
        seed: Of the points and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n lecture 5, "Activation functions", the picture of the data cloud; notes, "Neural Networks Part 1",
    "ReLU".
    """
    found = run_courses(seed)
    stop = int(found.jumped.dead[-1])
    return Sheet(
        name="half-planes",
        title="What a rectified unit sees",
        seed=seed,
        headline=f"At a rate of {RATE:g} no unit of {UNITS} dies; at {JUMP:g} {stop} of {UNITS} do, and training stops",
        words=(
            "A rectified unit with two inputs cuts the plane in two along a line, and is active on one side of it. "
            "Where the line goes through the cloud of points the unit is active for some of them, and that bend is "
            "what it is for. Where all points lie on its active side it is linear. Where none do, it puts out 0 for "
            "every point: no gradient reaches its weights, and it never comes back. It is dead.",
            f"One network learns at a rate of {RATE:g}. Another begins alike, and from step {AT} on its rate is "
            f"{JUMP:g}: good progress, then a sudden stop. A third begins with biases far too low for {MOVED} of its "
            f"units and far too high for {MOVED} others, so that they miss the cloud, or see all of it, from birth.",
        ),
        claims=_claims(found),
        tables=(_table(found),),
        figures=(
            half_planes_figure(
                "steady", f"After {STEPS} steps at a rate of {RATE:g}", found.x, found.steady.last, "Each line bends."
            ),
            half_planes_figure(
                "jumped", f"After {STEPS - AT} more steps at {JUMP:g}", found.x, found.jumped.last, "The cloud is left."
            ),
            half_planes_figure(
                "displaced", "First biases far off", found.x, found.displaced.first, "Eight units miss it, or see all."
            ),
            course_figure("course", found, AT),
        ),
        python=f"from thalweg.lab.half_planes import half_planes; sheet = half_planes({seed})",
        source='CS231n lecture 5, "Activation functions"; notes, "Neural Networks Part 1", "ReLU".',
    )


def _claims(found: Courses) -> tuple[Claim, ...]:
    steady, jumped, displaced = found.steady, found.jumped, found.displaced
    before = AT // EVERY - 1
    unmoved = displaced.first.dead & _same(displaced)
    soon, end = float(jumped.dead[before + 2]), float(jumped.loss[-1])
    dead = int(displaced.first.dead.sum())
    return (
        between("At a suitable rate few units die.", float(steady.dead[-1]), 0.0, 0.2 * UNITS, form=".0f"),
        between("The loss falls before the rate jumps.", float(jumped.loss[before]), 0.0, 0.5),
        between(f"{2 * EVERY} steps after it most units are dead.", soon, UNITS / 2, float(UNITS), form=".0f"),
        between("And the loss stands as before training, or higher.", end, 0.8, np.inf, expected="above 0.8"),
        Claim(
            "A unit that no point activates at first keeps its weights to the last bit.",
            f"{MOVED} of {MOVED}",
            f"{int(unmoved.sum())} of {dead}",
            int(unmoved.sum()) == dead == MOVED,
        ),
    )


def _same(course: Course) -> np.ndarray:
    return (course.first.w == course.last.w).all(axis=0) & (course.first.b == course.last.b)


def _table(found: Courses) -> Table:
    rows = [
        (f"rate {RATE:g}, first weights", found.steady.first),
        (f"rate {RATE:g}, after {STEPS} steps", found.steady.last),
        (f"rate {JUMP:g} from step {AT} on, after {STEPS} steps", found.jumped.last),
        ("first biases far off, first weights", found.displaced.first),
        (f"first biases far off, after {STEPS} steps", found.displaced.last),
    ]
    return Table(
        f"What the {UNITS} units see of the points",
        ("network", "all of them", "some", "none: dead"),
        tuple(
            (name, *(str(int(count)) for count in (u.always.sum(), (~u.always & ~u.dead).sum(), u.dead.sum())))
            for name, u in rows
        ),
    )
