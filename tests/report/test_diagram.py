"""The picture of a network: a circle a unit, a line a weight."""

import numpy as np
import plotly.graph_objects as go
import pytest

from thalweg.report.figures.diagram import Column, diagram


def drawn(*units, weights=None):
    columns = [Column(f"layer <{k}>", count) for k, count in enumerate(units)]
    return diagram("net", "Net", "A net.", columns, weights or [None] * (len(units) - 1))


def circles(figure):
    return [trace for trace in figure.data if trace["mode"] == "markers"]


def lines(figure):
    return [trace for trace in figure.data if trace["mode"] == "lines"]


def test_each_unit_is_a_circle_and_each_weight_a_line():
    figure = drawn(3, 4, 2)
    assert [len(trace["x"]) for trace in circles(figure)] == [3, 4, 2]
    assert [len(trace["x"]) // 3 for trace in lines(figure)] == [12, 8]


def test_a_weight_has_the_colour_of_its_sign():
    figure = drawn(1, 3, weights=[np.array([[0.5, -2.0, 0.0]])])
    assert {trace["line"]["color"]: len(trace["x"]) // 3 for trace in lines(figure)} == {"@blue": 2, "@orange": 1}


def test_of_many_units_the_first_and_last_are_drawn_and_all_are_counted():
    figure = drawn(784, 10)
    wide = circles(figure)[0]
    assert wide["text"][:2] == ["unit 1 of 784", "unit 2 of 784"] and wide["text"][-1] == "unit 784 of 784"
    assert len(wide["x"]) == 12
    texts = [mark["text"] for mark in figure.layout["annotations"]]
    assert any(text.endswith("<br>784") for text in texts) and "⋮" in texts


def test_a_name_cannot_be_markup():
    texts = " ".join(mark["text"] for mark in drawn(1, 1).layout["annotations"])
    assert "<0>" not in texts


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"diagram needs weights between columns of \[3, 2\] units, or None"):
        drawn(3, 2, weights=[np.zeros((2, 3))])
    with pytest.raises(ValueError, match="diagram needs weights"):
        diagram("net", "Net", "A net.", [Column("a", 3), Column("b", 2)], [])


def test_plotly_accepts_it():
    figure = drawn(3, 20, 1)
    plain = {"data": figure.data, "layout": figure.layout}
    text = repr(plain)
    for name in ("@blue", "@orange", "@grey", "@surface", "@ink", "@clear", "@line"):
        text = text.replace(name, "rgb(1,2,3)")
    go.Figure(eval(text, {"array": np.array, "np": np}))
