"""From labelled examples and an experiment to the arrays that training sees."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Source, Task
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.preprocess.chain import apply, encodes_tables, fit, fit_folds
from thalweg.preprocess.target import StandardizeTarget, unscaled
from thalweg.train.completed import completed
from thalweg.train.fits import check_batch, check_fits
from thalweg.train.pretrained import Pretrained, Weights
from thalweg.types import Loss

LARGEST_RAW = 1e15  # amount that is not standardised: the sum of its square over the rows has to fit 32 bits


class Prepared(NamedTuple):
    """Examples as numbers, with what was fitted to make them so."""

    experiment: Experiment  # with what the training rows fill in
    split: Split
    fitted: Any  # by `experiment.preprocess` on the training rows
    target_fitted: Any  # regression: by `StandardizeTarget` on the training rows, or `unscaled`; None for others
    x: np.ndarray  # (n, ...) float32, every row of the source
    # (n,) int32 classes; (n, k) int32 answers; (n, 1) float32 in standard deviations of the training targets, or in
    # their own unit.
    y: np.ndarray
    weight: np.ndarray  # (n,) float32
    learned: dict[Any, Weights]  # what starts have learned from these arrays; `fresh_member` keeps it here
    pretrained: Pretrained | None = None  # what the network begins with; None where it is drawn

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the preprocessed inputs: a table's own, else their places."""
        known = getattr(self.fitted, "names", None)
        return tuple(known) if known else tuple(f"input {k}" for k in range(int(np.prod(self.x.shape[1:]))))

    @property
    def unit(self) -> float:
        """One trained unit of the target in the unit of the data; 1 for classes and attributes."""
        return 1.0 if self.target_fitted is None else float(self.target_fitted.scale[0])


def prepare(source: Source, split: Split, experiment: Experiment, pretrained: Pretrained | None = None) -> Prepared:
    """Fit the preprocessing on the training rows and apply it to all.

    Args:
        source: The examples.
        split: Which rows are which; only `split.train` is fitted on.
        experiment: Gives the preprocessing, the network and the loss, which must suit the data.
        pretrained: Weights that the network begins with. They want inputs as they were trained on, so that what its
            preprocessing learned stays, unless the experiment has another.

    Returns:
        The arrays and what was fitted.

    Raises:
        InputError: If preprocessing, head, loss, network and data do not go together; the message names the pair. If
            a target is none that the loss has a value for; the message names the row.
    """
    _check_preprocessing(experiment, source.kind)
    if pretrained is not None and experiment.preprocess == pretrained.preprocess:
        fitted = pretrained.fitted
    else:
        fitted = fit(experiment.preprocess, source.inputs, split)
    made = apply(experiment.preprocess, fitted, source.inputs)
    return _prepared(source, split, experiment, fitted, made, pretrained)


def prepare_folds(
    source: Source, splits: Sequence[Split], experiment: Experiment, pretrained: Pretrained | None = None
) -> tuple[Prepared, ...]:
    """Fit the preprocessing to each fold's own training rows, such that all folds have examples of one shape.

    Args:
        source: The examples.
        splits: Of each fold.
        experiment: Gives the preprocessing, the network and the loss, which must suit the data.
        pretrained: As `prepare`; what its preprocessing learned stays in every fold.

    Returns:
        The arrays of each fold, and what was fitted to it; unused columns are 0.

    Raises:
        InputError: As `prepare`; where it is not all folds' fault, the message says in which it is.
    """
    _check_preprocessing(experiment, source.kind)
    if pretrained is not None and experiment.preprocess == pretrained.preprocess:
        return tuple(prepare(source, split, experiment, pretrained) for split in splits)
    made = fit_folds(experiment.preprocess, source.inputs, splits)
    return tuple(
        _prepared(source, split, experiment, *own, pretrained) for split, own in zip(splits, made, strict=True)
    )


def with_experiment(prepared: Prepared, experiment: Experiment, task: Task) -> Prepared:
    """Return arrays with another experiment that takes them as they are.

    Args:
        prepared: The arrays.
        experiment: Of the same preprocessing and kind of loss.
        task: Of the data.

    Returns:
        The arrays, and the experiment with what the training rows fill in.

    Raises:
        InputError: If the experiment does not fit the data.
    """
    train = prepared.split.train
    experiment = completed(experiment, prepared.fitted, prepared.y[train], prepared.weight[train])
    check_fits(experiment, task.kind, task.size, prepared.x.shape[1:])
    check_batch(experiment, len(train))
    return prepared._replace(experiment=experiment)


def _prepared(
    source: Source, split: Split, experiment: Experiment, fitted: Any, x: np.ndarray, pretrained: Pretrained | None
) -> Prepared:
    y, target_fitted = source.targets, None
    if source.task.kind == "regression":
        scaling = StandardizeTarget()
        taken = None if pretrained is None else pretrained.target_fitted
        target_fitted = scaling.fit(source.targets, split) if taken is None else taken
        if _raw(experiment.loss):
            target_fitted = unscaled(target_fitted)
        y = scaling.apply(target_fitted, source.targets)
    prepared = Prepared(experiment, split, fitted, target_fitted, x, y, source.weight, {}, pretrained)
    prepared = with_experiment(prepared, experiment, source.task)
    if _raw(experiment.loss):
        _check_targets(experiment.loss, source.targets, source.task.target)
    return prepared


def _raw(loss: Loss) -> bool:
    return getattr(loss, "targets", "") == "raw"


def _check_targets(loss: Any, targets: np.ndarray, name: str) -> None:
    """Refuse targets for which a loss of raw ones has no value."""
    values = np.asarray(targets, np.float32)[:, 0]  # as they are trained on: 1e-50 is 0
    for allowed, wanted in (
        (np.abs(values) <= LARGEST_RAW, f"amounts within {LARGEST_RAW:g} of 0, since it takes them in their own unit,"),
        (loss.allowed(values), loss.wanted),
    ):
        if not allowed.all():
            row = int(np.flatnonzero(~allowed)[0])
            raise InputError(
                f"row {row} (from 0, of those with a target): the loss {type(loss).__name__} needs {wanted} in "
                f"{name!r}; got {targets[row, 0]:g}. Correct the cell, empty it to leave the row out, or use "
                "--set loss=squared_error."
            )


def _check_preprocessing(experiment: Experiment, kind: str) -> None:
    encodes = encodes_tables(experiment.preprocess)
    if encodes == (kind == "table"):
        return
    first = experiment.preprocess[0] if isinstance(experiment.preprocess, tuple) else experiment.preprocess
    name = type(first).__name__
    if encodes:
        raise InputError(
            f"the preprocessing {name} is for tables; the data are of the kind {kind!r}. "
            "Use --set preprocess=standardize, or give the data as a table."
        )
    raise InputError(
        f"the preprocessing {name} is for arrays; the data are a table. Use --set preprocess=table_encoding, "
        "whose preprocess.numeric scales the columns of numbers, or a list that begins with it, such as "
        '--set \'preprocess=["table_encoding", "pca"]\'.'
    )
