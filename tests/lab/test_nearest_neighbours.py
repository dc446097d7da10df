"""The page of nearest neighbours: its claims on small sizes, each of them failing where it should, and its parts."""

import numpy as np
import pytest

from thalweg.lab import nearest_neighbours as page
from thalweg.lab import nearest_neighbours_runs as runs
from thalweg.lab.equal_distances import equal_distances
from thalweg.lab.nearest_neighbours_figures import answer_figure, changed_gallery, spread_figure, timed_figure
from thalweg.lab.sheet_page import render_sheet

TIMES = tuple(runs.Timed(rows, 1e-5, rows * 1e-5, 0.5, 1e-3, (0.6, 0.9)) for rows in (100, 400))


@pytest.fixture(scope="module")
def cloud():
    return runs.draw_cloud(0)


@pytest.fixture(scope="module")
def answers(cloud):
    patch = pytest.MonkeyPatch()
    patch.setattr(runs, "GRID", 21)
    patch.setattr(runs, "SIDE", np.linspace(-1.1, 1.1, 21))
    found = {(k, "l2"): runs.answer(cloud, k, "l2") for k in runs.KS} | {(1, "l1"): runs.answer(cloud, 1, "l1")}
    patch.undo()
    return found


@pytest.fixture(scope="module")
def changed():
    return equal_distances(96, 3)


@pytest.fixture
def made(monkeypatch, answers, changed):
    """Let the page be made of these, and of few dimensions."""

    def sheet(answers=answers, changed=changed, **more):
        monkeypatch.undo()  # what an earlier sheet of the same test was made of
        monkeypatch.setattr(page, "WIDTHS", (1, 4, 64))
        monkeypatch.setattr(page, "SIZES", (100, 400))
        monkeypatch.setattr(page, "answer", lambda cloud, k, distance: answers[k, distance])
        monkeypatch.setattr(page, "equal_distances", lambda: changed)
        monkeypatch.setattr(page, "timed", lambda rows, seed: TIMES[rows == 400])
        monkeypatch.setattr("thalweg.lab.nearest_neighbours_figures.SIDE", np.linspace(-1.1, 1.1, 21))
        for name, value in more.items():
            monkeypatch.setattr(page, name, value)
        return page.nearest_neighbours()

    return sheet


def failing(found):
    return [claim.says for claim in found.claims if not claim.holds]


def test_the_claims_hold(made):
    found = made()
    assert found.disagreements() == () and len(found.claims) == 11
    assert [row[-1] for row in found.tables[0].rows] == ["73", "167", "52", "164"]  # of sum 456
    assert found.tables[1].rows[0][2] == "100%" and len(found.figures) == 6
    assert "456" in render_sheet(found)


def test_each_claim_can_fail(made, answers, changed):
    none = made(picture_distance=lambda distance: 455.0)
    assert len(failing(none)) == 1 and "4 x 4" in failing(none)[0]
    one, taxi, five = answers[1, "l2"], answers[1, "l1"], answers[5, "l2"]
    for key, value, word in (
        ((1, "l2"), one._replace(training=0.99), "every training row"),
        ((1, "l2"), one._replace(turned=0.01), "by L2"),
        ((1, "l1"), taxi._replace(turned=0.0), "The same by L1"),
        ((5, "l2"), five._replace(training=1.0), "5 neighbours do not"),
        ((5, "l2"), five._replace(new=one.new), "better than one"),
    ):
        (says,) = failing(made(answers=answers | {key: value}))
        assert word in says
    (says,) = failing(made(changed=(*changed[:3], changed[3]._replace(distance=1.0), changed[4])))
    assert "equally far" in says
    assert len(failing(made(spread=lambda width, seed: runs.Spread(width, 1.0, 3.0, 3.0)))) == 2
    assert len(failing(made(dense_grid=lambda width: np.zeros((5, width))))) == 1
    assert len(failing(made(farthest_from_grid=lambda width, seed: 0.126))) == 1


