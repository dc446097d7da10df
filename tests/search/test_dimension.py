"""One dimension: its name, and when it counts."""

import pytest

from thalweg.errors import InputError
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.uniform import Uniform


def test_several_paths_make_one_name():
    assert Dimension(("a.x", "b.x"), Uniform(0, 1)).name == "a.x, b.x"


def test_a_choice_is_not_numeric():
    assert Dimension(("a",), Uniform(0, 1)).numeric
    assert not Dimension(("a",), Choice((0, 1))).numeric


def test_it_counts_where_all_its_conditions_hold():
    dimension = Dimension(("c",), Uniform(0, 1), (Condition("a", (1,)), Condition("b", (1, 2))))
    assert dimension.active({"a": 1, "b": 2})
    assert not dimension.active({"a": 1, "b": 3})
    assert not dimension.active({"a": 1})
    assert Dimension(("c",), Uniform(0, 1)).active({})


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ((), "a dimension needs a tuple of paths"),
        (("a,b",), "a path must be the name of a setting, such as update.rate, and several be parted by commas"),
        (("a", ""), "a path must be the name of a setting"),
        ((" a",), "a path must be the name of a setting"),
        (("a", "b", "a"), "the path a is given twice in one dimension"),
        (("update", "update.kind"), "the path update.kind is given twice in one dimension"),
    ],
)
def test_paths_that_make_no_dimension_are_refused(paths, message):
    with pytest.raises(InputError, match=message):
        Dimension(paths, Uniform(0, 1))
