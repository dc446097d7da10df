"""How much a network withstands, as its page shows it."""

import json
import math

import numpy as np
import pytest
from tests.report.example import HOSTILE
from tests.report.test_page import Reader

from thalweg.report.distorted import half_told, opening, told
from thalweg.report.figures.distortions import distortion_figures
from thalweg.report.look import render_robustness, write_robustness
from thalweg.runs.distortion_curves import DistortionCurve, Robustness
from thalweg.runs.outcome import Score


def curve(values=(0.9, 0.5, 0.2), *, name="background noise", unit="of the range", metric="accuracy", **changes):
    scores = tuple(Score(metric, value, value - 0.05, value + 0.04, "validation", 500) for value in values)
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None].repeat(16, axis=1).reshape(3, 4, 4, 1)
    strengths = (0.0, 0.15, 0.3) if unit.startswith("of ") else (0.0, 15.0, 30.0)
    made = DistortionCurve(name, "Made noisy.", unit, strengths, scores, 0.15, pictures, ("cat", "cat", "dog"))
    return made._replace(**changes)


def found(*curves, **changes):
    whole = Robustness(
        "classes", "accuracy", "validation", 500, 960, 0.1, True,
        curves or (curve(), curve(name="rotation", unit="degrees", half=12.6)), 1258, "cat",
    )  # fmt: skip
    return whole._replace(**changes)


def page_of(robustness):
    return Reader(render_robustness("first", robustness))


def test_each_distortion_has_a_curve_and_its_pictures():  # M11
    reader = page_of(found())
    figures = json.loads(reader.scripts[0])
    assert list(figures) == ["under-background-noise", "under-rotation"]
    assert [attrs["data-figure"] for _, attrs in reader.elements if "data-figure" in attrs] == list(figures)
    drawn, guess = figures["under-rotation"]["data"]
    assert drawn["x"] == [0, 15, 30] and drawn["y"] == [0.9, 0.5, 0.2] and guess["y"] == [0.1, 0.1]
    np.testing.assert_allclose(drawn["error_y"]["array"], 0.04)
    np.testing.assert_allclose(drawn["error_y"]["arrayminus"], 0.05)
    assert figures["under-rotation"]["layout"]["shapes"][0]["x0"] == 12.6
    assert [image["alt"] for image in reader.all("img")][:3] == [
        "background noise, as it is: recognised as cat",
        "background noise, 15% of the range: recognised as cat",
        "background noise, 30% of the range: taken for dog",
    ]
    assert len(reader.all("img")) == 6


def test_the_page_is_whole_and_says_what_was_measured():
    reader = page_of(found())
    ids = [attrs["id"] for _, attrs in reader.elements if "id" in attrs]
    assert reader.open == [] and len(ids) == len(set(ids)) and {a["href"][1:] for a in reader.all("a")} <= set(ids)
    text = reader.text()
    assert "On 500 of the 960 images of the validation part the accuracy is 90.0% while nothing is distorted" in text
    assert "that of a blind guess is 10.0%" in text and "row 1,258 of the data, which is cat." in text
    assert "background noise 30% of the range 20.0% 15% of the range" in text
    said = "Made noisy. At 30 degrees the accuracy is 20.0% instead of 90.0%; half of what was learned is lost at 13 "
    assert f"{said}degrees." in text


def test_where_more_than_half_is_left_there_is_a_dash_and_no_mark():
    kept = curve((0.9, 0.8, 0.7), half=math.nan)
    assert half_told(found(kept), kept) == "more than half of what was learned is left"
    (figure,) = distortion_figures(found(kept))
    assert "shapes" not in figure.layout
    assert "30% of the range 70.0% -" in page_of(found(kept)).text()


def test_a_network_that_learned_nothing_has_nothing_to_lose():
    blank = curve((0.1, 0.1, 0.1), half=math.nan)
    robustness = found(blank, learned=False)
    assert opening(robustness).endswith("The network is no better than that, so that there is nothing to lose.")
    assert half_told(robustness, blank) == "nothing was learned that could be lost"


def test_all_of_a_part_is_called_so_and_a_single_image_is_one():
    assert opening(found(among=500)).startswith("On 500 images of the validation part the accuracy")
    assert opening(found(rows=1, among=1)).startswith("On 1 image of the validation part")


def test_errors_have_one_range_and_amounts_their_words():
    curves = (curve((2.0, 3.0, 9.0), metric="rmse", said=("1.5", "2", "7")), curve((2.0, 2.0, 2.5), metric="rmse"))
    robustness = found(*curves, task="regression", metric="rmse", blind=6.0, truth="1.25")
    ranges = [figure.layout["yaxis"]["range"] for figure in distortion_figures(robustness)]
    assert ranges[0] == ranges[1] and ranges[0][0] < 1.95 and 9.04 < ranges[0][1] < 9.5
    assert "tickformat" not in distortion_figures(robustness)[0].layout["yaxis"]
    reader = page_of(robustness)
    assert "whose true value is 1.25." in reader.text() and "predicted: 1.5" in reader.texts


@pytest.mark.parametrize(
    ("strength", "unit", "text"),
    [
        (0.05, "of the side", "5% of the side"),
        (1 / 3, "of it", "33% of it"),
        (37.24, "degrees", "37 degrees"),
    ],
)
def test_shares_are_told_in_percent(strength, unit, text):
    assert told(strength, unit) == text


def test_hostile_names_stay_text(tmp_path):
    hostile = curve(said=("cat", HOSTILE, HOSTILE))
    write_robustness(tmp_path / "page.html", HOSTILE, found(hostile, truth=HOSTILE))
    reader = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert len(reader.all("img")) == 3
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]
