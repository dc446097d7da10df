"""The case study's page in a real browser."""

import pytest
from tests.lab.example import study
from tests.report.browser import opened

from thalweg.lab.page import write_study

pytestmark = pytest.mark.browser

REGIONS = "document.querySelector('[data-figure=regions-1]')"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("lab") / "spiral.html"
    write_study(path, study())
    return path


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    with opened(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


def show(page, file, **how):
    page.faults.clear()
    page.requests.clear()
    page.open(file, **how)
    page.wait_for("document.documentElement.classList.contains('drawn')")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_opens_without_a_fault_and_is_never_wider_than_the_window(page, file, width, dark):
    show(page, file, width=width, dark=dark, touch=width == 390)
    assert page.run("[...document.querySelectorAll('[data-figure]')].every((f) => f.querySelector('.xtick'))")
    page.wait_for(f"document.documentElement.scrollWidth <= {width}")
    assert page.faults == []
    assert [address for address in page.requests if not address.startswith(("file:", "data:", "blob:"))] == []


def test_the_regions_are_drawn_to_scale(page, file):
    show(page, file)
    assert page.run(f"{REGIONS}.querySelector('.heatmaplayer image') !== null")
    width, height = (page.run(f"{REGIONS}._fullLayout.{axis}axis._length") for axis in "xy")
    assert width == pytest.approx(height, abs=1.0) and width > 250


def test_the_regions_have_the_colours_of_their_points_in_the_light_and_in_the_dark(page, file):
    seen = []
    for dark in (False, True):
        show(page, file, dark=dark)
        ground = page.run(f"{REGIONS}._fullData[0].colorscale.map((pair) => pair[1])")
        assert ground == page.run(f"{REGIONS}._fullData.slice(1).map((trace) => trace.marker.color)")
        seen.append(ground)
    assert len(set(seen[0])) == 3 and not set(seen[0]) & set(seen[1])
