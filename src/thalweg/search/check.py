"""Whether an experiment can take all that a space may give it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from thalweg.errors import InputError, shown
from thalweg.experiment import Experiment
from thalweg.functions import NONE, Functions
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.experiment_at import experiment_at
from thalweg.search.paths import paths_of, same_place
from thalweg.search.ranges.choice import Choice, same
from thalweg.search.ranges.integer import Integer
from thalweg.search.space import Point, Space
from thalweg.search.surroundings import surroundings
from thalweg.search.trying import experiment_with

MOST_SURROUNDINGS = 200  # combinations of the options that one dimension hangs on; each takes milliseconds
WHOLE_POINTS = 20
_INSIDE = 0.381966  # a place between the ends, of no round value: a whole number at both ends may be a fraction here


def checked_space(space: Space, experiment: Experiment, given: Functions = NONE) -> Space:
    """Return a space after every end and every option was tried in the experiment.

    Each is tried wherever its dimension counts: with every combination of options that the dimension hangs on. Last a
    few points are tried as a whole. So what a search would run into after an hour is said before it begins. What an
    experiment alone cannot tell is not seen: whether the network takes the data's shape.

    Args:
        space: What may vary.
        experiment: All that does not.
        given: The user's own functions that either speaks of, by name.

    Returns:
        The space as it is.

    Raises:
        InputError: If a path leads nowhere, an end or an option is not allowed there, a field of whole numbers is given
            fractions, the epochs would vary, or a dimension counts nowhere. The message begins with "space: " and names
            the dimension.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> from thalweg.search.ranges.log_uniform import LogUniform
        >>> start = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> space = Space((Dimension(("update.rat",), LogUniform(1e-4, 1e-1)),))
        >>> try:
        ...     checked_space(space, start)
        ... except InputError as error:
        ...     print(str(error)[:75])
        space: update.rat = 0.0001: update: unknown field of adam 'rat'. Did you me
    """
    for dimension in space.dimensions:
        _check(space, dimension, experiment, given)
    for number in range(WHOLE_POINTS):
        point = space.drawn(0, number)
        try:
            experiment_at(experiment, point, given)
        except InputError as error:
            raise InputError(
                f"space: the values of several dimensions do not go together ({_words(point)}): {error} Give one of "
                f"them a condition."
            ) from None
    return space


def _check(space: Space, dimension: Dimension, experiment: Experiment, given: Functions) -> None:
    if any(same_place(path, "training.epochs") for path in dimension.paths):
        raise InputError(
            "space: training.epochs may not be searched over: the search itself decides how long each trial trains. "
            "Leave it out."
        )
    fitting: list[Point] = []
    failing: list[Point] = []
    faults: list[str] = []
    for around in islice(surroundings(space, dimension), MOST_SURROUNDINGS):
        fault = next(_faults(space, dimension, around, experiment, given), None)
        if fault is None:
            fitting.append(around)
        else:
            failing.append(around)
            faults.append(fault)
    if not fitting and not faults:
        raise InputError(
            f"space: {dimension.name} counts nowhere: its conditions never hold together. Take one of them away."
        )
    if faults:
        raise InputError(f"space: {faults[0]}{_way_out(dimension, faults[0], fitting, failing)}")


def _faults(
    space: Space, dimension: Dimension, around: Point, experiment: Experiment, given: Functions
) -> Iterator[str]:
    """Say for each value that the experiment cannot take why not."""
    over = dimension.over
    for value in over.options if isinstance(over, Choice) else map(over.at, (0.0, 1.0, _INSIDE)):
        tried = {**around, dimension.name: value}
        try:
            made = experiment_with(space, tried, experiment, given)
        except InputError as error:
            beside = f" (with {_words(around)})" if around else ""
            yield f"{dimension.name} = {_shown(value)}{beside}: {error}"
            continue
        if made.training.epochs != experiment.training.epochs:
            yield (
                f"{dimension.name} = {_shown(value)} changes training.epochs, and the search itself decides how long "
                f"each trial trains. Name the other settings of training one by one, as in training.batch."
            )


def _way_out(dimension: Dimension, fault: str, fitting: list[Point], failing: list[Point]) -> str:
    # The options with which it went well, of what the dimension hangs on.
    for name in fitting[0] if fitting else ():
        well = _different([point[name] for point in fitting if name in point])
        if len(well) < len(_different([point[name] for point in (*fitting, *failing) if name in point])):
            values = tuple(
                option["kind"] if isinstance(option, dict) and "kind" in option else option for option in well
            )
            return f' Let it count only where it fits: when = "{Condition(paths_of(name)[0], values)}".'
    if "whole number" in fault and not isinstance(dimension.over, Choice | Integer):
        return ' Write its range as integer or log integer, such as "integer 16 .. 256".'
    return ""


def _different(options: list[Any]) -> list[Any]:
    return [option for i, option in enumerate(options) if not any(same(option, other) for other in options[:i])]


def _words(point: Point) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in point.items())


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 40 else shown(value)
