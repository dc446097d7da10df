"""Rectified units in the plane: which see all, some or none of the points, and when they die."""

import numpy as np
import pytest

from thalweg.lab.half_planes import half_planes
from thalweg.lab.half_planes_figures import half_planes_figure
from thalweg.lab.half_planes_runs import Units, run_courses

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
# Active where x > 0.5: half of the points; where x > -2: all; where x > 2: none.
THREE = Units(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]), np.array([-0.5, 2.0, -2.0]), np.array([0.5, 1.0, 0.0]))


@pytest.mark.parametrize("seed", [0, 1])
def test_units_die_where_the_rate_jumps_and_nowhere_else(seed):
    assert half_planes(seed).disagreements() == ()


def test_a_unit_sees_all_some_or_none_by_hand():
    assert THREE.always.tolist() == [False, True, False] and THREE.dead.tolist() == [False, False, True]
    on = (POINTS @ THREE.w + THREE.b > 0).mean(axis=0)
    assert on.tolist() == THREE.on.tolist()


def test_a_line_is_drawn_where_the_unit_turns_on():
    _, some, always, dead = half_planes_figure("k", "t", POINTS, THREE, "So.").data
    assert [trace["name"] for trace in (some, always, dead)] == ["active for some: 1", "active for all: 1", "dead: 1"]
    for trace, at in ((some, 0.5), (always, -2.0), (dead, 2.0)):
        line, stroke = trace["x"][:2], trace["x"][3:5]
        assert line == [at, at] and sorted(trace["y"][:2]) == [-3.0, 3.0]
        assert stroke == [at, at + 0.25]  # towards larger x, where it is active


def test_a_line_beyond_the_picture_is_counted():
    far = Units(np.array([[1.0], [0.0]]), np.array([-7.0]), np.array([0.0]))
    assert half_planes_figure("k", "t", POINTS, far, "So.").data[3]["name"] == "dead: 1, 1 beyond the picture"


def test_dead_units_are_those_without_a_point_at_each_look():
    found = run_courses(0)
    assert found.steady.dead.tolist() == [0] * 60
    assert found.jumped.dead[:30].tolist() == [0] * 30 and found.jumped.dead[31] == 16
    last = found.jumped.last
    assert (found.x @ last.w + last.b).max() <= 0
