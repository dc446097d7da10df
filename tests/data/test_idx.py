"""The idx files: bytes by hand, packed or not, parts, MNIST itself, and files that lie."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from thalweg.data.idx import idx_test_file, is_idx, read_idx, read_idx_array
from thalweg.errors import InputError


def pack(content):
    return gzip.compress(content, mtime=0)  # without the time, which would be part of a test's name


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    """Return an array as an idx file."""
    header = struct.pack(">HBB", 0, kind, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def write_pair(folder: Path, part: str, n: int, *, packed: bool = True, seed: int = 0) -> np.ndarray:
    images = np.random.default_rng(seed).integers(0, 256, (n, 3, 2), np.uint8)
    for name, array in (("images-idx3", images), ("labels-idx1", np.arange(n, dtype=np.uint8) % 3)):
        content = idx(array)
        file = folder / f"{part}-{name}-ubyte{'.gz' if packed else ''}"
        file.write_bytes(pack(content) if packed else content)
    return images


def test_numbers_by_hand(tmp_path):
    (tmp_path / "a").write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]))
    assert read_idx_array(tmp_path / "a").tolist() == [[1, 2, 3], [4, 5, 255]]
    (tmp_path / "b").write_bytes(bytes([0, 0, 11, 1, 0, 0, 0, 2, 1, 0, 255, 255]))
    assert read_idx_array(tmp_path / "b").tolist() == [256, -1]
    (tmp_path / "c").write_bytes(idx(np.array([1.5, -2.0], ">f4"), 13))
    assert read_idx_array(tmp_path / "c").tolist() == [1.5, -2.0]


@pytest.mark.parametrize("packed", [True, False])
def test_labels_are_found_beside_their_images(tmp_path, packed):
    images = write_pair(tmp_path, "train", 6, packed=packed)
    file = tmp_path / f"train-images-idx3-ubyte{'.gz' if packed else ''}"
    for path, name in ((tmp_path, tmp_path.name), (file, f"{tmp_path.name}-train")):
        source = read_idx(path)
        assert is_idx(path)
        assert (source.name, source.kind, source.task.classes) == (name, "image", ("0", "1", "2"))
        np.testing.assert_array_equal(source.inputs, images[..., None])
        assert source.targets.tolist() == [0, 1, 2, 0, 1, 2]


def test_packed_images_may_have_plain_labels(tmp_path):
    write_pair(tmp_path, "train", 6, packed=False)
    file = tmp_path / "train-images-idx3-ubyte"
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(pack(file.read_bytes()))
    file.unlink()
    assert read_idx(tmp_path).targets.tolist() == [0, 1, 2, 0, 1, 2]


def test_the_t10k_files_are_the_test_part(tmp_path):
    write_pair(tmp_path, "train", 6)
    assert idx_test_file(tmp_path) is None
    images = write_pair(tmp_path, "t10k", 3, seed=1)
    train, file = read_idx(tmp_path), idx_test_file(tmp_path)
    assert file is not None
    test = read_idx(file, known=train.task)
    assert (len(train.targets), test.task) == (6, train.task)
    np.testing.assert_array_equal(test.inputs, images[..., None])


def test_labels_may_be_amounts_when_the_user_says_so(tmp_path):
    write_pair(tmp_path, "train", 6)
    assert read_idx(tmp_path, task="regression").targets.ravel().tolist() == [0, 1, 2, 0, 1, 2]


def test_mnist_has_its_published_sizes_and_mean(shared_data):
    train, file = read_idx(shared_data / "mnist"), idx_test_file(shared_data / "mnist")
    assert file is not None
    test = read_idx(file, known=train.task)
    assert np.asarray(train.inputs).shape == (60000, 28, 28, 1)
    assert np.asarray(test.inputs).shape == (10000, 28, 28, 1)
    assert round(np.asarray(train.inputs).mean() / 255, 4) == 0.1307
    assert (train.targets[:5].tolist(), test.targets[:3].tolist()) == ([5, 0, 4, 1, 9], [7, 2, 1])
    assert train.name == "mnist"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends within its header: it is cut short"),
        (b"\x00\x00\x08\x03\x00", "ends within its header"),
        (b"PK\x03\x04" + bytes(20), r"is no idx file: it begins with \(20555, 3, 4\)"),
        (b"\x00\x00\x08\x00", r"is no idx file: it begins with \(0, 8, 0\)"),
        (idx(np.zeros(5, np.uint8))[:-1], "should hold 5 bytes after its header"),
        (idx(np.zeros(5, np.uint8)) + b"x", "should hold 5 bytes after its header"),
        (b"\x00\x00\x08\x03" + b"\xff" * 12, "tells of .* bytes; at most 8,589,934,592 are read"),
        (b"\x00\x00\x08\x01\x7f\xff\xff\xff", "should hold 2,147,483,647 bytes"),
        (pack(b"\x00\x00\x08\x01\x7f\xff\xff\xff"), "should hold 2,147,483,647 bytes"),
        (pack(idx(np.zeros(5, np.uint8)))[:-9], "Compressed file ended before"),
        (pack(idx(np.zeros(5, np.uint8)))[:-8] + bytes(8), "CRC check failed"),
    ],
)
def test_refuses_broken_and_lying_files(tmp_path, content, message):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_idx_array(tmp_path / "train-images-idx3-ubyte")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_no_memory_is_set_aside_for_what_a_file_only_claims(tmp_path, pack):
    (tmp_path / "a").write_bytes(pack(b"\x00\x00\x08\x01\x7f\xff\xff\xff"))
    tracemalloc.start()
    with pytest.raises(InputError):
        read_idx_array(tmp_path / "a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7


def test_refuses_missing_files_and_labels_that_do_not_match(tmp_path):
    with pytest.raises(InputError, match="holds no train-images-idx3-ubyte file"):
        read_idx(tmp_path)
    with pytest.raises(InputError, match=r"cannot read .*: No such file or directory"):
        read_idx(tmp_path / "train-images-idx3-ubyte")
    images = tmp_path / "train-images-idx3-ubyte"
    images.write_bytes(idx(np.zeros((4, 2, 2), np.uint8)))
    with pytest.raises(InputError, match=r"there are no labels for .*: wanted train-labels-idx1-ubyte"):
        read_idx(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.arange(3, dtype=np.uint8)))
    with pytest.raises(InputError, match="got 4 examples and 3 labels"):
        read_idx(tmp_path)
