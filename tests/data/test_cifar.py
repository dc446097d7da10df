"""CIFAR's binary files: a record by hand, both sets, parts, and files that lie."""

from pathlib import Path

import numpy as np
import pytest

from thalweg.data.cifar import PIXELS, cifar_test_file, is_cifar, read_cifar
from thalweg.errors import InputError


def write(folder: Path, names: dict[str, str], records: dict[str, list[list[int]]], *, seed: int = 0) -> None:
    """Write a set: files of names, and for each .bin file the label bytes of its records, with random pixels."""
    generator = np.random.default_rng(seed)
    for name, text in names.items():
        (folder / name).write_text(text)
    for name, labels in records.items():
        rows = [bytes(label) + generator.integers(0, 256, PIXELS, np.uint8).tobytes() for label in labels]
        (folder / name).write_bytes(b"".join(rows))


TEN = {"batches.meta.txt": "cat\ndog\nship\n\n"}


def test_a_record_by_hand(tmp_path):
    write(tmp_path, TEN, {})
    red, green, blue = (np.zeros((32, 32), np.uint8) for _ in range(3))
    red[0, 0], green[0, 1], blue[1, 0] = 10, 20, 30
    pixels = b"".join(colour.tobytes() for colour in (red, green, blue))
    (tmp_path / "data_batch_1.bin").write_bytes(bytes([2]) + pixels + bytes([0]) + bytes(PIXELS))
    source = read_cifar(tmp_path)
    image = np.asarray(source.inputs)[0]
    assert (image[0, 0].tolist(), image[0, 1].tolist(), image[1, 0].tolist()) == ([10, 0, 0], [0, 20, 0], [0, 0, 30])
    assert image.sum() == 60
    assert (source.kind, source.task.classes, source.targets.tolist()) == ("image", ("cat", "dog", "ship"), [2, 0])
    assert source.targets.dtype == np.int32


def test_the_training_files_are_read_in_order_and_the_test_file_is_sealed(tmp_path):
    write(tmp_path, TEN, {"data_batch_2.bin": [[1]], "data_batch_1.bin": [[0], [2]]})
    assert is_cifar(tmp_path)
    assert cifar_test_file(tmp_path) is None
    write(tmp_path, {}, {"test_batch.bin": [[1], [1]]}, seed=1)
    train, file = read_cifar(tmp_path), cifar_test_file(tmp_path)
    assert file is not None
    test = read_cifar(file, known=train.task)
    assert train.targets.tolist() == [0, 2, 1]
    assert (test.targets.tolist(), test.task, test.name) == ([1, 1], train.task, f"{tmp_path.name}-test_batch")
    assert is_cifar(tmp_path / "test_batch.bin")


def test_the_hundred_classes_are_the_fine_ones(tmp_path):
    write(tmp_path, {"fine_label_names.txt": "apple\nbee\n"}, {"train.bin": [[7, 0], [3, 1]], "test.bin": [[9, 1]]})
    train, file = read_cifar(tmp_path), cifar_test_file(tmp_path)
    assert file is not None
    test = read_cifar(file, known=train.task)
    assert (train.task.classes, train.targets.tolist(), test.targets.tolist()) == (("apple", "bee"), [0, 1], [1])


def test_another_folder_is_no_cifar(tmp_path):
    assert not is_cifar(tmp_path)
    (tmp_path / "data.csv").write_text("a,b")
    assert not is_cifar(tmp_path / "data.csv")


@pytest.mark.parametrize(
    ("names", "content", "message"),
    [
        ({}, b"", "holds no batches.meta.txt or fine_label_names.txt"),
        (TEN, None, r"holds no data_batch_\*\.bin"),
        (TEN, b"", "whole records of 3,073 bytes; it has 0 bytes"),
        (TEN, bytes(3072), "whole records of 3,073 bytes; it has 3,072 bytes"),
        (TEN, bytes([3]) + bytes(3072), r"the label of record 0 \(counted from 0\) is 3; there are names for 0 to 2"),
        ({"batches.meta.txt": "cat\n"}, bytes(3073), "should name 2 to 256 different classes, one a line; got 1 names"),
        ({"batches.meta.txt": "cat\ncat\n"}, bytes(3073), "should name 2 to 256 different classes"),
    ],
)
def test_refuses_what_is_missing_or_broken(tmp_path, names, content, message):
    write(tmp_path, names, {})
    if content is not None:
        (tmp_path / "data_batch_1.bin").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_cifar(tmp_path)


def test_refuses_other_classes_than_the_known(tmp_path):
    write(tmp_path, TEN, {"data_batch_1.bin": [[0]]})
    known = read_cifar(tmp_path).task._replace(classes=("a", "b"))
    with pytest.raises(InputError, match="are not those of the earlier images"):
        read_cifar(tmp_path, known=known)
