"""One named image: made smaller, upright, in colour, or a sentence why not."""

import numpy as np
import pytest
from PIL import Image

from thalweg.data.images.one import read_one
from thalweg.errors import InputError


def test_it_is_made_smaller_with_its_proportions_and_never_larger(tmp_path):
    Image.new("RGB", (40, 20), (200, 10, 30)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_one(tmp_path / "a.png", 10), np.full((5, 10, 3), (200, 10, 30)))
    assert read_one(tmp_path / "a.png", 100).shape == (20, 40, 3)


def test_it_is_upright_in_colour_and_on_white(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("LA", (4, 2), (0, 0)).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_one(tmp_path / "a.png", 10), np.full((4, 2, 3), 255))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read .*a.png: No such file or directory. Check its name and its permissions"),
        (b"", r"a.png cannot be used: empty file. Give an image file \(.jpg, .jpeg, "),
        (b"no image", "a.png cannot be used: not an image of a known format"),
    ],
)
def test_what_is_no_image_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_one(tmp_path / "a.png", 10)


def test_a_folder_and_a_file_that_is_cut_off_are_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot be used: cannot be unpacked \(Is a directory\)"):
        read_one(tmp_path, 10)
    Image.effect_noise((64, 64), 50).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:1000])
    with pytest.raises(InputError, match=r"b.png cannot be used: cannot be unpacked"):
        read_one(tmp_path / "b.png", 10)
