"""The page of k-means over pixels: its claims on a small photograph, pictures of the user's, what is no picture."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from thalweg.errors import InputError
from thalweg.lab.photographs import CHINA, FLOWER, photograph
from thalweg.lab.segmentation import part, segmentation
from thalweg.lab.sheet_page import render_sheet

SIDE = 90


@pytest.fixture(scope="module")
def small():
    return segmentation(longest=SIDE)


def shown(plate):
    """The pixels of a picture on the page."""
    content = base64.b64decode(plate.picture.address.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)))


def test_what_is_claimed_of_a_photograph_holds(small):  # D15
    assert small.disagreements() == () and len(small.claims) == 7
    given, alone, placed = small.galleries
    assert [plate.title for plate in alone.plates] == [plate.title for plate in placed.plates] == [
        "k = 2", "k = 4", "k = 8",
    ]  # fmt: skip
    np.testing.assert_array_equal(shown(given.plates[0]), photograph(FLOWER, SIDE))
    assert [len(np.unique(shown(plate).reshape(-1, 3), axis=0)) for plate in alone.plates] == [2, 4, 8]


def test_parts_of_the_sum_of_squares_by_hand():
    # Greys 0 and 1 in halves: mean 1/2; over 8 pixels of 3 channels the whole is 24 x 1/4 = 6, all between.
    halves = np.repeat(np.array([0, 0, 255, 255], np.uint8)[None, :, None], 3, axis=2).repeat(2, axis=0)
    run = part(halves, 2, 0.0, seed=0)
    assert (run.whole, run.between, run.found.within, run.kept) == (6.0, 6.0, 0.0, 1.0)
    assert run.borders == 2 / 10  # of 4 pairs one above the other and 6 side by side, 2 are parted
    one = part(halves, 1, 0.0, seed=0)
    assert (one.between, one.found.within, one.kept, one.borders) == (0.0, 6.0, 0.0, 0.0)


def test_a_picture_of_the_users_is_read_and_named(tmp_path):
    file = tmp_path / "my <picture>.png"
    Image.fromarray(photograph(CHINA, 40)).save(file)
    found = segmentation(2, image=file)
    assert found.disagreements() == () and len(found.claims) == 4  # none on photographs
    page = render_sheet(found)
    assert f"thalweg lab segmentation --seed 2 --image &#39;{tmp_path}/my &lt;picture&gt;.png&#39;" in page
    assert "The picture in my &lt;picture&gt;.png, at 27 x 40 pixels." in page and "<picture>" not in page


@pytest.mark.parametrize("size", [(1, 1), (5, 1), (6, 6)])
def test_a_picture_of_one_colour_or_of_one_pixel_is_no_fault(tmp_path, size):
    Image.new("L", size, 77).save(tmp_path / "a.png")
    found = segmentation(image=tmp_path / "a.png")
    assert found.disagreements() == () and "one colour: there is nothing to part" in found.headline
    assert "nan" not in render_sheet(found).split("<script")[0]


def test_its_page_has_no_figures_and_carries_no_script_for_them(small):
    page = render_sheet(small)
    assert len(page) < 300_000 and page.count("<img ") == 7 and "<noscript>" not in page


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(InputError, match="not an image of a known format"):
        segmentation(image=tmp_path / "a.png")
