"""What was found is marked in every picture over epochs or steps, at its own place."""

import numpy as np
import plotly.graph_objects as go
import pytest
from tests.report.example import classes
from tests.report.test_figures import every_figure, named, plain_colours

from thalweg.diagnosis.repair import Repair
from thalweg.report.figures.marks import marked
from thalweg.train.history import History

REPAIR = Repair("diverged", "", "", 9.0, "rate / 10", "", (), ("better",), 5.0, {})


def found(outcome, since):
    return outcome._replace(findings=(outcome.findings[0]._replace(since=since), *outcome.findings[1:]))


def untouched(outcome, **changes):
    figures = every_figure(outcome)
    return marked(figures, outcome._replace(**changes)) is figures


def words(figure):
    return {one["text"]: one for one in figure.layout.get("annotations", ())}


def test_a_finding_is_marked_at_its_epoch_and_at_its_step():
    outcome = found(classes(), 6.0)
    figures = every_figure(outcome)
    (step,) = (e.step for e in outcome.history.evaluations if e.epoch == 6.0)
    shown = named(marked(figures, outcome))
    over = {figure.key: figure.layout["xaxis"]["title"]["text"] for figure in figures}
    assert {"epoch", "step"} <= set(over.values())
    for key, figure in shown.items():
        if over[key] in ("epoch", "step"):
            assert words(figure)["a finding begins"]["x"] == (6.0 if over[key] == "epoch" else step), key
            assert len(figure.layout["shapes"]) == len(figure.layout["annotations"])
            go.Figure(plain_colours({"data": figure.data, "layout": figure.layout}))
        else:
            assert figure.layout == named(figures)[key].layout


def test_the_word_stands_where_no_other_does():
    loss = named(marked(every_figure(found(classes(), 6.0)), found(classes(), 6.0)))["loss"]
    assert words(loss)["best epoch 18"]["y"] == 1.0
    assert words(loss)["a finding begins"]["y"] == 0.0


def test_a_repair_is_marked_where_training_went_on():
    outcome = classes()._replace(repairs=(REPAIR, REPAIR._replace(change="", back_to=7.0)))
    (mark,) = (
        m for text, m in words(named(marked(every_figure(outcome), outcome))["loss"]).items() if "repair" in text
    )
    assert (mark["text"], mark["x"]) == ("repaired from here on", 5.0)
    anew = outcome._replace(repairs=(REPAIR._replace(back_to=0.0),))
    assert untouched(anew)


@pytest.mark.parametrize("since", [np.nan, 0.0])
def test_what_has_no_beginning_is_not_marked(since):
    assert untouched(found(classes(), since))


def test_a_history_without_evaluations_has_no_places():
    assert untouched(found(classes(), 6.0), history=History())
