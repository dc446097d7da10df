"""Arrays and facts in one file: round trips, any damage noticed, nothing run."""

import hashlib
import importlib.util
import json
import pickle
import struct

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg import archive
from thalweg.archive import load, save
from thalweg.errors import InputError

DAMAGED = r"is damaged or was not written by Thalweg: its checksum does not hold\. Use another copy of it\.$"
TYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
TYPES += ["float16", "float32", "float64", "complex64"]
ARRAYS = {"w": np.array([[1.5, -2.0]], np.float32), "b": jnp.array([1.0, 2.0], jnp.bfloat16), "key": jax.random.key(3)}


def signed(path, told, header=None, data=b"", entry=None):
    """Write a file as somebody would who knows how checksums are made."""
    text = json.dumps({"checksum": "0" * 64, **told}) if isinstance(told, dict) else told
    whole = {"__metadata__": entry if entry is not None else {"thalweg": text}, **(header or {})}
    raw = json.dumps(whole, separators=(",", ":")).encode()
    content = struct.pack("<Q", len(raw)) + raw + data
    digest = hashlib.sha256(content).hexdigest().encode()
    path.write_bytes(content.replace(b'{\\"checksum\\": \\"' + b"0" * 64, b'{\\"checksum\\": \\"' + digest, 1))


def equal(got, wanted):
    wanted = np.asarray(wanted)
    assert isinstance(got, np.ndarray)
    assert got.dtype == wanted.dtype
    assert got.shape == wanted.shape
    assert got.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("dtype", [*TYPES, "bfloat16"])
@pytest.mark.parametrize("shape", [(), (1,), (3, 2), (0,), (2, 0, 3)], ids=str)
def test_an_array_comes_back_bit_for_bit(tmp_path, dtype, shape):
    bits = np.random.default_rng(0).integers(0, 2, (*shape, 4))
    array = np.asarray(bits @ np.array([1, 2, 4, 8])).astype(jnp.dtype(dtype))
    save(tmp_path / "x", {"a": array}, {})
    arrays, facts = load(tmp_path / "x")
    equal(arrays["a"], array)
    assert facts == {}


@pytest.mark.parametrize(
    "array",
    [
        np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]),
        np.arange(24.0).reshape(2, 3, 4)[::-1, 1:, ::2],
        np.arange(6.0).reshape(2, 3).T,
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.broadcast_to(np.float32(2), (3, 2)),
        np.array([[1.0, 2.0], [3.0, 4.0]], jnp.bfloat16).T,
        jnp.arange(5),
        jnp.bfloat16(1.5),
        np.float64(0.5),
        3,
        True,
    ],
    ids=range(11),
)
def test_an_array_of_any_layout_comes_back(tmp_path, array):
    save(tmp_path / "x", {"a": array}, {})
    equal(load(tmp_path / "x")[0]["a"], array)


def test_an_array_of_the_other_byte_order_keeps_its_numbers(tmp_path):
    save(tmp_path / "x", {"a": np.array([1.5, -2.0], ">f4")}, {})
    equal(load(tmp_path / "x")[0]["a"], np.array([1.5, -2.0], np.float32))


@pytest.mark.parametrize("kind", ["threefry2x32", "rbg", "unsafe_rbg"])
def test_random_keys_come_back_as_keys_that_draw_the_same(tmp_path, kind):
    key = jax.random.key(7, impl=kind)
    save(tmp_path / "x", {"one": key, "many": jax.random.split(key, 3)}, {})
    arrays, _ = load(tmp_path / "x")
    assert arrays["one"].dtype == key.dtype
    assert arrays["many"].shape == (3,)
    np.testing.assert_array_equal(jax.random.normal(arrays["one"], (4,)), jax.random.normal(key, (4,)))
    np.testing.assert_array_equal(jax.random.key_data(arrays["many"]), jax.random.key_data(jax.random.split(key, 3)))


