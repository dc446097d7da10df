"""One row, two rows: counts and what agrees with them."""

from thalweg.wording import agreeing, counted


def test_a_count_and_its_noun_agree():
    assert [counted(n, "row") for n in (0, 1, 2, 1200)] == ["0 rows", "1 row", "2 rows", "1,200 rows"]
    assert [counted(n, "class", "classes") for n in (1, 3)] == ["1 class", "3 classes"]


def test_what_follows_agrees_too():
    assert [agreeing(n, "is a copy", "are copies") for n in (0, 1, 2)] == ["are copies", "is a copy", "are copies"]
