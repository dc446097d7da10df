"""Back-propagation as a page: the notes' numbers, its picture, and a function of the reader's."""

import pytest

from thalweg.errors import InputError
from thalweg.lab.graph import PRODUCT, graph, inputs_of, own_graph, product
from thalweg.lab.sheet_page import render_sheet


def test_the_notes_numbers_come_out():  # C8
    found = graph()
    assert found.disagreements() == () and len(found.claims) == 11
    assert found.tables[0].rows[-1] == ("f", "*", "q, z", "-12", "1", "-4, 3")


def test_an_operation_stands_right_of_what_it_takes_and_each_slope_is_written():
    figure = graph().figures[0]
    (dots,) = figure.data
    assert dots["x"] == [0, 0, 1, 1, 2]  # x, y, z right before the product, q, f
    texts = [label["text"] for label in figure.layout["annotations"]]
    assert {"x = -2", "y = 5", "z = -4", "q = 3", "f = -12", "+", "*"} <= set(texts)
    assert sum(label["showarrow"] for label in figure.layout["annotations"]) == 4


def test_a_function_of_ones_own_claims_nothing_and_has_its_page():
    page = render_sheet(own_graph(product, PRODUCT)._replace(options=("--plugin", "<a>.py")))
    assert "product(x=-2, y=5, z=-4) = -12" in page and "What the source says" not in page
    assert "thalweg lab graph --plugin &#39;&lt;a&gt;.py&#39;" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x"], "--at wants NAME=NUMBER, such as x=-2; got 'x'."),
        (["x=nan"], "--at wants NAME=NUMBER, such as x=-2; got 'x=nan'."),
        (["a b=1"], "--at wants NAME=NUMBER"),
        (["x=1", "x=2"], "--at gives x twice. Leave one out."),
    ],
)
def test_arguments_are_read_or_refused(words, said):
    with pytest.raises(InputError) as refused:
        inputs_of(words)
    assert said in str(refused.value)


def test_arguments_are_numbers_by_name():
    assert inputs_of(["x=-2", "w0=1e3"]) == {"x": -2.0, "w0": 1000.0}
