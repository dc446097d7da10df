"""Measure how a trained run's score falls as images are distorted more and more."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.classic.rows import chosen
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.functions import Function
from thalweg.losses.head import scored
from thalweg.monitors.distortions.distorted import DISTORTIONS, distorted
from thalweg.monitors.distortions.distortion import Distortion
from thalweg.monitors.half_lost import half_lost
from thalweg.monitors.picture import shrunk
from thalweg.runs.answer import answer, decided
from thalweg.runs.blind_guess import blind_guess
from thalweg.runs.distortion_curves import PICTURE_SIDE, DistortionCurve, Robustness
from thalweg.runs.looked_at import affordable
from thalweg.runs.model import Model, predict_inputs
from thalweg.runs.open_part import open_part
from thalweg.runs.outcome import Score
from thalweg.runs.reopening import reopened
from thalweg.runs.scoring import Predicted, score_by
from thalweg.runs.trained import read_trained
from thalweg.runs.worst_errors import are_images
from thalweg.train.scores import METRICS

MOST_ROWS = 500  # each is predicted at some thirty strengths


class _Subject(NamedTuple):
    """A network, and the images that it is shown."""

    model: Model
    source: Source
    rows: np.ndarray  # (n,) of the data
    scored: int  # of these rows the first, which scores are of
    metric: str

    def outputs(self, images: np.ndarray) -> np.ndarray:
        found = predict_inputs(self.model, images)
        if not np.isfinite(found).all():
            raise InputError("the network puts out numbers that are not finite, which have no score. Train it anew.")
        return found

    def score(self, outputs: np.ndarray) -> Score:
        rows, probable = self.rows[: self.scored], not scored(self.model.experiment.loss)
        weight = self.source.weight[rows].astype(np.float64)
        truth = self.source.targets[rows]
        return score_by(Predicted("validation", truth, outputs[: self.scored], weight, probable), self.metric)


def robustness(
    run: Path,
    *,
    row: int | None = None,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
) -> Robustness:
    """Return the score on the validation part under six distortions, each at six strengths.

    Images are distorted as they were read, and then go the run's own way: its preprocessing and its network. What is
    left to chance is the same in every call, so that runs on the same data can be compared.

    Args:
        run: The run directory.
        row: Of the data, from 0: the image in the pictures; None for the first that the network recognises.
        data: The data, where they have moved since or were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        A curve for each distortion, over 500 rows of the validation part at most, of a large network fewer; the sealed
        test part is not looked at.

    Raises:
        InputError: If the run or its data cannot be used, its inputs are no images, an output is no finite number, or
            there is no such row outside of the test part.

    Source: Hendrycks and Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations",
    2019.
    """
    record, model = read_trained(run, parts)
    examples = reopened(run, record, data, test_data=test_data, validation_data=validation_data)
    source, split = examples.source, examples.split
    if not are_images(source):
        raise InputError(
            f"distortions are for images of pixels from 0 to 255; {run} was trained on {_inputs(source)}. Choose a run "
            "on images."
        )
    subject = _subject(source, split, model, record.metric, row)
    images = np.asarray(source.inputs)[subject.rows]
    plain = subject.outputs(images)
    blind = subject.score(blind_guess(source, split.train, subject.scored)).value
    learned = _better(record.metric, subject.score(plain).value, blind)
    shown = _recognised(subject, plain) if row is None else int(np.flatnonzero(subject.rows == row)[0])
    return Robustness(
        task=source.task.kind,
        metric=record.metric,
        part="validation",
        rows=subject.scored,
        among=len(split.validation),
        blind=blind,
        learned=learned,
        curves=tuple(_curve(subject, distortion, images, plain, blind, learned, shown) for distortion in DISTORTIONS),
        row=int(subject.rows[shown]),
        truth=answer(source.task, source.targets[subject.rows[shown]]),
    )


def _subject(source: Source, split: Split, model: Model, metric: str, row: int | None) -> _Subject:
    rows = chosen(split.validation, affordable(model, MOST_ROWS), seed=0)
    count = len(rows)
    if row is not None:
        open_part(split, row)
        if row not in rows:  # it goes along, so that all is predicted by one compiled program, and is not scored
            rows = np.append(rows, row)
    return _Subject(model, source, rows, count, metric)


def _curve(
    subject: _Subject,
    distortion: Distortion,
    images: np.ndarray,
    plain: np.ndarray,
    blind: float,
    learned: bool,
    shown: int,
) -> DistortionCurve:
    strengths, task = distortion.strengths, subject.source.task
    outputs, pictures = [plain], [images[shown]]
    for strength in strengths[1:]:
        changed = distorted(images, subject.rows, distortion, strength)
        outputs.append(subject.outputs(changed))
        pictures.append(changed[shown])
    scores = tuple(map(subject.score, outputs))
    return DistortionCurve(
        name=distortion.name,
        what=distortion.what,
        unit=distortion.unit,
        strengths=strengths,
        scores=scores,
        half=half_lost(strengths, [score.value for score in scores], blind) if learned else float("nan"),
        pictures=shrunk(np.stack(pictures), PICTURE_SIDE),
        said=tuple(answer(task, decided(task, one)[shown]) for one in outputs),
    )


def _better(metric: str, score: float, blind: float) -> bool:
    return score > blind if METRICS[metric].larger_is_better else score < blind


def _recognised(subject: _Subject, outputs: np.ndarray) -> int:
    """Return the place of the first row that is predicted right in all; 0 where there is none, as of amounts."""
    right = decided(subject.source.task, outputs) == subject.source.targets[subject.rows]
    return int(right.reshape(len(right), -1).all(axis=1).argmax())


def _inputs(source: Source) -> str:
    return f"examples of shape {source.inputs.shape[1:]}" if isinstance(source.inputs, np.ndarray) else "a table"