def test_the_notes_pictures_are_456_apart():
    # 46 + 12 + 14 + 1 + 82 + 13 + 39 + 33 + 12 + 10 + 0 + 30 + 2 + 32 + 22 + 108
    assert runs.picture_distance("l1") == 456
    assert runs.picture_distance("l2") == pytest.approx(np.sqrt(np.square(runs.TEST - runs.TRAIN).sum()))


def test_as_many_classes_are_wrong_as_are_said(cloud):
    right = (cloud.x[:, 0] * cloud.x[:, 1] > 0).astype(int)  # class 1 where both signs agree
    assert cloud.turned == 20 == (cloud.y != right).sum()
    assert (cloud.truth == (cloud.new[:, 0] * cloud.new[:, 1] > 0)).all()


def test_regions_hold_what_the_nearest_say(cloud, answers):
    side = np.linspace(-1.1, 1.1, 21)
    for row, column in ((0, 0), (3, 17), (20, 5)):
        far = np.abs(cloud.x - [side[column], side[row]])
        assert answers[1, "l1"].regions[row, column] == cloud.y[far.sum(axis=1).argmin()]
        nearest = np.square(far).sum(axis=1).argsort()[:5]
        assert answers[5, "l2"].regions[row, column] == (cloud.y[nearest].mean() > 0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("thalweg.lab.nearest_neighbours_figures.SIDE", side)
        drawn = answer_figure(cloud, answers[5, "l2"])
    assert drawn.title == "K = 5, L2" and "the 5 nearest" in drawn.summary


def test_a_grid_of_quarters_has_four_points_a_side():
    assert runs.dense_grid(2)[:5].tolist() == [[0.125, y] for y in (0.125, 0.375, 0.625, 0.875)] + [[0.375, 0.125]]
    assert 0.1 < runs.farthest_from_grid(2, 0) <= 0.125


def test_the_farthest_and_the_nearest_are_those_of_all_points():
    found = runs.spread(3, 1)
    random = np.random.Generator(np.random.Philox(key=[1, 3]))
    points, queries = random.random((runs.ROWS, 3)), random.random((runs.QUERIES, 3))
    far = np.linalg.norm(points[None] - queries[:, None], axis=2)
    assert found.nearest == pytest.approx(np.median(far.min(axis=1)), rel=1e-9)
    assert found.farthest == pytest.approx(np.median(far.max(axis=1)), rel=1e-9)
    assert found.ratio == pytest.approx(np.median(far.max(axis=1) / far.min(axis=1)), rel=1e-9)


def test_three_changes_are_equally_far_and_the_distances_are_those_of_the_bytes(changed):
    first = changed[0].pixels.astype(float)
    for one in changed:
        assert one.distance == pytest.approx(np.linalg.norm(one.pixels - first), rel=1e-9)
    far = [one.distance for one in changed[1:4]]
    assert changed[0].distance == 0 and max(far) / min(far) < 1.001 and changed[4].distance > 2 * max(far)
    assert (changed[1].pixels[:, 3:] == changed[0].pixels[:, :-3]).all()  # moved by 3 pixels
    assert (changed[2].pixels <= changed[0].pixels).all()
    other = (changed[3].pixels != changed[0].pixels).any(axis=2)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    box = changed[3].pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert box.mean() < 0.2 * changed[0].pixels.mean() and other.mean() < 0.5
    assert [p.title for p in changed_gallery(changed).plates] == [one.title for one in changed]


def test_both_classifiers_are_timed_on_the_same_rows():
    found = runs.timed(300, 0)
    assert found.rows == 300 and min(found.keep, found.ask, found.train, found.predict) > 0
    assert found.right[1] > found.right[0] > 0.2  # of ten classes; a line through noise is the better model here
    drawn = timed_figure((found, found._replace(rows=600)))
    assert [list(trace["x"]) for trace in drawn.data] == [[300, 600]] * 4
    spreads = tuple(runs.Spread(width, 1.0, 2.0, 2.0 / width) for width in (1, 2))
    assert list(spread_figure(spreads).data[0]["y"]) == [2.0, 1.0]