def test_facts_and_names_come_back(tmp_path):
    facts = {
        "text": 'é 層 "quoted" \\ </script> \ud83d \0',
        "numbers": [1, -2.5, 1e300, 10**30],
        "nested": {"a": {"b": [None, True, {}]}},
        "checksum": "0" * 64,
        "thalweg": '{"checksum": "' + "0" * 64,
    }
    names = ["a/b|c", "é", "", "checksum", '{"checksum": "' + "0" * 64, "thalweg"]
    save(tmp_path / "x", {name: np.full(2, i) for i, name in enumerate(names)}, facts)
    arrays, told = load(tmp_path / "x")
    assert told == facts
    assert {name: array.tolist() for name, array in arrays.items()} == {name: [i, i] for i, name in enumerate(names)}


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.binary(max_size=8), max_size=4),
    st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)),
)
def test_whatever_is_saved_is_loaded(tmp_path_factory, contents, facts):
    path = tmp_path_factory.mktemp("any") / "x"
    arrays = {name: np.frombuffer(content, np.uint8) for name, content in contents.items() if name != "__metadata__"}
    facts = {name: fact for name, fact in facts.items() if fact not in (float("inf"), -float("inf"))}
    save(path, arrays, facts)
    got, told = load(path)
    assert told == facts
    assert {name: array.tobytes() for name, array in got.items()} == {n: a.tobytes() for n, a in arrays.items()}


def test_the_same_content_gives_the_same_bytes(tmp_path):
    written = set()
    for _ in range(10):
        save(tmp_path / "x", ARRAYS, {"b": 1, "a": 2})
        written.add((tmp_path / "x").read_bytes())
    assert len(written) == 1


def test_other_programs_can_read_the_file(tmp_path):
    from safetensors.numpy import load_file

    save(tmp_path / "x", {"w": ARRAYS["w"]}, {})
    equal(load_file(tmp_path / "x")["w"], ARRAYS["w"])


def test_every_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "x"
    save(path, ARRAYS, {"note": "é", "score": [0.5, None]})
    content = path.read_bytes()
    assert len(content) < 1000
    for position, byte in enumerate(content):
        others = {byte ^ (1 << bit) for bit in range(8)} | {0, 32, 9, 10, 48, 255}
        for other in others - {byte}:
            path.write_bytes(content[:position] + bytes([other]) + content[position + 1 :])
            with pytest.raises(InputError, match=DAMAGED):
                load(path)
    path.write_bytes(content)
    assert load(path)[1] == {"note": "é", "score": [0.5, None]}


def test_every_shortened_or_lengthened_file_is_noticed(tmp_path):
    path = tmp_path / "x"
    save(path, ARRAYS, {"a": 1})
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(InputError, match=DAMAGED):
            load(path)
        path.write_bytes(content[length + 1 :])
        with pytest.raises(InputError, match=DAMAGED):
            load(path)
    for more in (b"\0", b" ", b"\n", content):
        path.write_bytes(content + more)
        with pytest.raises(InputError, match=DAMAGED):
            load(path)


FLOATS = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
GOOD = {"facts": {}, "notes": {}}


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"a": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


def _without_type_checks(module):
    """The module as users have it: the checks that tests add raise TypeError, which would pass for a refusal."""
    found = importlib.util.spec_from_file_location("unchecked", module.__file__)
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


load_as_users_do = _without_type_checks(archive).load


def test_a_file_signed_by_hand_is_read(tmp_path):
    # Else the refusals below would say nothing.
    signed(tmp_path / "x", GOOD, entry(), bytes(8))
    equal(load_as_users_do(tmp_path / "x")[0]["a"], np.zeros(2, np.float32))


