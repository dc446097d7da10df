"""The confusion matrix as tables."""

import math

import pytest

from thalweg.report.confusion import confusion
from thalweg.runs.outcome import Comparison


def test_recall_and_precision_by_hand():
    # 8 cats: 6 right, 2 taken for dogs; 4 dogs: 3 right, 1 taken for a cat.
    made = confusion(Comparison("test", ((6, 2), (1, 3))), ("cat", "dog"))
    assert [line.recall for line in made.lines] == [0.75, 0.75]
    assert [line.precision for line in made.lines] == pytest.approx([6 / 7, 3 / 5])
    assert made.mistakes == (("cat", "dog", 2, 0.25), ("dog", "cat", 1, 0.25)) and made.drawn


def test_a_class_without_rows_has_no_recall():
    made = confusion(Comparison("test", ((2, 0), (0, 0))), ("a", "b"))
    assert math.isnan(made.lines[1].recall) and math.isnan(made.lines[1].precision)
    assert [line.name for line in made.weakest] == ["a"]


def test_classes_without_a_name_are_numbered():
    assert confusion(Comparison("test", ((1, 0), (0, 1))), ("a",)).names == ("a", "class 1")


def test_many_classes_are_not_drawn_but_their_largest_confusions_listed():
    size = 40
    counts = tuple(tuple(100 if i == j else (i if j == i - 1 else 0) for j in range(size)) for i in range(size))
    made = confusion(Comparison("test", counts), tuple(map(str, range(size))))
    assert not made.drawn
    assert made.mistakes[0] == ("39", "38", 39, 39 / 139) and len(made.mistakes) == 20
    assert made.weakest[0].name == "39" and len(made.weakest) == 20
