"""The experiment with a part of a point."""

from collections.abc import Mapping
from typing import Any

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import NONE, Functions
from thalweg.search.experiment_at import experiment_at
from thalweg.search.space import Space
from thalweg.search.surroundings import completed


def experiment_with(
    space: Space, tried: Mapping[str, Any], experiment: Experiment, given: Functions = NONE
) -> Experiment:
    """Return an experiment with some values of a space put in, and as few others as it needs.

    Args:
        space: With all dimensions.
        tried: Plain values by the dimension's name.
        experiment: All that does not vary.
        given: The user's own functions, by name.

    Returns:
        The experiment with these values; where that is none, for a new part needs a field that another dimension gives,
        with the first value of every other dimension as well.

    Raises:
        InputError: If neither can be; it says what was amiss with these values alone.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> from thalweg.search.dimension import Dimension
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> start = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> space = Space((Dimension(("update.beta1",), Uniform(0.8, 0.9)),))
        >>> experiment_with(space, {"update.beta1": 0.85}, start).update.beta1
        0.85
    """
    try:
        return experiment_at(experiment, tried, given)
    except InputError as error:
        first = error
    try:
        return experiment_at(experiment, completed(space, tried), given)
    except InputError:
        raise first from None
