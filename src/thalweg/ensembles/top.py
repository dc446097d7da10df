"""The best trials of a search as members of one ensemble."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.ensembles.members import best_weights, member_predictions
from thalweg.errors import InputError
from thalweg.losses.head import scored
from thalweg.preprocess.target import StandardizeTarget
from thalweg.search.engine.trial import Result
from thalweg.train.scores import METRICS


def top_of(results: Iterable[Result], count: int, metric: str) -> tuple[Result, ...]:
    """Return the trials with the best validation scores.

    They cost nothing beyond the search, and differ in more than their seeds. Their scores flatter them, for by these
    they were chosen.

    Args:
        results: What came of trials, each with its weights.
        count: Of the best, at least 1.
        metric: What the scores are in, a name in `train.scores.METRICS`.

    Returns:
        The best first, of equal scores the one with the smaller loss; fewer than `count` where others failed or were
        never scored.

    Raises:
        InputError: If `count` is below 1, or there is no such metric.

    Source: CS231n notes, "Neural Networks Part 3", "Model ensembles" (top models discovered during cross-validation).
    """
    if count < 1 or metric not in METRICS:
        raise InputError(
            f"the best of a search are 1 or more, by one of {', '.join(METRICS)}; got {count}, {metric!r}."
        )
    sign = -1.0 if METRICS[metric].larger_is_better else 1.0
    good = [r for r in results if not r.failed and r.rest is not None and math.isfinite(r.score)]
    return tuple(sorted(good, key=lambda r: (sign * r.score, r.loss, r.trial.number))[:count])


def trial_predictions(ground: Ground, results: Sequence[Result]) -> np.ndarray:
    """Return what trials with different networks, losses and preprocessing predict for all rows of their data.

    Args:
        ground: What they were trained on.
        results: One or more, each with its weights.

    Returns:
        (m, n, ...): probabilities or scores, or values in the unit of the data, float64.

    Raises:
        InputError: If there is no trial, one was never begun, or some give probabilities and others scores, which have
            no common mean.
    """
    if not results:
        raise InputError("an ensemble needs one trial or more; got none.")
    if len({scored(result.trial.experiment.loss) for result in results}) > 1:
        raise InputError("an ensemble cannot average probabilities with scores; its losses give some of both.")
    return np.stack([_predicted(ground, result) for result in results])


def _predicted(ground: Ground, result: Result) -> np.ndarray:
    weights, prepared = best_weights(result), prepared_for(ground, result.trial.experiment)
    outputs = member_predictions(prepared.experiment.objective(), [weights], prepared.x)[0].astype(np.float64)
    return outputs if prepared.target_fitted is None else StandardizeTarget().undo(prepared.target_fitted, outputs)
