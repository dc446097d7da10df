"""Options that several verbs share, read from words."""

import json

import pytest

from thalweg.cli.options import Parts, Reading, Settings, listed, read_config, seconds
from thalweg.errors import InputError
from thalweg.recipe import Options


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ((), ()),
        (("a,b", "c"), ("a", "b", "c")),
        (("a, b",), ("a", "b")),
        (('"a,b",c',), ("a,b", "c")),
        (("-1",), ("-1",)),
        (("a\nb,c",), ("a\nb,c",)),  # a line ends within it: one name, if any
    ],
)
def test_lists_take_commas_and_repetition(given, names):
    assert listed(given, "--drop") == names


@pytest.mark.parametrize("given", [("",), ("a,,b",), ("a,",), (" ",)])
def test_an_empty_name_is_refused(given):
    with pytest.raises(InputError, match="--drop has an empty name in"):
        listed(given, "--drop")


@pytest.mark.parametrize(
    ("given", "target"),
    [((), None), (("a",), "a"), (("a,b",), ("a", "b")), (("a", "b"), ("a", "b")), (('"a,b"',), "a,b")],
)
def test_one_target_is_a_name_and_several_are_a_list(given, target):
    assert Reading(target=given).options()["target"] == target
    assert Reading(label_column=given).options()["label_column"] == target


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("45", 45),
        (" 2M ", 120),
        ("0.5s", 0.5),
    ],
)
def test_lengths_of_time(text, length):
    assert seconds(text, "--time-budget") == length


@pytest.mark.parametrize("text", ["", "0s", "-5m", "soon", "5d", "1e3s", "nan", "inf", "10 m", "m", "9999999999s"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(InputError, match="--time-budget wants a length of time such as 90s, 10m or 1h; got"):
        seconds(text, "--time-budget")


def test_every_option_is_one_of_the_recipe():
    given = {**Reading(drop=("a,b",)).options(), **Parts().options(), **Settings(set_=("update.rate=1",)).options()}
    assert set(given) <= set(Options._fields)
    assert (given["drop"], given["settings"]) == (("a", "b"), ("update.rate=1",))


def test_a_config_is_toml(tmp_path):
    (tmp_path / "e.toml").write_text("update = 'sgd'\n[training]\nepochs = 3\n")
    assert read_config(tmp_path / "e.toml") == {"update": "sgd", "training": {"epochs": 3}}


def test_a_runs_own_record_is_a_config(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps({"format": 1, "experiment": {"kind": "experiment", "update": "sgd"}}))
    assert read_config(path) == {"kind": "experiment", "update": "sgd"}
    path.write_text(json.dumps({"update": "sgd"}))
    assert read_config(path) == {"update": "sgd"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("e.toml", "a = = 1", "is not TOML"),
        ("e.json", "{", "is not JSON"),
        ("e.json", "[1]", "should hold an experiment"),
        ("e.toml", None, "cannot read"),
    ],
)
def test_a_config_that_cannot_be_read_is_named(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
        read_config(tmp_path / name)
