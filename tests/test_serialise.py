"""Specs through JSON, TOML and `--set`, and what hostile files meet there."""

import dataclasses
import json
import math
import re
import tomllib
from typing import Any, Literal

import numpy as np
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.serialise import changed, from_json, from_plain, from_toml, parse_setting, to_plain
from thalweg.spec import is_spec, kind_of, part, spec, traced, tunable


@spec
class Momentum:
    rate: Any = tunable(0.01, low=0.0, open_low=True)
    mu: Any = tunable(0.9, low=0.0, high=1.0, open_high=True)


@spec
class Adam:
    rate: Any = tunable(0.001, low=0.0, open_low=True)


@spec
class HeNormal:
    gain: Any = tunable(2.0, low=0.0)


@spec
class Dense:
    units: int
    bias: bool = True
    name: str | None = None
    weights: HeNormal = part(HeNormal(), family="initializer")


@spec
class Dropout:
    drop: Any = tunable(0.5, low=0.0, high=1.0, open_high=True)


@spec
class Branches:
    branches: tuple[Any, ...] = part(family="layer")
    join: Literal["sum", "concatenate"] = "sum"
    prices: tuple[tuple[float, ...], ...] = ()


@spec
class Sequential:
    layers: tuple[Any, ...] = part((), family="layer")
    update: Momentum | Adam = part(Momentum(), family="update rule")


def _table(*classes):
    return {kind_of(cls): cls for cls in classes}


OTHERS = {
    Momentum: Adam(0.125),
    Adam: Momentum(0.125),
    HeNormal: HeNormal(0.125),
    Dense: Dropout(0.125),
    Dropout: Branches(()),
    Branches: Dense(7),
}
KINDS = {
    "network": _table(Sequential),
    "layer": _table(Dense, Dropout, Branches),
    "update rule": _table(Momentum, Adam),
    "initializer": _table(HeNormal),
}
NET = Sequential(
    layers=(Dense(64, name="first"), Branches((Dropout(0.25), Dense(3, bias=False)), "sum", ((0.0, 1.5), (2.0, 0.0)))),
    update=Momentum(0.05),
)

numbers = st.floats(1e-3, 0.99) | st.integers(0, 0).map(lambda _: 0.5)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
layers = st.recursive(
    st.builds(Dense, st.integers(1, 1000), st.booleans(), st.none() | texts, st.builds(HeNormal, numbers))
    | st.builds(Dropout, numbers),
    lambda inner: st.builds(
        Branches,
        st.lists(inner, max_size=3).map(tuple),
        st.sampled_from(["sum", "concatenate"]),
        st.lists(st.lists(numbers, max_size=3).map(tuple), max_size=3).map(tuple),
    ),
    max_leaves=6,
)
networks = st.builds(
    Sequential,
    st.lists(layers, max_size=3).map(tuple),
    st.builds(Momentum, numbers, numbers) | st.builds(Adam, numbers),
)


def read(plain, **changes):
    return from_plain(plain, "network", KINDS, **changes)


