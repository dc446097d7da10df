"""Pictures: valid for Plotly, honest about gaps, with their words beside them."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest
from tests.report.example import HOSTILE, classes, diverged, history, regression

from thalweg.report.figures.curves import curves
from thalweg.report.figures.layers import in_order, last_values, layer_figures
from thalweg.report.figures.residuals import residual_figures
from thalweg.report.series import Series
from thalweg.runs.outcome import Comparison
from thalweg.train.history import History


def every_figure(outcome):
    residuals = residual_figures(outcome.comparison, outcome.data.target) if outcome.comparison else ()
    return (*curves(outcome), *layer_figures(outcome.history), *residuals)


def named(figures):
    return {figure.key: figure for figure in figures}


def plain_colours(value):
    """What the page's script does: a real colour for each of our names."""
    if isinstance(value, dict):
        return {key: plain_colours(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_colours(item) for item in value]
    return "#123456" if isinstance(value, str) and value.startswith("@") else value


DEEP = tuple(f"dense_{k}/{leaf}" for k in range(1, 7) for leaf in "wb")


@pytest.mark.parametrize(
    "outcome",
    [classes(), regression(), diverged(), classes(history=history(tensors=DEEP)), classes(history=history(epochs=1))],
    ids=["classes", "regression", "diverged", "deep", "one evaluation"],
)
def test_plotly_accepts_every_figure_and_each_says_something(outcome):
    figures = every_figure(outcome)
    assert figures and len({figure.key for figure in figures}) == len(figures)
    for figure in figures:
        go.Figure(plain_colours({"data": figure.data, "layout": figure.layout}))
        assert figure.summary.strip() and figure.title


def test_the_best_epoch_is_marked():
    loss = named(curves(classes()))["loss"]
    assert loss.layout["shapes"][0]["x0"] == 18.0
    assert loss.layout["annotations"][0]["text"] == "best epoch 18"


@pytest.mark.parametrize("best", [math.nan, -1.0])
def test_without_a_best_epoch_none_is_marked(best):
    assert "shapes" not in named(curves(classes(best_epoch=best)))["loss"].layout


def test_a_single_evaluation_is_drawn_as_a_point():
    loss = named(curves(classes(history=history(epochs=1))))["loss"]
    assert all("markers" in trace["mode"] for trace in loss.data)
    assert loss.summary == "Training: 2.04. Validation: 2."


def test_validation_scores_that_are_missing_are_left_out():
    made = history(epochs=3)
    blind = made._replace(
        evaluations=tuple(
            e._replace(validation_loss=np.array([np.nan]), validation_score=np.array([np.nan]))
            for e in made.evaluations
        )
    )
    figures = named(curves(classes(history=blind)))
    assert [trace["name"] for trace in figures["loss"].data] == ["training", "training, while learning", "penalty"]
    assert [trace["name"] for trace in figures["score"].data] == ["training"]


def test_an_empty_history_has_no_pictures():
    assert curves(classes(history=History())) == () and layer_figures(History()) == ()


def test_steps_without_a_finite_loss_are_counted():
    assert "4 recorded steps without a finite loss left out." in named(curves(diverged()))["steps"].summary


def test_a_penalty_of_zero_is_no_curve():
    made = history(epochs=2)
    steps = tuple({**block, "0/penalty": np.zeros_like(block["0/penalty"])} for block in made.steps)
    figure = named(curves(classes(history=made._replace(steps=steps))))["steps"]
    assert [trace["name"] for trace in figure.data] == ["loss on the step's batch"]


def test_a_loss_below_zero_gets_no_logarithmic_axis():
    made = history(epochs=2)
    steps = tuple({**block, "0/data_loss": block["0/data_loss"] - 9.0} for block in made.steps)
    figures = named(curves(classes(history=made._replace(steps=steps))))
    assert figures["loss"].switch and not figures["steps"].switch


def test_a_rate_that_never_changes_is_said_in_a_word():
    made = history(epochs=1)
    steps = tuple({**block, "0/rate": np.full_like(block["0/rate"], 0.01)} for block in made.steps)
    assert named(curves(classes(history=made._replace(steps=steps))))["rate"].summary == "0.01 throughout."


def test_the_healthy_ratio_is_drawn():
    guide = named(layer_figures(history()))["update-ratio"].data[-1]
    assert guide["y"] == [1e-3, 1e-3] and guide["name"] == "healthy: near 0.001"


def test_more_tensors_than_can_be_told_apart_become_a_map():
    figure = named(layer_figures(history(tensors=DEEP)))["gradient-norm"]
    assert figure.data[0]["type"] == "heatmap" and len(figure.data[0]["z"]) == 12
    assert not figure.switch


def test_tensors_stand_in_the_order_of_the_network_weights_first():
    series = dict.fromkeys(["dense_10/b", "dense_10/w", "dense_2/w", "new/b", "new/w"], Series(np.zeros(1), np.ones(1)))
    assert list(in_order(series, ("dense_2", "dense_10"))) == [
        "dense_2/w",
        "dense_10/w",
        "dense_10/b",
        "new/w",
        "new/b",
    ]


def test_the_last_value_is_the_last_finite_one():
    at = np.arange(3)
    series = {"a": Series(at, np.array([1.0, 2.0, np.nan])), "b": Series(at, np.full(3, np.nan))}
    assert last_values(series) == {"a": 2.0}


def test_residuals_by_hand():
    figures = named(residual_figures(Comparison("test", (), (1.0, 2.0, 3.0), (1.5, 2.0, 2.0)), "y"))
    assert figures["residuals"].summary == (
        "Half of the predictions are within 0.5 of the truth; the median residual is 0."
    )
    assert sum(figures["residuals"].data[0]["y"]) == 3
    assert figures["predicted"].data[1]["x"] == [1.0, 3.0]


def test_predictions_that_are_not_finite_are_left_out():
    comparison = Comparison("test", (), (1.0, 2.0), (math.nan, 2.5))
    assert named(residual_figures(comparison, "y"))["predicted"].data[0]["x"].tolist() == [2.0]
    assert residual_figures(Comparison("test", (), (1.0,), (math.inf,)), "y") == ()


def test_a_hostile_target_is_written_letter_by_letter():
    figures = residual_figures(Comparison("test", (), (1.0, 2.0), (1.0, 2.0)), HOSTILE)
    assert all("<" not in str(figure.layout) for figure in figures)
