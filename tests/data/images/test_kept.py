"""Images that were unpacked before: the same bits, remarks and faults, for the same contents alone."""

import errno
import io
import os
import shutil

import numpy as np
import pytest
from PIL import Image, ImageFile

from thalweg.data.images import contents, kept
from thalweg.data.images.folder import read_image_folder, read_image_inputs
from thalweg.errors import InputError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder of kept images; any image is worth it."""
    monkeypatch.setenv("THALWEG_IMAGE_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "MANY", 0)
    return tmp_path / "kept"


@pytest.fixture
def animals(tmp_path):
    """Noisy images of two classes, among them one of another size and five that cannot be used."""
    random, folder = np.random.default_rng(0), tmp_path / "animals"
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for k in range(3):
            Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8)).save(folder / name / f"{k}.png")
    Image.fromarray(random.integers(0, 256, (50, 40, 3), np.uint8)).save(folder / "dog/9.jpg")
    (folder / "cat/0b.png").write_bytes((folder / "cat/0.png").read_bytes()[:-900])
    (folder / "cat/empty.png").write_bytes(b"")
    (folder / "dog/0b.jpg").write_bytes((folder / "dog/9.jpg").read_bytes()[:-900])
    (folder / "dog/text.jpg").write_text("woof")
    return folder


def entries(place):
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


def same(first, second):
    assert np.array_equal(first.inputs, second.inputs) and np.array_equal(first.targets, second.targets)
    assert (first.fingerprint, first.remarks, first.schema) == (second.fingerprint, second.remarks, second.schema)


def refuse(*_, **__):
    pytest.fail("unpacked again")


def test_the_second_time_nothing_is_unpacked_and_all_is_the_same(place, animals, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("THALWEG_IMAGE_CACHE", "off")
        plain = read_image_folder(animals, size=16)
    assert plain.remarks[0].text.startswith("4 of 11 image files cannot be used and are left out: cat/0b.png (cannot ")
    assert entries(place) == [] and plain.inputs.flags.writeable
    first = read_image_folder(animals, size=16)
    assert len(entries(place)) == 1
    monkeypatch.setattr(kept, "read_header", refuse)
    monkeypatch.setattr(kept, "unpack", refuse)
    second = read_image_folder(animals, size=16)
    for source in (first, second):
        same(plain, source)
        assert not source.inputs.flags.writeable
    shutil.move(animals, animals.parent / "zoo")  # neither the place nor the names count
    (animals.parent / "zoo/cat/0b.png").rename(animals.parent / "zoo/cat/0c.png")
    moved = read_image_folder(animals.parent / "zoo", size=16)
    assert np.array_equal(moved.inputs, plain.inputs)
    assert moved.remarks[0].text.startswith("4 of 11 image files cannot be used and are left out: cat/0c.png (")


def test_images_to_predict_are_kept_under_their_shape(place, animals, monkeypatch):
    schema = read_image_folder(animals, size=16).schema
    first = read_image_inputs(animals, schema)
    assert len(entries(place)) == 2
    monkeypatch.setattr(kept, "unpack", refuse)
    again = read_image_inputs(animals, schema)
    assert np.array_equal(first[0], again[0]) and first[1:] == again[1:]


def test_another_content_under_the_same_name_size_and_time_is_noticed(place, animals):
    first, file = read_image_folder(animals), animals / "cat/1.png"
    other = bytearray(file.read_bytes())
    Image.new("RGB", (30, 20), (1, 2, 3)).save(animals.parent / "other.png")
    content = (animals.parent / "other.png").read_bytes()
    before = file.stat()
    file.write_bytes(content + bytes(len(other) - len(content)))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    second = read_image_folder(animals)
    assert first.fingerprint != second.fingerprint
    assert second.inputs[1].reshape(-1, 3).tolist() == [[1, 2, 3]] * 600


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(contents, "RULE", -1),
        lambda patch: patch.setattr(contents, "__version__", "0"),
        lambda patch: patch.setattr(contents.features, "version", lambda name: "0"),
        lambda patch: patch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True),
    ],
)
def test_another_way_of_unpacking_is_another_entry(place, animals, monkeypatch, change):
    read_image_folder(animals)
    change(monkeypatch)
    read_image_folder(animals)
    assert len(entries(place)) == 2


def test_other_sizes_and_an_other_order_are_other_entries(place, animals):
    for size in (None, 16, 32):  # 32 is what None stands for
        read_image_folder(animals, size=size)
    assert len(entries(place)) == 2
    (animals / "cat/0.png").rename(animals / "cat/7.png")
    read_image_folder(animals)
    assert len(entries(place)) == 3


def test_what_is_no_size_is_refused_though_images_were_kept(place, animals):
    read_image_folder(animals)
    with pytest.raises(InputError, match=r"^--image-size must be a whole number of pixels from 1 to 4,096; got 0\."):
        read_image_folder(animals, size=0)


def test_a_place_that_cannot_be_written_costs_no_run_and_is_said(place, animals, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("THALWEG_IMAGE_CACHE", "off")
        plain = read_image_folder(animals)
    place.write_text("no folder")
    found = read_image_folder(animals)
    *remarks, last = found.remarks
    same(plain, found._replace(remarks=tuple(remarks)))
    assert last.text == (
        f"the unpacked images could not be kept for the next command in {place} (File exists). Set THALWEG_IMAGE_CACHE "
        'to another folder, or to "off".'
    )


def test_a_damaged_entry_costs_nothing_but_time(place, animals):
    first = read_image_folder(animals)
    (name,) = entries(place)
    (place / name).write_bytes((place / name).read_bytes()[:-1])
    same(first, read_image_folder(animals))
    assert entries(place) == [name]


@pytest.mark.parametrize("failing", ["header", "pixels"])
def test_a_read_error_is_named_and_not_kept(place, animals, monkeypatch, failing):
    """The file opens, and reading it fails at its start or past its header."""
    bad, most = animals / "dog/1.png", {"header": 0, "pixels": 60}[failing]

    class Failing(io.BytesIO):
        def read(self, count=-1):
            if self.tell() >= most:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(count)

    def opened(path, *rest, real=Image.open, **named):
        return real(Failing(path.read_bytes()) if path == bad else path, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", opened)
        source = read_image_folder(animals)
    assert "dog/1.png (cannot be unpacked (Input/output error))" in source.remarks[0].text
    assert len(source.targets) == 6 and entries(place) == []
    assert len(read_image_folder(animals).targets) == 7
    assert len(entries(place)) == 1


def test_what_changes_while_it_is_unpacked_is_not_kept(place, animals, monkeypatch):
    def changed(files, *rest, real=kept.unpack):
        files[0].touch()
        return real(files, *rest)

    monkeypatch.setattr(kept, "unpack", changed)
    read_image_folder(animals)
    assert entries(place) == []


def test_a_missing_file_is_part_of_the_key(place, animals):
    files = [*sorted((animals / "cat").iterdir()), animals / "none.png"]
    found = [kept.unpacked(files, "x", lambda headers: (4, 4, 3)) for _ in range(2)]
    assert len(entries(place)) == 1
    assert found[0].bad == found[1].bad and found[1].bad[5] == "cannot be unpacked (No such file or directory)"
    shutil.copy(files[0], files[-1])
    assert sorted(kept.unpacked(files, "x", lambda headers: (4, 4, 3)).bad) == [1, 4]


def test_few_small_files_are_not_kept(place, animals, monkeypatch):
    monkeypatch.setattr(kept, "MANY", 12)
    read_image_folder(animals)
    assert entries(place) == []
    monkeypatch.setattr(kept, "MUCH", sum(file.stat().st_size for file in animals.rglob("*.*g")))
    read_image_folder(animals)
    assert len(entries(place)) == 1


def test_nothing_is_kept_of_what_is_refused(place, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "bad" / name).mkdir(parents=True)
        (tmp_path / "bad" / name / "1.png").write_text("x")
    with pytest.raises(InputError, match="no usable image"):
        read_image_folder(tmp_path / "bad")
    assert entries(place) == []
