"""The picture of decision regions."""

import numpy as np

from thalweg.lab.regions import regions_figure

SIDE = np.linspace(-1.0, 1.0, 81)
ACROSS, UP = np.meshgrid(SIDE, SIDE)


def figure(regions, x, y):
    return regions_figure("k", "title", "summary", side=SIDE, regions=regions, x=x, y=y)


def wedges():
    """Three wedges around the centre, with points all over the plane."""
    x = np.random.default_rng(0).uniform(-0.9, 0.9, (30, 2))
    return (np.floor((np.arctan2(UP, ACROSS) + np.pi) / (2 * np.pi + 1e-9) * 3)).astype(int), x, np.arange(30) % 3


def test_the_ground_says_the_class_of_each_place():
    regions, x, y = wedges()
    ground = figure(regions, x, y).data[0]
    np.testing.assert_array_equal(ground["z"], regions)
    assert (ground["zmin"], ground["zmax"]) == (0, 2)
    assert [place for place, _ in ground["colorscale"]] == [0.0, 0.5, 1.0]


def test_a_class_has_one_colour_and_a_shape_of_its_own():
    regions, x, y = wedges()
    ground, *points = figure(regions, x, y).data
    assert [p["marker"]["color"] for p in points] == [colour for _, colour in ground["colorscale"]]
    assert len({p["marker"]["color"] for p in points}) == len({p["marker"]["symbol"] for p in points}) == 3
    for k, drawn in enumerate(points):
        np.testing.assert_array_equal(np.stack([drawn["x"], drawn["y"]], axis=1), x[y == k])


def test_each_number_stands_in_its_region_and_clear_of_points():
    regions, x, y = wedges()
    alone = figure(regions, x[:1], y[:1]).layout["annotations"]
    x, y = np.concatenate([x, [[mark["x"], mark["y"]] for mark in alone]]), np.concatenate([y, [0, 1, 2]])
    marks = figure(regions, x, y).layout["annotations"]
    assert [mark["text"] for mark in marks] == ["<b>0</b>", "<b>1</b>", "<b>2</b>"]
    for k, mark in enumerate(marks):
        row, column = np.abs(SIDE - mark["y"]).argmin(), np.abs(SIDE - mark["x"]).argmin()
        assert regions[row, column] == k
        assert np.abs(x - [mark["x"], mark["y"]]).max(axis=1).min() >= 0.1


def test_a_region_full_of_points_has_its_number_all_the_same():
    everywhere = np.stack([ACROSS.ravel(), UP.ravel()], axis=1)
    (mark,) = figure(np.zeros((81, 81), int), everywhere, np.zeros(81 * 81, int)).layout["annotations"]
    assert abs(mark["x"]) < 0.1 and abs(mark["y"]) < 0.1  # the middle lies deepest


def test_a_class_that_is_never_answered_has_points_and_no_number():
    drawn = figure(np.zeros((81, 81), int), np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0, 1]))
    assert [mark["text"] for mark in drawn.layout["annotations"]] == ["<b>0</b>"]
    assert [trace["name"] for trace in drawn.data[1:]] == ["class 0", "class 1"]


def test_both_axes_have_one_scale():
    layout = figure(*wedges()).layout
    assert layout["yaxis"]["scaleanchor"] == "x" and layout["xaxis"]["range"] == layout["yaxis"]["range"] == [-1.0, 1.0]
