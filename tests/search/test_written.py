"""Spaces as people write them: read, refused in words, and written back."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.toml_text import toml_text
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.space import Space
from thalweg.search.written import read_range, read_setting, read_space, write_space

FILE = """
update.kind = ["adam", "momentum", "nesterov"]
update.rate = "log 1e-4 .. 1e-1"
update.mu = { over = "uniform 0.5 .. 0.99", when = "update.kind = momentum | nesterov" }
penalty = [{ kind = "l2", strength = 0.001 }, "no_penalty"]
"network.layers.0.units, network.layers.3.units" = "log integer 16 .. 256"

[training]
batch = "integer 16..256"
patience = { over = [5, 10], when = ["update.kind = adam", "update.kind = adam | momentum"] }
"""
SPACE = Space(
    (
        Dimension(("update.kind",), Choice(("adam", "momentum", "nesterov"))),
        Dimension(("update.rate",), LogUniform(1e-4, 1e-1)),
        Dimension(("update.mu",), Uniform(0.5, 0.99), (Condition("update.kind", ("momentum", "nesterov")),)),
        Dimension(("penalty",), Choice(({"kind": "l2", "strength": 0.001}, "no_penalty"))),
        Dimension(("network.layers.0.units", "network.layers.3.units"), Integer(16, 256, log=True)),
        Dimension(("training.batch",), Integer(16, 256)),
        Dimension(
            ("training.patience",),
            Choice((5, 10)),
            (Condition("update.kind", ("adam",)), Condition("update.kind", ("adam", "momentum"))),
        ),
    )
)


def test_a_file_is_read():
    assert read_space(tomllib.loads(FILE)) == SPACE


def test_what_is_written_reads_back():
    plain = write_space(SPACE)
    assert read_space(plain) == SPACE
    assert read_space(tomllib.loads("\n".join(f"{toml_text(k)} = {toml_text(v)}" for k, v in plain.items()))) == SPACE
    assert plain["update.mu"] == {"over": "uniform 0.5 .. 0.99", "when": "update.kind = momentum | nesterov"}
    assert plain["training.patience"]["when"] == ["update.kind = adam", "update.kind = adam | momentum"]


def test_python_may_give_ranges():
    table = {"update": {"rate": LogUniform(1e-4, 1e-1), "mu": (0.5, 0.9)}}
    assert read_space(table) == Space(
        (Dimension(("update.rate",), LogUniform(1e-4, 1e-1)), Dimension(("update.mu",), Choice((0.5, 0.9))))
    )


def test_a_key_with_commas_lies_below_the_tables_around_it():
    (dimension,) = read_space({"network": {"layers": {"0.units,3.units": "integer 1 .. 9"}}}).dimensions
    assert dimension.paths == ("network.layers.0.units", "network.layers.3.units")


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("update.rate=log 1e-4 .. 1e-1", Dimension(("update.rate",), LogUniform(1e-4, 1e-1))),
        (" update.rate = log 1e-4..1e-1 ", Dimension(("update.rate",), LogUniform(1e-4, 1e-1))),
        ('update.rate="log 1e-4 .. 1e-1"', Dimension(("update.rate",), LogUniform(1e-4, 1e-1))),
        ('update.kind=["adam", "momentum"]', Dimension(("update.kind",), Choice(("adam", "momentum")))),
        ("a.units, b.units=integer 1 .. 3", Dimension(("a.units", "b.units"), Integer(1, 3))),
        ("a=uniform -.5 .. .5", Dimension(("a",), Uniform(-0.5, 0.5))),
        (
            'update.mu={over = "uniform 0 .. 0.9", when = "update.kind = momentum"}',
            Dimension(("update.mu",), Uniform(0, 0.9), (Condition("update.kind", ("momentum",)),)),
        ),
    ],
)
def test_a_setting_of_the_command_line_is_read(text, dimension):
    assert read_setting(text) == dimension


@given(text=st.text())
def test_any_text_is_a_range_or_is_refused(text):
    try:
        assert read_range(str(read_range(text))) == read_range(text)
    except InputError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("logg 1 .. 2", r"unknown range 'logg'\. Did you mean 'log'\? There are: uniform, log, integer, log integer"),
        ("1 .. 2", 'wanted uniform, log, integer, log integer before the two ends, as in "log 1e-4'),
        ("log .. 1", "before the two ends, as in"),
        (" .. ", "before the two ends, as in"),
        ("log 1 .. ", r"the ends of a log range must be numbers; got ''\. Write it as \"log 1e-4 \.\. 1e-1\""),
        ("uniform a .. b", "the ends of a uniform range must be numbers; got 'a'"),
        ("uniform nan .. 1", "the ends of a uniform range must be finite numbers; got nan"),
        ("log 0 .. 1", "the ends of a log range must be above 0"),
        ("integer 1.5 .. 3", "the ends of an integer range must be whole numbers"),
        ("integer 1 .. " + "9" * 5000, "the ends of an integer range must be"),
        (
            "adam",
            r'wanted a range, such as "log 1e-4 \.\. 1e-1", .*; got .adam.\. A value that stays belongs in the exp',
        ),
        (0.1, "A value that stays belongs in the experiment"),
        (["adam"], "a choice has one option"),
        (
            {"over": "uniform 0 .. 1"},
            'a table of a range has "over", the range, and "when", its condition, and nothing',
        ),
        ({"over": [1, 2], "when": "a = 1", "kind": 1}, "and nothing else; got over, when, kind"),
        ({"over": [1, 2], "when": []}, "its conditions are an empty list"),
        ({"over": [1, 2], "when": "always"}, "when must be a condition"),
        ({}, "the table is empty. Put ranges into it, or leave it out"),
    ],
)
def test_what_is_no_range_is_refused_by_the_name_of_its_dimension(value, message):
    with pytest.raises(InputError, match=rf"^space: update\.rate: .*{message}"):
        read_space({"update.rate": value})


def test_a_table_below_a_key_with_commas_is_refused():
    with pytest.raises(InputError, match=r"^space: a, b: wanted a range, such as .*; got {'c': \[1, 2\]}"):
        read_space({"a, b": {"c": [1, 2]}})


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError, match=r"space: wanted a table of ranges by path; got \[1\]"):
        read_space([1])
    deep = {"a": [1, 2]}
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(InputError, match="space: tables are nested more than 50 deep"):
        read_space(deep)


def test_a_setting_without_a_range_is_refused():
    with pytest.raises(InputError, match=r"wanted path=range, such as update\.rate=log 1e-4"):
        read_setting("update.rate")
    with pytest.raises(InputError, match="a path must be the name of a setting"):
        read_setting("a,=log 1 .. 2")
