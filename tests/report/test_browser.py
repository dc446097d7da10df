"""The report in a real browser: drawn, clicked, on a phone, in the dark, printed."""

import pytest
from tests.report.browser import opened
from tests.report.example import HOSTILE, classes, diverged, history, regression
from tests.report.test_inside import example, layer, mistakes, sheet

from thalweg.report.write import write_report
from thalweg.runs.inside import Inside, Mistake

pytestmark = pytest.mark.browser

LONG = "an_unbroken_name_that_is_longer_than_a_phone_is_wide_" * 2
DEEP = tuple(f"dense_{k}/{leaf}" for k in range(1, 7) for leaf in "wb")


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    with opened(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A file a kind of run."""
    folder = tmp_path_factory.mktemp("reports")
    names = (HOSTILE, LONG, *"cdef")
    hostile = classes(names=names, name=LONG, ending=LONG, layers=((HOSTILE, LONG, 1),), command=LONG)
    runs = {
        "classes": classes(),
        "regression": regression(),
        "diverged": diverged(),
        "hostile": hostile._replace(
            data=hostile.data._replace(target=HOSTILE, columns=((LONG, "numeric", LONG),)),
            history=history(tensors=("<b>bold&amp;/w", "b/w")),
            inside=Inside(
                mistakes(3, rows=(Mistake(1, HOSTILE, LONG, 0.1, 0.9),) * 3),
                layer(64, classes=(LONG,) * 64),
                example(truth=LONG, cam_layer=LONG),
                sheet(8, 4),
            ),
        ),
        "deep": classes(history=history(tensors=DEEP)),
    }
    for name, outcome in runs.items():
        write_report(folder / f"{name}.html", outcome)
    return folder


def show(page, reports, name, **how):
    page.open(reports / f"{name}.html", **how)
    page.wait_for("document.documentElement.classList.contains('drawn')")


@pytest.fixture(autouse=True)
def nothing_went_wrong(request):
    """After each test: no error in the console, nothing asked for but the file itself."""
    page = request.getfixturevalue("page")
    page.faults.clear()
    page.requests.clear()
    yield
    assert page.faults == []
    assert [address for address in page.requests if not address.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize("name", ["classes", "regression", "diverged", "hostile", "deep"])
def test_every_picture_is_drawn_and_a_phone_never_scrolls_sideways(page, reports, name):
    show(page, reports, name)
    count = page.run("document.querySelectorAll('[data-figure]').length")
    assert count >= 4
    assert page.run("[...document.querySelectorAll('[data-figure]')].every((f) => f.querySelector('.xtick'))")
    page.resize(width=390, height=844, touch=True)
    page.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.wait_for("document.documentElement.scrollWidth <= 390")


def test_every_image_is_drawn_with_its_pixels_as_squares(page, reports):
    show(page, reports, "hostile")
    images = "[...document.querySelectorAll('.pictures img')]"
    assert page.run(f"{images}.length") == 3 + 64 + 6 + 8 * 5
    assert page.run(f"{images}.every((i) => i.complete && i.naturalWidth > 0)")
    assert page.run(f"{images}.every((i) => getComputedStyle(i).imageRendering === 'pixelated')")


def test_the_axis_switches_and_back(page, reports):
    show(page, reports, "classes")
    kind = "document.querySelector('[data-figure=steps]')._fullLayout.yaxis.type"
    button = "document.querySelector('[data-axis=steps]')"
    assert page.run(kind) == "linear"
    for pressed, scale in (("true", "log"), ("false", "linear")):
        page.run(f"{button}.click()")
        assert page.run(kind) == scale
        assert page.run(f"{button}.getAttribute('aria-pressed')") == pressed


def test_a_setting_is_copied(page, reports):
    show(page, reports, "classes")
    page.send("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.send("Page.bringToFront")
    page.run("document.querySelector('.card [data-copy]').click()")
    page.wait_for("document.querySelector('.card [data-copy]').textContent === 'Copied'")
    assert page.run("navigator.clipboard.readText()") == "--set penalty.strength=0.001"
    assert page.run("document.getElementById('announcement').textContent") == "Copied."


def test_where_the_clipboard_is_closed_a_setting_is_copied_the_old_way(page, reports):
    show(page, reports, "classes")
    page.run("navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))")
    page.run("document.addEventListener('copy', () => { window.copying = String(getSelection()) || 'a field'; })")
    page.run("document.querySelector('.card [data-copy]').click()")
    page.wait_for("window.copying !== undefined && document.querySelector('textarea') === null")


def test_every_section_is_a_click_away(page, reports):
    show(page, reports, "classes")
    links = page.run("[...document.querySelectorAll('nav a')].map((link) => link.hash)")
    assert links == ["#verdict", "#findings", "#curves", "#layers", "#errors", "#data", "#experiment"]
    for place in links:
        page.run(f"document.querySelector('nav a[href=\"{place}\"]').click()")
        page.wait_for(f"location.hash === '{place}'")
        seen = f"document.querySelector('{place}').getBoundingClientRect().top < innerHeight"
        page.wait_for(seen)


def test_the_dark_changes_the_pictures_too(page, reports):
    ink = "getComputedStyle(document.querySelector('[data-figure=loss] .xtick text')).fill"
    show(page, reports, "classes")
    light = page.run(ink)
    show(page, reports, "classes", dark=True)
    assert page.run(ink) != light
    assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 27)"


def test_it_prints_light_and_whole_and_comes_back(page, reports):
    show(page, reports, "regression", dark=True)
    closed = "document.querySelectorAll('details:not([open])').length"
    surface = "getComputedStyle(document.documentElement).getPropertyValue('--surface').trim()"
    assert page.run(closed) > 0
    page.run(f"addEventListener('beforeprint', () => {{ window.printed = [{closed}, {surface}]; }})")
    assert page.printed().startswith(b"%PDF")
    page.wait_for("document.documentElement.dataset.theme === undefined")
    assert page.run("window.printed") == [0, "#ffffff"]
    assert page.run(closed) > 0


def test_a_hostile_name_is_read_letter_by_letter_in_a_picture(page, reports):
    show(page, reports, "hostile")
    legend = page.run("document.querySelector('[data-figure=gradient-norm] .legend').textContent")
    assert "<b>bold&amp;/w" in legend


def test_a_script_of_others_would_not_run(page, reports):
    show(page, reports, "hostile")
    page.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.hacked = 1\">')")
    page.wait_for("document.images[0].complete")
    assert page.run("window.hacked") is None
    assert any("Content Security Policy" in str(fault) for fault in page.faults)
    page.faults.clear()


def test_a_fault_would_be_noticed(page, reports):
    show(page, reports, "diverged")
    page.run("console.error('seen')")
    page.run("setTimeout(() => { throw new Error('seen too'); })")
    page.run("new Promise((done) => setTimeout(done, 20))")
    assert len(page.faults) == 2
    page.faults.clear()
