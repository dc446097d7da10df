"""A folder of single pixels, with every kind of bad image in it: trained on what is left, the rest is named."""

import errno
import os

import numpy as np
from PIL import Image

from tests.cli.bad_making import png

ONE = ("--epochs", "1", "--no-checks")


def write_good(folder, count, size):
    """Write grey images of two classes, dark ones and bright ones."""
    random = np.random.default_rng(0)
    for k in range(count):
        file = folder / ("bright" if k % 2 else "dark") / f"{k:02}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(128 * (k % 2), 128 + 128 * (k % 2), size, np.uint8)).save(file)


def test_images_of_one_pixel_are_trained_on_and_the_bad_ones_beside_them_named(thalweg, tmp_path, monkeypatch):
    folder = tmp_path / "dots"
    write_good(folder, 60, (1, 1))
    good = (folder / "dark/00.png").read_bytes()
    for name, content in {
        "cut.png": good[:-24],  # in the midst of its pixels
        "empty.png": b"",
        "text.jpg": b"hello",
        "bomb.png": png(20_000, 20_000, b""),
        "denied.png": good,
    }.items():
        (folder / "dark" / name).write_bytes(content)
    (folder / "grey").mkdir()

    def opened(path, *rest, real=Image.open, **named):
        if path.name == "denied.png":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *rest, **named)

    monkeypatch.setattr(Image, "open", opened)
    said = thalweg("fit", folder, *ONE, "--out", tmp_path / "run", "--json")
    assert said.exit == 0, said.err
    assert "60 rows, 1 x 1 x 1 numbers an example" in said.err
    (left_out,) = (line for line in said.err.splitlines() if "left out: dark" in line)
    for named in (
        "5 of 65 image files cannot be used and are left out: dark/bomb.png (",
        "too large to unpack), dark/cut.png (cannot be unpacked (",
        "dark/denied.png (cannot be unpacked (Permission denied)), dark/empty.png (empty file), ",
        "dark/text.jpg (not an image of a known format)",
    ):
        assert named in left_out
    assert "these class folders hold no usable image and are left out: grey." in said.err
    assert thalweg("predict", tmp_path / "run", folder / "dark", "-o", tmp_path / "p.csv").exit == 0
    small = thalweg("fit", folder, *ONE, "--network", "lenet5")
    assert small.exit == 2
    assert "lenet5 needs images of at least 12 x 12 pixels; got 1 x 1." in small.err
