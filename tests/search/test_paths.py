"""Paths: a part's kind is the part."""

import pytest

from thalweg.search.paths import lies_in, name_of, paths_of, same_place


def test_a_name_is_its_paths():
    assert paths_of(name_of(("a.b", "c"))) == ("a.b", "c")


@pytest.mark.parametrize(
    ("one", "other", "twins", "inside"),
    [
        ("update", "update.kind", True, False),
        ("update.rate", "update.kind", False, True),
        ("update.rate", "update", False, True),
        ("updates.rate", "update", False, False),
        ("update", "update.rate", False, False),
        ("network.layers.10", "network.layers.1", False, False),
    ],
)
def test_what_lies_where(one, other, twins, inside):
    assert same_place(one, other) == twins
    assert lies_in(one, other) == inside
