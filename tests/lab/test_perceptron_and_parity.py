"""The page of perceptrons: its claims on small sizes, and each of them failing where it should."""

import numpy as np
import pytest

from thalweg.classic.threshold.madaline_rule_one import train_madaline_rule_one
from thalweg.classic.threshold.perceptron import train_perceptron
from thalweg.lab import perceptron_and_parity as page
from thalweg.lab import perceptron_and_parity_runs as runs
from thalweg.lab.perceptron_and_parity_figures import bound_figure, mistakes_figure
from thalweg.lab.sheet_page import render_sheet


@pytest.fixture(scope="module")
def parity():
    return runs.run_parity(2, 3, 0)


@pytest.fixture(scope="module")
def cloud():
    return runs.run_cloud(0.2, 3, 0)


@pytest.fixture
def made(monkeypatch, parity, cloud):
    """Let the page be made of one cloud and of parity of two inputs."""

    def sheet(parity=parity, cloud=cloud, **more):
        monkeypatch.undo()  # what an earlier sheet of the same test was made of
        monkeypatch.setattr(page, "STARTS", 3)
        monkeypatch.setattr(page, "BITS", (2,))
        monkeypatch.setattr(page, "MARGINS", (0.2, 0.2))
        monkeypatch.setattr(page, "ORDERS", 3)
        monkeypatch.setattr(page, "run_parity", lambda bits, starts, seed: parity)
        monkeypatch.setattr(page, "run_cloud", lambda margin, orders, seed: cloud)
        for name, value in more.items():
            monkeypatch.setattr(page, name, lambda *_, value=value: value)
        return page.perceptron_and_parity()

    return sheet


def test_the_claims_hold(made):
    found = made()
    assert found.disagreements() == () and len(found.claims) == 12
    assert found.tables[0].rows[0][:3] == ("2", "3 of 4", "2 of 4")
    assert [row[2] for row in found.tables[1].rows] == [str(runs.run_cloud(0.2, 3, 0).mistakes.max())] * 2
    assert "a Madaline of 3 units gets all 4 right from 3 of 3 starts by rule I" in found.headline
    assert "Novikoff" in render_sheet(found)


def failing(found):
    return {claim.says for claim in found.claims if not claim.holds}


def test_claims_of_clouds_can_fail(made, cloud):
    stopped = train_perceptron(cloud.x, cloud.y, epochs=1, seed=0)
    assert not stopped.converged
    says = failing(made(cloud=cloud._replace(bound=1.0, found=(stopped,))))
    assert len(says) == 2 and any("Novikoff" in one for one in says) and any("finds one" in one for one in says)
    assert any("at right angles" in one for one in failing(made(run_right_angles=(15, 16.0))))
    lost = runs.run_lost(cloud, 2, 0)
    says = failing(made(run_lost=lost._replace(found=cloud.found, pocket=lost.last + 1)))
    assert len(says) == 2 and any("pocket holds" in one for one in says)
    steep = runs.run_rates(cloud)
    assert len(failing(made(run_rates=steep._replace(shares=steep.shares[::-1])))) == 2


def test_claims_of_parity_can_fail(made, parity):
    # Rows of "and", which a plane separates, passed off as exclusive or.
    y = np.array([0, 0, 0, 1])
    easy = tuple(train_perceptron(parity.x, y, seed=seed) for seed in range(3))
    says = failing(made(parity=parity._replace(perceptrons=easy)))
    assert len(says) == 2 and any("No single unit" in one for one in says)
    stuck = tuple(train_madaline_rule_one(parity.x, parity.y, units=1, epochs=5, seed=seed) for seed in range(3))
    assert any("by rule II" in one for one in failing(made(parity=parity._replace(rule_two=stuck))))


def test_a_cloud_keeps_its_margin_and_its_bound(cloud):
    x, y, plane = runs.draw_cloud(0.2, 200, 0)
    scores = plane.scores(x)
    assert len(x) == 200 and np.hypot(*plane.weights) == pytest.approx(1.0) and set(y) == {0, 1}
    assert np.abs(scores).min() >= 0.2 and ((scores > 0) == (y == 1)).all()
    gamma = np.abs(scores).min() / np.sqrt(1 + plane.bias**2)
    assert cloud.bound == pytest.approx((np.square(x).sum(axis=1).max() + 1) / gamma**2, rel=1e-12)
    assert 0 < cloud.mistakes.max() <= cloud.bound


def test_points_that_were_turned_round_are_as_many_as_are_said(cloud):
    lost = runs.run_lost(cloud, 2, 5)
    assert lost.turned == 20 and not any(one.converged for one in lost.found)
    assert lost.pocket.tolist() == [one.wrong for one in lost.found] and (lost.pocket <= lost.last).all()
    assert lost.pocket.min() >= 1 and lost.pocket.max() <= 40


def test_each_course_is_drawn_with_its_own_mistakes(parity, cloud):
    drawn = mistakes_figure(parity)
    assert [trace["name"] for trace in drawn.data] == ["perceptron", "Adaline", "Madaline rule I", "Madaline rule II"]
    assert list(drawn.data[0]["y"]) == [4] * 20 and list(drawn.data[2]["y"])[-1] == 0
    line, points = bound_figure((cloud, cloud)).data
    assert list(line["y"]) == [cloud.bound] * 2 and len(points["x"]) == len(points["y"]) == 6
