"""The order of dimensions: parts before what lies in them, conditions before what hangs on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.order import needs, ordered
from thalweg.search.ranges.choice import Choice


def dimension(paths, *on):
    return Dimension(tuple(paths.split()), Choice((1, 2)), tuple(Condition(path, (1,)) for path in on))


ALL = (
    dimension("update.rate", "penalty.kind"),
    dimension("penalty.kind"),
    dimension("update.kind"),
    dimension("network.layers.0.units network.layers.1.units", "update.rate"),
    dimension("network"),
    dimension("training.batch"),
)


@given(dimensions=st.permutations(ALL))
def test_everything_stands_behind_what_it_needs(dimensions):
    order = ordered(dimensions)
    assert sorted(one.name for one in order) == sorted(one.name for one in ALL)
    for place, one in enumerate(order):
        assert all(other in order[:place] for other in needs(one, ALL))


def test_else_the_order_stays():
    free = (dimension("c"), dimension("a"), dimension("b"))
    assert ordered(free) == free


def test_what_a_dimension_needs():
    assert [one.name for one in needs(ALL[0], ALL)] == ["penalty.kind", "update.kind"]
    assert [one.name for one in needs(ALL[3], ALL)] == ["update.rate", "network"]
    assert needs(ALL[5], ALL) == ()


@pytest.mark.parametrize(
    "circle",
    [
        (dimension("a", "b"), dimension("b", "a")),
        (dimension("a", "a"),),
        (dimension("update.kind", "update.rate"), dimension("update.rate")),
        (dimension("a b.c"), dimension("b a.d")),
    ],
)
def test_a_circle_is_refused(circle):
    with pytest.raises(InputError, match=r"^space: .* cannot be put in an order: each hangs on one that"):
        ordered((dimension("free"), *circle))
