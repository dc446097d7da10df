"""NumPy archives: the usual names, and what is broken, hostile or too large."""

import io
import zipfile

import numpy as np
import pytest

from thalweg.data.npz import read_npz, read_npz_pair
from thalweg.errors import InputError

X, Y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])


@pytest.mark.parametrize("names", [("x", "y"), ("X", "y"), ("x_train", "y_train"), ("data", "target")])
@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_the_usual_names_are_found(tmp_path, names, write):
    write(tmp_path / "toy.npz", **{names[0]: X, names[1]: Y, "notes": np.array("hello")})
    source = read_npz(tmp_path / "toy.npz")
    assert source.name == "toy"
    assert source.inputs.tolist() == X.tolist()
    assert source.targets.tolist() == Y.tolist()
    assert source.task.target == "y"


def test_a_pair_with_labels_comes_before_inputs_without(tmp_path):
    np.savez(tmp_path / "toy.npz", x=X[:1], data=X, target=Y)
    assert read_npz(tmp_path / "toy.npz").inputs.tolist() == X.tolist()


def test_the_labels_may_have_any_name(tmp_path):
    np.savez(tmp_path / "toy.npz", pixels=X, digit=np.array(["a", "b", "a", "b"]))
    source = read_npz(tmp_path / "toy.npz", target="digit")
    assert (source.task.target, source.task.classes) == ("digit", ("a", "b"))


def test_inputs_without_labels_can_be_read_to_predict_them(tmp_path):
    np.savez(tmp_path / "new.npz", x=X)
    x, y = read_npz_pair(tmp_path / "new.npz")
    assert (x.tolist(), y) == (X.tolist(), None)
    with pytest.raises(InputError, match="has no labels: wanted an array y beside x"):
        read_npz(tmp_path / "new.npz")


@pytest.mark.parametrize(
    ("arrays", "target", "message"),
    [
        ({"a": X, "b": Y}, None, "should hold arrays named x and y; it holds: a, b. Rename them"),
        ({"x": X, "y": Y}, "z", "should hold arrays named inputs x and labels 'z'; it holds: x, y"),
        ({"a": X, "b": X, "c": Y}, "c", "should hold arrays named inputs x and labels 'c'; it holds: a, b, c"),
        ({}, None, "it holds: none"),
        ({"x": np.array([{}, {}], object), "y": Y}, None, "array 'x' holds Python objects, which could run code"),
    ],
)
def test_refuses_arrays_it_cannot_use(tmp_path, arrays, target, message):
    np.savez(tmp_path / "toy.npz", **arrays)
    with pytest.raises(InputError, match=message):
        read_npz(tmp_path / "toy.npz", target=target)


def packed(header: bytes, content: bytes = b"") -> bytes:
    """Return an .npz whose array x has this text for a header."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content)
        archive.writestr("y.npy", b"")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot read .*toy.npz as .npz: it is no zip archive, or a damaged one. Write it with numpy.savez"),
        (b"PK\x05\x06" + bytes(18), "it holds: none"),
        (packed(b"{'descr': '<f8', 'fortran_order': False, 'shape': (10**13,)}"), "cannot read .* as .npz"),
        (
            packed(b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 8)}"),
            "at most 8,589,934,592 are read",
        ),
        (
            packed(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000, 8)}"),
            "should have 64,000 bytes; the file tells of 0",
        ),
        (packed(b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 8)}", bytes(8)), "cannot read|should have"),
        (packed(b"__import__('os').abort()"), "cannot read .* as .npz: an array in it does not begin as NumPy's do"),
        (packed(b"(" * 9000), "cannot read .* as .npz: an array in it does not begin as NumPy's do"),
        (packed(b"(" * 20_000), "cannot read .* as .npz: an array in it does not begin as NumPy's do"),
        (packed(b"").replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"), "as .npz: it is encrypted"),
    ],
)
def test_refuses_broken_and_hostile_files(tmp_path, content, message):
    (tmp_path / "toy.npz").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_npz(tmp_path / "toy.npz")


def test_refuses_a_file_that_is_missing_cut_short_or_changed(tmp_path):
    path = tmp_path / "toy.npz"
    with pytest.raises(InputError, match=r"cannot read .*toy\.npz: No such file or directory. Check its name"):
        read_npz(path)
    np.savez_compressed(path, x=X, y=Y)
    whole = path.read_bytes()
    for cut in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:cut])
        with pytest.raises(InputError, match=r"cannot read .* as \.npz"):
            read_npz(path)
    generator = np.random.default_rng(0)
    for _ in range(200):
        changed = bytearray(whole)
        changed[generator.integers(len(whole))] ^= 1 << generator.integers(8)
        path.write_bytes(changed)
        try:
            read_npz(path)
        except InputError as error:
            assert len(str(error)) < 500
