"""Folders of images: classes, sizes, broken and stray files by name, parts, reading more in the same way."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from thalweg.data.images import collect
from thalweg.data.images.folder import is_image_folder, read_image_folder, read_image_inputs
from thalweg.data.source import Task
from thalweg.errors import InputError


def write(
    folder: Path, name: str, *, size: tuple[int, int] = (6, 4), colour: tuple[int, int, int] = (9, 99, 199)
) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(file)


@pytest.fixture
def animals(tmp_path) -> Path:
    for k in range(3):
        write(tmp_path / "animals", f"cat/{k}.png", colour=(10 * k, 0, 0))
        write(tmp_path / "animals", f"dog/{k}.png", colour=(0, 10 * k, 0))
    return tmp_path / "animals"


def test_a_class_is_a_folder(animals):
    source = read_image_folder(animals)
    assert is_image_folder(animals)
    assert (source.name, source.kind, source.task.classes) == ("animals", "image", ("cat", "dog"))
    assert source.targets.tolist() == [0, 0, 0, 1, 1, 1]
    pixels = np.asarray(source.inputs)
    assert (pixels.shape, pixels.dtype) == ((6, 4, 6, 3), np.uint8)
    assert pixels[:, 0, 0].tolist() == [[0, 0, 0], [10, 0, 0], [20, 0, 0], [0, 0, 0], [0, 10, 0], [0, 20, 0]]
    assert source.remarks == ()
    assert source.schema == {"kind": "image", "shape": [4, 6, 3]}


def test_classes_that_are_numbers_are_in_their_order(tmp_path):
    for name in ("10", "9", "100"):
        write(tmp_path, f"{name}/a.png")
    assert read_image_folder(tmp_path).task.classes == ("9", "10", "100")


def test_a_class_may_be_called_none(tmp_path):
    for name in ("None", "NA"):
        write(tmp_path, f"{name}/a.png")
    assert read_image_folder(tmp_path).task.classes == ("NA", "None")


def test_images_of_other_sizes_are_brought_to_the_commonest_and_named(animals):
    write(animals, "cat/large.png", size=(60, 60), colour=(1, 2, 3))
    source = read_image_folder(animals)
    assert np.asarray(source.inputs)[3, 2, 2].tolist() == [1, 2, 3]
    (remark,) = source.remarks
    assert remark.kind == "image_sizes"
    assert remark.text.startswith("1 of 7 images are not 4 x 6 pixels (height x width) as most are")
    assert remark.text.endswith("cat/large.png (60 x 60).")


def test_large_images_are_made_smaller_and_it_is_said(animals):
    source = read_image_folder(animals, size=3)
    assert np.asarray(source.inputs).shape == (6, 2, 3, 3)
    assert [remark.kind for remark in source.remarks] == ["resized"]
    assert source.remarks[0].text == "the images are made 2 x 3 pixels (most are 4 x 6)."
    like = read_image_folder(animals, schema=source.schema)
    assert [remark.text for remark in like.remarks] == [
        "the images are made 2 x 3 pixels (most are 4 x 6), as the first images were."
    ]


def test_nothing_is_made_larger_and_it_is_said(animals):
    source = read_image_folder(animals, size=7)
    assert np.asarray(source.inputs).shape == (6, 4, 6, 3)
    assert [remark.text for remark in source.remarks] == [
        "most images are 4 x 6 pixels (height x width) and are not made larger, so --image-size 7 leaves them as they "
        "are."
    ]
    assert read_image_folder(animals, size=6).remarks == ()


def test_a_class_without_a_usable_image_is_named(animals):
    (animals / "cow").mkdir()
    (animals / "eel").mkdir()
    (animals / "eel/1.png").write_bytes(b"")
    source = read_image_folder(animals)
    assert source.task.classes == ("cat", "dog")
    empty, broken = source.remarks
    assert (empty.kind, broken.kind, empty.severity) == ("empty_classes", "broken_images", "warning")
    assert empty.text == "these class folders hold no usable image and are left out: cow, eel."
    for k in range(5):
        (animals / f"fox{k}").mkdir()
    assert read_image_folder(animals).remarks[0].text.endswith("cow, eel, fox0, fox1, fox2 and 2 more.")


def test_images_are_grey_if_all_are(tmp_path):
    for name in ("a/1.png", "b/1.png"):
        write(tmp_path, name)
        Image.new("L", (2, 2), 50).save(tmp_path / name)
    assert np.asarray(read_image_folder(tmp_path).inputs).tolist() == [[[[50]] * 2] * 2] * 2
    write(tmp_path, "b/2.png", size=(2, 2))
    assert np.asarray(read_image_folder(tmp_path).inputs).shape == (3, 2, 2, 3)


def test_broken_and_stray_files_are_left_out_and_named(animals):
    (animals / "cat/0.png").write_bytes(b"")
    (animals / "dog/1.png").write_bytes((animals / "dog/1.png").read_bytes()[:45])
    (animals / "dog/notes.txt").write_text("woof")
    (animals / "README.md").write_text("animals")
    (animals / "cat/more").mkdir()
    (animals / ".DS_Store").write_bytes(b"x")
    source = read_image_folder(animals)
    assert source.targets.tolist() == [0, 0, 1, 1]
    assert np.asarray(source.inputs)[:, 0, 0].tolist() == [[10, 0, 0], [20, 0, 0], [0, 0, 0], [0, 20, 0]]
    stray, broken = source.remarks
    assert (stray.kind, broken.kind) == ("stray_files", "broken_images")
    assert stray.text.endswith("are left out: README.md, cat/more, dog/notes.txt.")
    assert broken.text.startswith(
        "2 of 6 image files cannot be used and are left out: cat/0.png (empty file), dog/1.png ("
    )


def test_many_broken_files_are_counted_not_listed(animals):
    for k in range(8):
        (animals / f"cat/x{k}.png").write_bytes(b"")
    assert read_image_folder(animals).remarks[0].text.endswith("cat/x4.png (empty file) and 3 more.")


def test_further_images_are_read_in_the_way_of_the_first(animals, tmp_path):
    first = read_image_folder(animals, size=3)
    write(tmp_path / "more", "DOG/a.png", size=(30, 20), colour=(5, 5, 5))
    more = read_image_folder(tmp_path / "more", known=first.task, schema=first.schema)
    assert (more.task, more.targets.tolist()) == (first.task, [1])
    assert np.asarray(more.inputs).tolist() == [[[[5] * 3] * 3] * 2]
    write(tmp_path / "more", "cow/a.png")
    with pytest.raises(InputError, match=r"has a class 'cow', which is none of the 2 known classes \(cat, dog\)"):
        read_image_folder(tmp_path / "more", known=first.task, schema=first.schema)


def test_images_to_predict_may_lie_anywhere(animals, tmp_path):
    schema = read_image_folder(animals).schema
    write(tmp_path / "new", "b.png")
    write(tmp_path / "new", "deep/er/a.png", colour=(1, 1, 1))
    (tmp_path / "new/c.png").write_bytes(b"")
    pixels, names, remarks = read_image_inputs(tmp_path / "new", schema)
    assert names == ("b.png", "deep/er/a.png")
    assert pixels[:, 0, 0].tolist() == [[9, 99, 199], [1, 1, 1]]
    assert [remark.kind for remark in remarks] == ["broken_images"]
    assert read_image_inputs(tmp_path / "new/b.png", schema)[1] == ("b.png",)
    with pytest.raises(InputError, match=r"^there is no file or folder .*/z\.png; check the name and the folder\.$"):
        read_image_inputs(tmp_path / "new/z.png", schema)


def test_sign_digits_are_read_and_the_stray_sizes_named(shared_data):
    source = read_image_folder(shared_data / "sign_digits")
    assert np.asarray(source.inputs).shape == (2062, 32, 32, 3)
    assert source.task.classes == tuple("0123456789")
    sizes, resized = source.remarks
    assert sizes.text.startswith("3 of 2,062 images are not 100 x 100 pixels")
    assert sizes.text.count("3024 x 3024") == 3
    assert resized.text == (
        "the images are made 32 x 32 pixels (most are 100 x 100), for training on larger ones is slow; --image-size "
        "changes that."
    )


def test_refuses_a_folder_without_classes(tmp_path, animals):
    with pytest.raises(InputError, match=r"cannot read .*none: No such file or directory"):
        read_image_folder(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty holds no usable image \(\.jpg, "):
        read_image_folder(tmp_path / "empty")
    write(tmp_path / "one", "cat/a.png")
    with pytest.raises(InputError, match="for each of at least two classes; there are usable images in 1 folders"):
        read_image_folder(tmp_path / "one")
    (tmp_path / "bad/cat").mkdir(parents=True)
    (tmp_path / "bad/cat/a.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"no usable image .* cat/a\.png \(empty file\)\. Put some there"):
        read_image_folder(tmp_path / "bad")
    whole = (animals / "cat/1.png").read_bytes()
    (tmp_path / "bad/cat/a.png").write_bytes(whole[:45])
    with pytest.raises(InputError, match=r"no usable image\. cat/a\.png \(cannot be unpacked"):
        read_image_folder(tmp_path / "bad")
    assert not is_image_folder(tmp_path / "empty")
    assert not is_image_folder(tmp_path / "bad/cat/a.png")


def test_refuses_parts_instead_of_classes(tmp_path):
    write(tmp_path, "train/a.png")
    write(tmp_path, "Test/a.png")
    with pytest.raises(InputError, match=r"holds parts \(Test, train\), not classes\. Name the training part itself"):
        read_image_folder(tmp_path)


def test_refuses_sizes_and_schemas_that_cannot_be(animals, monkeypatch):
    for size in (0, 4097):
        with pytest.raises(
            InputError, match=f"--image-size must be a whole number of pixels from 1 to 4,096; got {size}"
        ):
            read_image_folder(animals, size=size)
    for schema in ({"kind": "array", "shape": [4]}, {"kind": "image", "shape": [4, 6]}, {}):
        with pytest.raises(InputError, match="the earlier data are not images in grey or red, green and blue"):
            read_image_inputs(animals, schema)
    monkeypatch.setattr(collect, "LIMIT", 400)
    with pytest.raises(
        InputError, match=r"unpacks to 432 bytes; at most 400 are read\. Choose a smaller --image-size than 32\."
    ):
        read_image_folder(animals)
    with pytest.raises(InputError, match=r"at most 400 are read\. Give fewer images\."):
        read_image_inputs(animals, {"kind": "image", "shape": [4, 6, 3]})


def test_class_folders_hold_no_amounts(animals):
    with pytest.raises(InputError) as caught:
        read_image_folder(animals, known=Task("regression", "age", ()), schema={"kind": "image", "shape": [4, 6, 3]})
    assert str(caught.value) == (
        f"{animals} holds classes, and the first images have amounts in 'age'. Give a table of image paths with a "
        "column 'age'."
    )