HOSTILE = {
    "no facts": ({"notes": {}}, entry()),
    "no notes": ({"facts": {}}, entry()),
    "facts a list": ({"facts": [], "notes": {}}, entry()),
    "notes a list": ({"facts": {}, "notes": []}, entry()),
    "notes text": ({"facts": {}, "notes": "a"}, entry()),
    "a note a number": ({"facts": {}, "notes": {"a": 3}}, entry()),
    "a note null": ({"facts": {}, "notes": {"a": None}}, entry()),
    "an unknown note": ({"facts": {}, "notes": {"a": "pickle"}}, entry()),
    "bfloat16 of floats": ({"facts": {}, "notes": {"a": "bfloat16"}}, entry()),
    "bfloat16 of bytes": ({"facts": {}, "notes": {"a": "bfloat16"}}, entry("U8", (8,))),
    "a key of floats": ({"facts": {}, "notes": {"a": "key:threefry2x32"}}, entry()),
    "a key of three": ({"facts": {}, "notes": {"a": "key:threefry2x32"}}, entry("U32", (1, 2, 1))),
    "a key of no length": ({"facts": {}, "notes": {"a": "key:threefry2x32"}}, entry("U32", (), (0, 4))),
    "an unknown key": ({"facts": {}, "notes": {"a": "key:os.system"}}, entry("U32")),
    "a key without a name": ({"facts": {}, "notes": {"a": "key:"}}, entry("U32")),
    "a negative length": (GOOD, entry(shape=(-2,))),
    "two negative lengths": (GOOD, entry(shape=(-1, -2))),
    "lengths that overflow": (GOOD, entry(shape=(2**32, 2**32), offsets=(0, 0))),
    "an empty array of huge lengths": (GOOD, entry(shape=(0, 2**62), offsets=(0, 8))),
    "a length too large for a number": (GOOD, entry(shape=(10**30,))),
    "a fraction of a length": (GOOD, entry(shape=(2.0,))),
    "a length in text": (GOOD, entry(shape=("2",))),
    "a hundred axes": (GOOD, entry(shape=(1,) * 100 + (2,))),
    "offsets past the end": (GOOD, entry(offsets=(0, 2**40), shape=(2**38,))),
    "offsets turned round": (GOOD, entry(offsets=(8, 0))),
    "negative offsets": (GOOD, entry(offsets=(-8, 0))),
    "offsets that leave a hole": (GOOD, entry(offsets=(4, 8), shape=(1,))),
    "overlapping arrays": (GOOD, {**entry(), "b": entry()["a"]}),
    "an unknown type": (GOOD, entry("OBJECT")),
    "bfloat16 as others write it": (GOOD, entry("BF16", (4,))),
    "8-bit floats": (GOOD, entry("F8_E4M3", (8,))),
    "4-bit floats": (GOOD, entry("F4", (16,))),
    "an entry that is text": (GOOD, {"a": "F32"}),
    "an entry that is a list": (GOOD, {"a": [1, 2]}),
    "no type": (GOOD, {"a": {"shape": [2], "data_offsets": [0, 8]}}),
}


@pytest.mark.parametrize(("told", "header"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_with_the_right_checksum_is_refused_in_words(tmp_path, told, header):
    signed(tmp_path / "x", told, header, bytes(8))
    with pytest.raises(InputError, match=DAMAGED):
        load_as_users_do(tmp_path / "x")


@pytest.mark.parametrize(
    "text",
    [
        '{"checksum": "' + "0" * 64 + '", "facts": ' + "[" * 100_000,
        '{"checksum": "' + "0" * 64 + '", "facts": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + ', "notes": {}}',
        '{"checksum": "' + "0" * 64 + '", "facts": {"a": ' + "9" * 5000 + '}, "notes": {}}',
        '{"checksum": "' + "0" * 64 + '"',
        '{"checksum": "' + "0" * 64,
        '{"checksum": "',
        "[]",
        "",
    ],
    ids=range(8),
)
def test_facts_that_cannot_be_read_are_refused(tmp_path, text):
    signed(tmp_path / "x", text, entry(), bytes(8))
    with pytest.raises(InputError, match=DAMAGED):
        load_as_users_do(tmp_path / "x")


BOMBS = {
    "empty": b"",
    "seven bytes": b"\0" * 7,
    "a header of nothing": struct.pack("<Q", 0),
    "the largest header": struct.pack("<Q", 2**64 - 1) + b"{}",
    "a header over the limit": struct.pack("<Q", archive.HEADER_LIMIT + 1) + b"{}",
    "a header past the end": struct.pack("<Q", 1000) + b"{}",
    "a deep header": struct.pack("<Q", 200_000) + b"[" * 200_000,
    "a deep header of tables": struct.pack("<Q", 500_000) + b'{"a":' * 100_000,
    "a header that is a list": struct.pack("<Q", 2) + b"[]",
    "a header that is null": struct.pack("<Q", 4) + b"null",
    "a header without facts": struct.pack("<Q", 2) + b"{}",
    "a header that is not text": struct.pack("<Q", 2) + b"\xff\xfe",
    "a zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError, match=DAMAGED):
        load_as_users_do(tmp_path / "x")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(content)
    with pytest.raises(InputError, match=DAMAGED):
        load_as_users_do(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "facts"]), inner, max_size=3)
    ),
    max_leaves=5,
)
likely = json_values | st.sampled_from([{}, {"a": "bfloat16"}, {"a": "key:threefry2x32"}, {"a": "key:rbg"}])
entries = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "U16", "U32", "BOOL", "BF16", "x"]) | json_values,
        "shape": st.lists(st.integers(-1, 4) | st.integers(), max_size=3) | json_values,
        "data_offsets": st.just([0, 8]) | st.lists(st.integers(-1, 9), min_size=2, max_size=2) | json_values,
    }
)


