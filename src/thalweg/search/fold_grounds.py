"""What the members of each fold are trained and scored on."""

from collections.abc import Sequence

import numpy as np

from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.diagnosis.attempts import Ground
from thalweg.experiment import Experiment
from thalweg.runs.training import WATCHED_ROWS, training_weight
from thalweg.train.prepare import prepare_folds
from thalweg.train.pretrained import Pretrained


def fold_grounds(
    source: Source,
    splits: Sequence[Split],
    experiment: Experiment,
    metric: str,
    *,
    class_weight: str | None = None,
    seed: int = 0,
    pretrained: Pretrained | None = None,
) -> tuple[Ground, ...]:
    """Prepare the data of each fold, each by its own training rows.

    Args:
        source: The examples.
        splits: Of each fold, as `fold_splits` gives them.
        experiment: Any of those to be compared; others may differ from it in everything.
        metric: A name in `train.scores.METRICS`.
        class_weight: "balanced" for classes that all weigh the same in training; None for the data's own weights.
        seed: Of the choice of training rows that are scored.
        pretrained: Weights that every network begins with; None where they are drawn.

    Returns:
        A ground a fold, the first for `Engine.ground` and the others for `Engine.further`.

    Raises:
        InputError: If the experiment does not fit the data.
    """
    return tuple(
        Ground(
            source=source,
            prepared=prepared,
            weight=training_weight(prepared, source, class_weight),
            watched=_watched(prepared.split.train, seed),
            metric=metric,
            seed=seed,
        )
        for prepared in prepare_folds(source, splits, experiment, pretrained)
    )


def _watched(rows: np.ndarray, seed: int) -> np.ndarray:
    if len(rows) <= WATCHED_ROWS:
        return rows
    random = np.random.Generator(np.random.Philox(key=seed))
    return np.sort(random.choice(rows, WATCHED_ROWS, replace=False))
