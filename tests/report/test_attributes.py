"""The table of attributes, and the page that shows it."""

import math

from tests.report.example import classes

from thalweg.report.attributes import LISTED, answers
from thalweg.report.page import render
from thalweg.runs.outcome import AttributeRows, Comparison

KNOWN = (AttributeRows("old", "no", "yes", 90, 60), AttributeRows("rare", "0", "1", 140, 10))


def test_shares_by_hand():
    # 10 rows: 4 are no and said so, 2 no and said yes, 1 yes and said no, 3 yes and said so; the other has no yes.
    made = answers(Comparison("test", answers=((4, 2, 1, 3), (10, 0, 0, 0))), KNOWN)
    old, rare = made.lines
    assert old[3:] == (4, 0.7, 0.6, 0.6, 0.75)
    assert rare[3:6] == (0, 1.0, 1.0) and math.isnan(rare.precision) and math.isnan(rare.recall)
    assert (made.among, made.behind) == (2, 1)


def test_the_commoner_answer_is_that_of_the_training_part():
    (line,) = answers(Comparison("test", answers=((8, 0, 2, 0),)), (AttributeRows("a", "no", "yes", 1, 2),)).lines
    assert line.always == 0.2


def test_of_very_many_those_that_gain_least_are_listed():
    counts = tuple((k, 500 - k, 0, 500) for k in range(500))
    known = tuple(AttributeRows(f"a{k}", "no", "yes", 2, 1) for k in range(500))
    made = answers(Comparison("test", answers=counts), known)
    assert (len(made.lines), made.among, made.lines[0].name) == (LISTED, 500, "a0")


def test_the_page_shows_both_tables_and_names_stay_text():
    name = "<img src=x onerror=alert(1)>"
    known = (KNOWN[0], AttributeRows(name, "no", "</script>", 50, 7))
    outcome = classes()
    page = render(
        outcome._replace(
            task="attributes",
            data=outcome.data._replace(classes=(), attributes=known),
            comparison=Comparison("validation", answers=((4, 2, 1, 3), (10, 0, 0, 0))),
        )
    )
    assert "How each attribute is predicted, on the validation part" in page
    assert "1 of 2 attributes is predicted better than by always giving the answer" in page
    assert "Attributes in the training part: 2" in page and "(2 attributes)" in page
    assert "<img src=x" not in page and "&lt;img src=x" in page
    assert "Which classes are confused" not in page