def places(value, path=()):
    """Every path into a spec, with what lies there."""
    if path:
        yield path, value
    if is_spec(value):
        for field in dataclasses.fields(value):
            yield from places(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from places(item, (*path, position))


def put(value, path, new):
    """The slow twin of `changed`: on specs, by attributes."""
    if not path:
        return new
    if isinstance(value, tuple):
        return (*value[: path[0]], put(value[path[0]], path[1:], new), *value[path[0] + 1 :])
    return dataclasses.replace(value, **{path[0]: put(getattr(value, path[0]), path[1:], new)})


def another(value):
    """Something else that may lie in the same place."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value / 2 if isinstance(value, float) and value else value + 1
    if isinstance(value, str) and value in ("sum", "concatenate"):
        return "sum" if value == "concatenate" else "concatenate"
    if isinstance(value, str) or value is None:
        return f"another {value}"
    if isinstance(value, tuple):
        return value[1:]
    return OTHERS[type(value)]


def test_a_spec_becomes_tables_with_their_kinds():
    assert to_plain(NET) == {
        "kind": "sequential",
        "layers": [
            {
                "kind": "dense",
                "units": 64,
                "bias": True,
                "name": "first",
                "weights": {"kind": "he_normal", "gain": 2.0},
            },
            {
                "kind": "branches",
                "branches": [
                    {"kind": "dropout", "drop": 0.25},
                    {"kind": "dense", "units": 3, "bias": False, "weights": {"kind": "he_normal", "gain": 2.0}},
                ],
                "join": "sum",
                "prices": [[0.0, 1.5], [2.0, 0.0]],
            },
        ],
        "update": {"kind": "momentum", "rate": 0.05, "mu": 0.9},
    }


@given(networks)
def test_a_spec_comes_back_from_json_and_toml_as_it_was(network):
    plain = to_plain(network)
    assert read(plain) == network
    assert read(from_json(json.dumps(plain, allow_nan=False), where="a.json")) == network
    assert read(from_toml(tomlkit.dumps(plain), where="a.toml")) == network
    assert read(tomllib.loads(tomlkit.dumps(plain))) == network


def set_another(network, path, old):
    new, words = another(old), ".".join(map(str, path))
    plain = to_plain(network)
    before = json.dumps(plain)
    assert read(changed(plain, words, to_plain(new))) == put(network, path, new)
    assert json.dumps(plain) == before
    assert read(changed(plain, *parse_setting(f"{words}={_inline(to_plain(new))}"))) == put(network, path, new)


@pytest.mark.parametrize(("path", "old"), list(places(NET)), ids=lambda value: str(value)[:40])
def test_a_setting_reaches_every_field(path, old):
    set_another(NET, path, old)


@given(st.data())
def test_a_setting_reaches_any_field_of_any_spec(data):
    network = data.draw(networks)
    set_another(network, *data.draw(st.sampled_from(list(places(network)))))


def _inline(plain):
    """A value as TOML writes it on one line."""
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{name} = {_inline(value)}" for name, value in plain.items()) + "}"
    if isinstance(plain, list):
        return f"[{', '.join(map(_inline, plain))}]"
    return json.dumps(plain, ensure_ascii=False)  # for numbers, booleans and text the same as TOML


def test_numpy_numbers_are_written_as_pythons():
    plain = to_plain(Dense(np.int64(3), weights=HeNormal(np.float32(0.5))))
    assert (
        json.dumps(plain)
        == '{"kind": "dense", "units": 3, "bias": true, "weights": {"kind": "he_normal", "gain": 0.5}}'
    )
    assert type(plain["units"]) is int


def test_a_traced_or_stacked_spec_is_not_written():
    with pytest.raises(TypeError, match=r"cannot write array\(\[.*of type ndarray: a spec to be written holds plain"):
        to_plain(Momentum(np.ones(3)))
    assert to_plain(traced(Momentum(0.5)))["rate"] == 0.5  # a single traced number is still one number
    with pytest.raises(TypeError, match=r"cannot write \{1, 2\} of type set"):
        to_plain({1, 2})


def test_what_is_left_out_has_its_default():
    assert read({}) == Sequential()
    assert read("sequential") == Sequential()
    assert read({"update": "adam"}) == Sequential(update=Adam())
    assert read({"layers": ["dropout", {"kind": "dense", "units": 2}]}) == Sequential((Dropout(), Dense(2)))


REFUSED = [
    ({"kind": "sequentiel"}, "unknown network 'sequentiel'. Did you mean 'sequential'? There are: sequential."),
    (
        {"update": "mometum"},
        "update: unknown update rule 'mometum'. Did you mean 'momentum'? There are: momentum, adam.",
    ),
    ({"updaet": "adam"}, "unknown field of sequential 'updaet'. Did you mean 'update'? There are: layers, update."),
    ({"update": {"rate": 1}}, "update: this update rule has no kind; add kind = one of momentum, adam."),
    ({"update": {"kind": "adam", "mu": 0.5}}, "update: unknown field of adam 'mu'. There are: rate."),
    ({"update": {"kind": 3}}, "update: the kind of this update rule must be text; got 3."),
    ({"update": {"kind": ["adam"]}}, "update: the kind of this update rule must be text; got ['adam']."),
    ({"update": {"kind": "__class__"}}, "update: unknown update rule '__class__'. There are: momentum, adam."),
    ({"update": 3}, "update: wanted the update rule (a table with its kind, or a kind's name); got 3."),
    ({"update": None}, "update: wanted the update rule (a table with its kind, or a kind's name); got None."),
    ({"update": ["adam"]}, "Sequential.update must be one part of the family 'update rule'; got (Adam("),
    (3, "wanted the network (a table with its kind, or a kind's name); got 3."),
    ([{}], "wanted the network (a table with its kind, or a kind's name); got [{}]."),
    ({"layers": [{"kind": "dense"}]}, "layers.0: dense needs units; got no fields."),
    ({"layers": ["dropout", {"kind": "dense", "bias": True}]}, "layers.1: dense needs units; got bias."),
    ({"layers": [{"kind": "dense", "units": 2.0}]}, "layers.0: Dense.units must be a whole number; got 2.0."),
    ({"layers": [{"kind": "dropout", "drop": 1}]}, "layers.0: Dropout.drop must be in [0, 1); got 1."),
    ({"layers": [{"kind": "dropout", "drop": "0.5"}]}, "layers.0: Dropout.drop must be a number; got '0.5'."),
    ({"layers": [{"kind": "dropout", "drop": {}}]}, "layers.0: Dropout.drop must be a number; got {}."),
    ({"layers": [{"kind": "dropout", "drop": [0.5]}]}, "layers.0: Dropout.drop must be a number; got [0.5]."),
    (
        {"layers": [{"kind": "branches", "branches": ["dropout", {"kind": "dens", "units": 1}]}]},
        "layers.0.branches.1: unknown layer 'dens'. Did you mean 'dense'?",
    ),
    ({"layers": "dropout"}, "Sequential.layers must be a tuple of parts of the family 'layer'; got Dropout("),
    ({3: 4}, "unknown field of sequential '3'."),
]


@pytest.mark.parametrize(("plain", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_a_bad_value_is_refused_with_its_path(plain, text):
    with pytest.raises(InputError) as caught:
        read(plain)
    assert str(caught.value).startswith(text)


def test_the_path_begins_where_the_caller_says():
    with pytest.raises(InputError, match=r"^a\.toml\.update: unknown update rule 'x'\."):
        read({"update": "x"}, where="a.toml")
    with pytest.raises(InputError, match=r"^a\.toml: unknown network 'x'\."):
        read("x", where="a.toml")


def deep(levels, wrap, inner):
    for _ in range(levels):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize(
    "plain",
    [
        {"layers": deep(100_000, lambda x: [x], 1)},
        {"update": deep(100_000, lambda x: {"kind": x}, "adam")},
        {"layers": [deep(100_000, lambda x: {"kind": "branches", "branches": [x]}, "dropout")]},
        {"layers": [{"kind": "branches", "branches": [], "prices": deep(100_000, lambda x: [x], 1.0)}]},
        {"layers": [{"kind": "dropout", "drop": deep(100_000, lambda x: [x], 1.0)}]},
    ],
    ids=["list", "kind", "parts", "structure", "number"],
)
def test_deep_nesting_is_refused_whatever_it_is_made_of(plain):
    with pytest.raises(InputError, match=r"^tables and lists are nested more than 50 deep\. Write them flatter\.$"):
        read(plain)
    with pytest.raises(InputError, match=r"^a: tables and lists"):
        read(plain, where="a")


def test_a_network_of_twenty_levels_is_not_too_deep():
    inner = deep(20, lambda x: Branches((x,)), Dropout())
    assert read(to_plain(Sequential((inner,)))) == Sequential((inner,))


HUGE = {"list": [1.0] * 100_000, "text": "x" * 1_000_000, "number": 16**5000, "table": {"a" * 10**6: 1}}


@pytest.mark.parametrize(
    ("field", "form"),
    [
        (field, form)
        for field in ("units", "bias", "weights", "name", "kind")
        for form in HUGE
        if (field, form) not in {("name", "text"), ("units", "number")}  # of the right type, however large
    ],
)
def test_a_huge_value_in_the_wrong_place_gives_a_short_message(field, form):
    with pytest.raises(InputError) as caught:
        read({"layers": [{"kind": "dense", "units": 3, field: HUGE[form]}]})
    assert len(str(caught.value)) < 700


def test_changing_an_unknown_step_names_what_there_is():
    plain = to_plain(NET)
    with pytest.raises(InputError) as caught:
        changed(plain, "udpate.rate", 1)
    assert str(caught.value) == (
        "'udpate.rate': unknown setting 'udpate'. Did you mean 'update'? There are: layers, update."
    )
    with pytest.raises(InputError, match=r"^'layers.0.waits.gain': unknown setting 'waits'\. Did you mean 'weights'\?"):
        changed(plain, "layers.0.waits.gain", 1)
    with pytest.raises(InputError, match=r"^update: unknown field of momentum 'raet'\. Did you mean 'rate'"):
        read(changed(plain, "update.raet", 1))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("layers.2.units", "wanted a position from 0 to 1 in a list; got '2' (in 'layers.2.units')."),
        ("layers.2", "wanted a position from 0 to 1 in a list; got '2' (in 'layers.2')."),
        ("layers.-1.units", "wanted a position from 0 to 1 in a list; got '-1' (in 'layers.-1.units')."),
        ("layers.first", "wanted a position from 0 to 1 in a list; got 'first' (in 'layers.first')."),
        ("layers.²", "wanted a position from 0 to 1 in a list; got '²' (in 'layers.²')."),
        (
            "layers.\N{DEVANAGARI DIGIT ZERO}",
            "wanted a position from 0 to 1 in a list; got '\N{DEVANAGARI DIGIT ZERO}'",
        ),
        ("layers." + "9" * 5000, "wanted a position from 0 to 1 in a list; got '99999"),
        ("layers.", "wanted a position from 0 to 1 in a list; got '' (in 'layers.')."),
        ("update.rate.", "nothing lies below 0.05; got the further step '' (in 'update.rate.'). Shorten the path."),
        (
            "layers.1.prices.0.0.0",
            "nothing lies below 0.0; got the further step '0' (in 'layers.1.prices.0.0.0'). Shorten the path.",
        ),
        ("update.rate.x", "nothing lies below 0.05; got the further step 'x' (in 'update.rate.x'). Shorten the path."),
        (
            "layers.0.name.x",
            "nothing lies below 'first'; got the further step 'x' (in 'layers.0.name.x'). Shorten the path.",
        ),
        ("kind.x", "'kind.x': unknown setting 'kind'."),
        ("..", "'..': unknown setting ''."),
        (".update", "'.update': unknown setting ''."),
        ("update..rate", "'update..rate': unknown setting ''."),
        (".".join("a" * 100_000), "'a.a.a.a"),
    ],
    ids=range(17),
)
def test_a_path_that_leads_nowhere_is_refused(path, text):
    plain = to_plain(NET)
    with pytest.raises(InputError) as caught:
        changed(plain, path, 1)
    assert str(caught.value).startswith(text)
    assert len(str(caught.value)) < 500


def test_an_empty_list_has_no_positions():
    with pytest.raises(InputError, match=r"wanted no position in an empty list; got '0'"):
        changed(to_plain(Sequential()), "layers.0.units", 1)


def test_a_new_kind_replaces_the_part_and_its_fields():
    plain = to_plain(NET)
    assert read(changed(plain, "update", "adam")).update == Adam()
    assert read(changed(plain, "update.kind", "adam")).update == Adam()
    assert read(changed(plain, "layers.1", "dropout")).layers[1] == Dropout()
    renewed = changed(changed(plain, "update", "adam"), "update.rate", 0.5)
    assert read(renewed).update == Adam(0.5)


def test_a_field_left_out_because_it_is_none_can_be_set_and_unset():
    plain = to_plain(Sequential((Dense(3),)))
    named = changed(plain, "layers.0.name", "hidden")
    assert read(named).layers[0].name == "hidden"
    assert read(changed(named, "layers.0.name", None)).layers[0].name is None


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("update.rate=0.01", ("update.rate", 0.01)),
        (" update.rate = 1e-3 ", ("update.rate", 1e-3)),
        ("a=1_000", ("a", 1000)),
        ("a=.5", ("a", 0.5)),
        ("a=5.", ("a", 5.0)),
        ("a=-.5e2", ("a", -50.0)),
        ("a=true", ("a", True)),
        ("a=True", ("a", "True")),
        ("a=null", ("a", None)),
        ('a="null"', ("a", "null")),
        ("update=momentum", ("update", "momentum")),
        ("a=two words", ("a", "two words")),
        ('a="quoted = text"', ("a", "quoted = text")),
        ("a=b=c", ("a", "b=c")),
        ("a=[1, 2.5, [3]]", ("a", [1, 2.5, [3]])),
        ('layers.0={kind="dense", units=3}', ("layers.0", {"kind": "dense", "units": 3})),
        ("a=1979-05-27", ("a", "1979-05-27")),
        ("a=07:32:00", ("a", "07:32:00")),
        ("a=1979-05-27T07:32:00", ("a", "1979-05-27T07:32:00")),
        ("a=1\nb = 2", ("a", "1\nb = 2")),
        ("a=1\n[b]", ("a", "1\n[b]")),
        ("a=[", ("a", "[")),
        ("a=" + "9" * 5000, ("a", "9" * 5000)),
        ("a=C:\\new", ("a", "C:\\new")),
        ("a=\udcff", ("a", "\udcff")),
    ],
)
def test_a_setting_is_a_path_and_a_toml_value_or_bare_text(text, setting):
    path, value = parse_setting(text)
    assert (path, value) == setting
    assert type(value) is type(setting[1])


def test_a_setting_may_be_infinite_or_no_number_for_its_field_to_refuse():
    assert parse_setting("a=inf") == ("a", math.inf)
    assert math.isnan(parse_setting("a=nan")[1])


@pytest.mark.parametrize("text", ["", "=", "update.rate", "update.rate=", " = 3", "=3", "a= \n "])
def test_a_setting_without_path_or_value_is_refused(text):
    with pytest.raises(InputError, match=re.escape(f"wanted path=value, such as update.rate=0.01; got {text!r}.")):
        parse_setting(text)


@pytest.mark.parametrize("word", ["[" * 100_000, "{a=" * 100_000, "[" * 10_000 + "]" * 10_000])
def test_a_setting_nested_too_deep_is_refused(word):
    with pytest.raises(InputError, match=r"^the value of 'a' is nested too deep\. Write it flatter\.$"):
        parse_setting("a=" + word)


@given(st.text(max_size=30))
def test_any_text_is_a_setting_or_refused(text):
    try:
        path, _ = parse_setting(text)
    except InputError:
        return
    assert path in text


@pytest.mark.parametrize(
    ("read_text", "text", "message"),
    [
        (from_json, "[" * 100_000, "f: tables and lists are nested too deep. Write them flatter."),
        (from_json, '{"a":' * 100_000, "f: tables and lists are nested too deep. Write them flatter."),
        (from_json, "{", "f is not JSON: Expecting property name enclosed in double quotes: line 1 column 2"),
        (from_json, "", "f is not JSON: Expecting value: line 1 column 1 (char 0). Mend that place."),
        (from_json, '{"rate": NaN}', "f is not JSON: NaN is no JSON number. Mend that place."),
        (from_json, "[-Infinity]", "f is not JSON: -Infinity is no JSON number. Mend that place."),
        (
            from_json,
            "9" * 5000,
            "f is not JSON: Exceeds the limit (4300 digits) for integer string conversion: value has",
        ),
        (from_toml, "a = " + "[" * 100_000, "f: tables and lists are nested too deep. Write them flatter."),
        (from_json, b"\xff\xfe", "f is not JSON: 'utf-8' codec can't decode byte 0xff in position 0"),
        (from_toml, b"a = '\xff'", "f is not TOML: 'utf-8' codec can't decode byte 0xff in position 5"),
        (from_toml, "a = 1\na = 2", "f is not TOML: Cannot overwrite a value (at end of document). Mend that place."),
        (from_toml, "a = \n", "f is not TOML: Invalid value (at line 1, column 5). Mend that place."),
        (from_toml, "a = " + "9" * 5000, "f is not TOML: Exceeds the limit"),
    ],
    ids=range(13),
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_line(read_text, text, message):
    with pytest.raises(InputError) as caught:
        read_text(text, where="f")
    assert str(caught.value).startswith(message)
    assert "sys." not in str(caught.value)


def test_a_file_may_be_bytes_with_a_mark_at_the_start():
    assert from_json(b'\xef\xbb\xbf{"a": "\xc3\xa9"}', where="f") == {"a": "é"}
    assert from_toml("a = 'é'".encode("utf-8-sig"), where="f") == {"a": "é"}


def test_a_file_with_many_dotted_levels_is_refused_when_it_is_made():
    plain = from_toml(".".join(["update"] * 500) + " = 1", where="f")
    with pytest.raises(InputError, match="nested more than 50 deep"):
        read(plain)