@given(told=st.fixed_dictionaries({"facts": likely, "notes": likely}), a=entries | json_values)
def test_any_signed_header_is_read_or_refused_in_words(tmp_path_factory, told, a):
    path = tmp_path_factory.mktemp("any") / "x"
    signed(path, told, {"a": a}, bytes(8))
    try:
        arrays, facts = load_as_users_do(path)
    except InputError as error:
        assert "is damaged or was not written by Thalweg" in str(error)
    else:
        assert list(arrays) == ["a"]
        assert isinstance(facts, dict)


def test_loading_a_pickle_runs_nothing(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("ran").write_text, ("x",))

    (tmp_path / "x").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match=DAMAGED):
        load(tmp_path / "x")
    assert not (tmp_path / "ran").exists()


def test_a_header_over_the_limit_is_refused_though_all_of_it_is_there(tmp_path, monkeypatch):
    save(tmp_path / "x", {}, {"a": "b" * 1000})
    assert load(tmp_path / "x")[1] == {"a": "b" * 1000}
    monkeypatch.setattr(archive, "HEADER_LIMIT", 1000)
    with pytest.raises(InputError, match=DAMAGED):
        load(tmp_path / "x")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match=r"^cannot read .*/x: No such file or directory\."):
        load(tmp_path / "x")


def test_a_file_over_the_limit_is_not_read(tmp_path):
    with (tmp_path / "x").open("wb") as file:
        file.truncate(archive.LIMIT + 1)
    with pytest.raises(InputError, match=r"has 17,179,869,185 bytes; at most 17,179,869,184 are read here"):
        load(tmp_path / "x")


@pytest.mark.parametrize("limit", ["LIMIT", "HEADER_LIMIT"])
def test_what_could_not_be_read_again_is_not_written(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(archive, limit, 100)
    with pytest.raises(InputError, match=r"^cannot write .*/x: [0-9]+ bytes with a header of [0-9]+; at most"):
        save(tmp_path / "x", {"w": np.ones(3)}, {"a": 1})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fact", [float("nan"), float("inf"), [float("-inf")]])
def test_a_fact_without_a_finite_value_is_refused(tmp_path, fact):
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        save(tmp_path / "x", {}, {"a": fact})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.array(["a"]), "<U1"),
        (np.array([None]), "object"),
        (np.zeros(2, [("a", int)]), r"\[\('a', '<i8'\)\]"),
        (np.array(["2020"], "datetime64[D]"), r"datetime64\[D\]"),
        (np.ones(2, np.longdouble), "float128"),
        (np.ones(2, np.complex128), "complex128"),
        (np.ones(2, jnp.float8_e4m3fn), "float8_e4m3fn"),
    ],
    ids=range(7),
)
def test_an_array_of_something_else_than_numbers_is_refused(tmp_path, array, dtype):
    with pytest.raises(TypeError, match=rf"^array a is {dtype}; wanted numbers of at most 64 bits\.$"):
        save(tmp_path / "x", {"a": array}, {})
    assert not list(tmp_path.iterdir())


def test_a_fact_that_json_does_not_know_is_refused(tmp_path):
    with pytest.raises(TypeError, match="set is not JSON serializable"):
        save(tmp_path / "x", {}, {"a": {1}})
    assert not list(tmp_path.iterdir())
