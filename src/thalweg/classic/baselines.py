"""Score classic models on the parts a network is trained and validated on."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from thalweg.classic import attributes
from thalweg.classic.baseline import Baseline
from thalweg.classic.image_features import ON_FEATURES, SMALLEST, how_many, linear_on_features
from thalweg.classic.models import NEIGHBOURS, Examples, Predicted, blind, lasso, linear, neighbours
from thalweg.classic.rows import (
    DISTANCE_WORK,
    FEATURE_WORK,
    FEWEST_EACH,
    LASSO_WORK,
    LINEAR_WORK,
    MOST,
    MOST_FITS,
    MOST_LASSO_INPUTS,
    SOLVER_WORK,
    chosen,
)
from thalweg.train.evaluate import TOP, Sums, among_first
from thalweg.train.prepare import Prepared
from thalweg.train.scores import score_of


class _Candidate(NamedTuple):
    name: str
    model: Callable[[Examples, np.ndarray], Predicted]
    rows: float  # to fit on at most
    scored: float  # validation rows at most
    blind: bool = False  # looks at no input
    images: bool = False  # looks at the images as they were read
    reason: str = ""  # for which it is left out


def baselines(
    prepared: Prepared, *, task: str, metric: str, seed: int, images: np.ndarray | None = None
) -> tuple[Baseline, ...]:
    """Fit classic models on the training rows and score them on the validation rows.

    They see the preprocessed inputs that the network sees, flattened; of images one more looks at the colours and the
    gradients of the images themselves. All are fitted on 20,000 rows at most, on fewer where inputs are so many that a
    fit would take more than seconds. Rows, inputs and outputs alone settle how many, never the clock: a run ends with
    the same verdict on a busy machine.

    Args:
        prepared: The examples; the test rows are not looked at.
        task: "classes", "regression" or "attributes".
        metric: A name in `train.scores.METRICS`; the errors are in the unit of the data.
        seed: Draws the rows where not all are used.
        images: uint8 (n, height, width, channels), as they were read; None where the examples are none.

    Returns:
        The blind guess; logistic regression, or ridge regression and lasso; the nearest neighbours; for classes of
        images a linear model on features. The score is NaN, and the remark says why, for one that was left out.

    Raises:
        ValueError: If the metric is not known.
    """
    split = prepared.split
    x = prepared.x.reshape(len(prepared.x), -1)
    classes = int(prepared.y.max()) + 1 if task == "classes" else 0
    outputs = prepared.y.shape[1] if task == "attributes" else max(classes, 1)
    results = []
    found = _candidates(task, x.shape[1], outputs, len(split.train), len(split.validation))
    if images is not None and task == "classes":
        found = (*found, _of_images(images, outputs, len(split.train)))
    for candidate in found:
        train = chosen(split.train, min(candidate.rows, MOST), seed=seed)
        scored = chosen(split.validation, candidate.scored, seed=seed)
        # The blind guess looks at no input: it needs no copy of them, and can do with any.
        seen = images if candidate.images and images is not None else x[:, :0] if candidate.blind else x
        fitted_x, scored_x = seen[train], seen[scored]
        reason = candidate.reason or _reason(fitted_x, scored_x)
        if reason:
            results.append(Baseline(candidate.name, float("nan"), 0, 0.0, reason))
            continue
        started = time.perf_counter()
        examples = Examples(fitted_x, prepared.y[train], prepared.weight[train], classes)
        predicted = candidate.model(examples, scored_x)
        score = _score(prepared, predicted.values, scored, metric)
        remarks = [predicted.remark] if predicted.remark else []
        if len(scored) < len(split.validation):
            remarks.append(f"scored on {len(scored):,} of {len(split.validation):,} rows")
        took = time.perf_counter() - started
        results.append(Baseline(candidate.name, score, len(train), took, "; ".join(remarks), len(split.train)))
    return tuple(results)


def _candidates(task: str, inputs: int, outputs: int, train: int, scored: int) -> tuple[_Candidate, ...]:
    many = float("inf")
    solve = max(SOLVER_WORK / inputs**2, (SOLVER_WORK / inputs) ** 0.5)
    work = solve if task == "regression" else LINEAR_WORK / (inputs * outputs)
    near = DISTANCE_WORK / (inputs * max(1, min(scored, MOST)))
    nearest = f"k nearest neighbours (k = {min(NEIGHBOURS, train)})"
    if task == "attributes":
        reason = f"left out: more than {MOST_FITS} attributes" if outputs > MOST_FITS else ""
        return (
            _Candidate("commoner answers", attributes.blind, MOST, many, blind=True),
            _Candidate("linear", attributes.linear, work, many, reason=reason),
            _Candidate(nearest, attributes.neighbours, near, MOST),
        )
    if task == "regression":
        wide = f"left out: more than {MOST_LASSO_INPUTS:,} inputs" if inputs > MOST_LASSO_INPUTS else ""
        return (
            _Candidate("mean", blind, MOST, many, blind=True),
            _Candidate("ridge regression (L2)", linear, work, many),
            _Candidate("lasso (L1)", lasso, LASSO_WORK / inputs, many, reason=wide),
            _Candidate(nearest, neighbours, near, MOST),
        )
    return (
        _Candidate("majority class", blind, MOST, many, blind=True),
        _Candidate("linear", linear, work, many),
        _Candidate(nearest, neighbours, near, MOST),
    )


def _of_images(images: np.ndarray, outputs: int, train: int) -> _Candidate:
    numbers, features, reason = int(np.prod(images.shape[1:])), how_many(images), ""
    rows = min(FEATURE_WORK / numbers, LINEAR_WORK / (max(features, 1) * outputs))
    if not features:
        reason = f"left out: images of less than {SMALLEST} x {SMALLEST} pixels"
    elif rows < min(FEWEST_EACH * outputs, train):
        reason = f"left out: there is time for {int(rows):,} images, few for {outputs:,} classes"
    return _Candidate(ON_FEATURES, linear_on_features, rows, FEATURE_WORK / 2 / numbers, images=True, reason=reason)


def _reason(train: np.ndarray, scored: np.ndarray) -> str:
    """Say why a model cannot be fitted on these rows, or scored on those; "" if it can."""
    if not len(train) or not len(scored):
        return "left out: no validation rows" if len(train) else "left out: no training rows"
    if not (np.isfinite(train).all() and np.isfinite(scored).all()):
        return "left out: some inputs are not finite numbers"
    return ""


def _score(prepared: Prepared, values: np.ndarray, rows: np.ndarray, metric: str) -> float:
    """Score predictions just as a network's are scored: as a population of one."""
    y, weight = prepared.y[rows], prepared.weight[rows].astype(np.float64)
    variance, whole, near = 1.0, np.nan, np.nan
    if y.dtype.kind != "f":
        # An answer is a class of two; of classes there is one question.
        known = np.eye(values.shape[-1])[y]
        hit = values.argmax(-1) == y
        loss = weight @ -np.log(np.take_along_axis(values, y[..., None], -1)).reshape(len(y), -1).sum(1)
        hits, totals = (np.tensordot(weight, known * counted, 1) for counted in (hit[..., None], 1.0))
        whole = weight @ hit.reshape(len(y), -1).all(1)
        near = weight @ among_first(values, y, TOP) if y.ndim == 1 else np.nan
    else:
        error, centred = values - y, y - np.average(y, axis=0, weights=weight)
        hits, totals = weight @ np.abs(error), weight @ error**2
        loss = totals.sum() / 2
        variance = float((weight @ centred**2).sum() / weight.sum())
    loss, whole, near = np.array([loss]), np.array([whole]), np.array([near])
    sums = Sums(weight.sum(keepdims=True), loss, hits[None], totals[None], loss, whole, near)
    return float(score_of(metric, sums, variance=variance, unit=prepared.unit)[0])
