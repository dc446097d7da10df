"""The experiment at one point of a space."""

from collections.abc import Mapping
from typing import Any

from thalweg.catalogue import KINDS
from thalweg.experiment import Experiment
from thalweg.functions import NONE, Functions
from thalweg.search.paths import paths_of, steps
from thalweg.serialise import changed, from_plain, to_plain


def experiment_at(experiment: Experiment, point: Mapping[str, Any], given: Functions = NONE) -> Experiment:
    """Return an experiment with the values of a point put in.

    A part that is chosen by its kind comes with its defaults, whatever the experiment had there.

    Args:
        experiment: All that the point does not say.
        point: Plain value by a dimension's name.
        given: The user's own functions that the experiment or the point speaks of, by name.

    Returns:
        The experiment.

    Raises:
        InputError: If a path leads nowhere, or a value is not allowed there.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> start = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> experiment_at(start, {"update.kind": "sgd", "update.rate": 0.5}).update
        SGD(rate=0.5)
    """
    values = [(path, value) for name, value in point.items() for path in paths_of(name)]
    plain = to_plain(experiment)
    # Parts before what lies in them, also in a point whose order a file did not keep.
    for path, value in sorted(values, key=lambda pair: len(steps(pair[0]))):
        plain = changed(plain, path, value)
    return from_plain(plain, "experiment", KINDS, given=given)
