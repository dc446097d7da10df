"""What a finished run came to: scores, baselines, findings."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from thalweg.data.seal import count_openings
from thalweg.data.source import Source
from thalweg.diagnosis.diagnose import confirmed
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.reader import Reader
from thalweg.losses.head import scored
from thalweg.network.odd import odd_choices
from thalweg.network.receptive import left_out, receptive_fields
from thalweg.network.work import layer_work, training_bytes
from thalweg.runs.examples import Examples
from thalweg.runs.looking import look_inside
from thalweg.runs.machine import peak_memory
from thalweg.runs.model import Model, predict_prepared
from thalweg.runs.outcome import Outcome
from thalweg.runs.record import Record
from thalweg.runs.scoring import Predicted, comparison_of, scores_of
from thalweg.runs.search_record import SearchSummary
from thalweg.runs.selecting import selection_of
from thalweg.runs.summary import layer_table, summarise
from thalweg.runs.training import ground_of, plan_of
from thalweg.train.loop import LoopState
from thalweg.train.nonfinite import all_finite
from thalweg.train.population import member_of
from thalweg.train.prepare import Prepared

INTERVAL = 0.9  # share of validation rows that a regression's interval holds


def predicted_part(source: Source, prepared: Prepared, model: Model, part: str) -> Predicted:
    """Return a part's truth beside the model's predictions, in the unit of the data.

    Args:
        source: Gives the truth.
        prepared: Gives the rows and the preprocessed examples.
        model: The model.
        part: "validation" or "test".

    Returns:
        Truth and prediction.
    """
    rows = getattr(prepared.split, part)
    outputs = predict_prepared(model, prepared.x[rows])
    weight = prepared.weight[rows].astype(np.float64)
    return Predicted(part, source.targets[rows], outputs, weight, not scored(model.experiment.loss))


def half_width(predicted: Predicted) -> float:
    """Return how far from its prediction a new value lies at most, nine times of ten.

        the ceil(0.9 (n + 1))-th smallest |f - t| of n rows

    The n + 1 instead of n makes it hold for a new row, which is as likely as any of the n to be the worst; with
    fewer than nine rows it is the largest error. Rows that weights were chosen by are a little flattering.

    Args:
        predicted: A regression's truth and prediction on rows it was not trained on.

    Returns:
        The half width, in the unit of the data; NaN where a prediction is.

    Source: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, "Distribution-free predictive inference for regression",
    2018, section 2.2 (split conformal).
    """
    error = np.sort(np.abs(predicted.outputs - predicted.truth).ravel())  # NaN comes last
    place = math.ceil(INTERVAL * (len(error) + 1)) - 1
    return float(error[min(place, len(error) - 1)]) if np.isfinite(error).all() else math.nan


def with_interval(model: Model, predicted: Predicted) -> Model:
    """Return a model with the width of its prediction interval, where it has one.

    Args:
        model: Just trained.
        predicted: Its validation part.

    Returns:
        The model of a regression with its half width; any other as it was.
    """
    return model._replace(half_width=half_width(predicted)) if model.task.kind == "regression" else model


def judge(
    run: Path,
    record: Record,
    examples: Examples,
    prepared: Prepared,
    state: LoopState,
    model: Model,
    predicted: Predicted,
    own: Predicted,
    reader: Reader,
    say: Callable[[str], None] | None = None,
    search: SearchSummary | None = None,
) -> Outcome:
    """Score a trained network on the validation part and say what is to be said about its run.

    Args:
        run: The run directory; the openings of the test part are kept in the folder it lies in.
        record: What was asked for.
        examples: As read.
        prepared: As trained on.
        state: At the end of training.
        model: With the best weights.
        predicted: The validation part, by the model, of an ensemble by all members together.
        own: The same by the network that was trained and watched.
        reader: Knows the checks and the simple models.
        say: Gets a line where something is tried that takes its time.
        search: What chose its settings, if anything did.

    Returns:
        The outcome.
    """
    source, ground = examples.source, ground_of(record, examples.source, prepared)
    evaluations = state.history.evaluations
    best = max((e for e in evaluations if e.better[0]), key=lambda e: e.step, default=evaluations[0])
    ending = state.endings[0]
    network, shape = prepared.experiment.network, prepared.x.shape[1:]
    return Outcome(
        name=run.resolve().name,
        data=summarise(source, prepared),
        task=source.task.kind,
        metric=record.metric,
        status="finished" if all_finite(state.members).all() else "diverged",
        ending=ending,
        scores=scores_of(predicted, source.task, record.metric),
        comparison=comparison_of(predicted, source.task),
        baselines=reader.baselines(),
        remarks=examples.remarks,
        checks=reader.checks,
        findings=(
            *confirmed(reader.case(state.history, ending), ground, share=record.attempts, say=say),
            *(at_edge_of_search(search) if search else ()),
        ),
        history=state.history,
        best_epoch=best.epoch,
        best_step=best.step,
        experiment=record.final,
        repairs=record.repairs,
        layers=layer_table(network, shape),
        seeds={"seed": record.seed, "split_seed": record.split_seed},
        versions=record.versions,
        command=record.command,
        openings=count_openings(run.resolve().parent, record.sealed),
        seconds=state.seconds,
        compile_seconds=state.compile_seconds,
        examples_per_second=_speed(prepared, state),
        work=layer_work(network, shape),
        peak_memory=peak_memory(),
        memory=training_bytes(network, prepared.experiment.update, shape, _batch(prepared)),
        selection=selection_of(prepared, model.params),
        odd=tuple(one.text for one in odd_choices(network, prepared.experiment.loss)),
        receptive_fields=receptive_fields(network, shape),
        left_out=left_out(network, shape),
        inside=look_inside(
            source, prepared, model, predicted, own, member_of(state.members, 0), plan_of(record, prepared)
        ),
        search=search,
    )


def at_edge_of_search(search: SearchSummary) -> tuple[Finding, ...]:
    """Return a finding for each range at whose edge the best trials of a search lie.

    Args:
        search: That came to its end.

    Returns:
        The findings.

    Source: CS231n notes, "Neural Networks Part 3", "Careful with best values on border".
    """
    return tuple(
        Finding(
            symptom="best_at_edge",
            severity="warning",
            title="The best value lies at the edge of its range",
            evidence=sentence,
            why="Scores still rise towards the end of what was tried: the best value may lie beyond it.",
            cause="the range that was searched does not hold the best value",
            remedy="Search a range that reaches further on that side.",
        )
        for sentence in search.edges
    )


def _batch(prepared: Prepared) -> int:
    return min(prepared.experiment.training.batch, len(prepared.split.train))


def _speed(prepared: Prepared, state: LoopState) -> float:
    examples = state.clock * _batch(prepared)
    return examples / max(state.seconds - state.compile_seconds, 1e-9)
