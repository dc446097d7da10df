"""The race: surfaces by hand, every rule in it, the notes' claims, pictures that move."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.catalogue import KINDS
from thalweg.lab.race import RACING, RATES, STEPS, race, run_all
from thalweg.lab.sheet_page import render_sheet
from thalweg.lab.surfaces import SURFACES, beale, saddle, valley


@pytest.fixture(scope="module")
def sheet():
    return race()


def test_heights_by_hand():
    assert float(valley(jnp.array([2.0, 1.0]))) == 27.0  # 0.5 (4 + 50)
    assert float(saddle(jnp.array([1.0, 1.0]))) == 9.75  # 10 - 0.5 + 0.25
    assert float(beale(jnp.array([0.0, 0.0]))) == 14.203125  # 1.5^2 + 2.25^2 + 2.625^2


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_the_lowest_point_is_lowest_and_flat(surface):
    lowest = jnp.array(surface.minimum)
    assert float(surface.height(lowest)) == pytest.approx(surface.low, abs=1e-6)
    np.testing.assert_allclose(jax.grad(surface.height)(lowest), [0, 0], atol=1e-6)
    around = jnp.asarray(np.random.default_rng(0).normal(size=(200, 2)), jnp.float32)
    assert float(jax.vmap(surface.height)(around).min()) >= surface.low - 1e-6


def test_the_saddle_is_one():
    curvature = jax.hessian(saddle)(jnp.zeros(2))
    np.testing.assert_allclose(jax.grad(saddle)(jnp.zeros(2)), [0, 0])
    np.testing.assert_allclose(curvature, [[20, 0], [0, -1]])


def test_what_the_notes_claim_holds(sheet):  # U14
    assert sheet.disagreements() == ()


def test_all_rules_run_on_every_surface(sheet):  # U14
    assert set(KINDS["update rule"]) - set(RACING) == {"custom_update_rule"}
    assert len(sheet.tables) == len(sheet.figures) == 3
    for table in sheet.tables:
        assert [row[0] for row in table.rows] == list(RACING)


def test_plain_descent_takes_the_steps_that_it_should():
    run = run_all()["valley"][0]
    # (1 - rate)^t along and (1 - 50 rate)^t across
    t = np.arange(STEPS + 1)
    expected = np.stack([-4 * (1 - run.rate) ** t, 0.8 * (1 - 50 * run.rate) ** t], axis=1)
    np.testing.assert_allclose(run.path, expected, rtol=1e-4, atol=1e-5)
    assert run.kind == "sgd" and run.rate in RATES


def test_muon_walks_along_its_velocity_in_steps_of_about_the_rate():
    run = next(run for run in run_all()["valley"] if run.kind == "muon")
    slopes = run.path[:-1] * [1, 50]
    velocity, aims = np.zeros(2), []
    for slope in slopes:
        velocity = 0.95 * velocity + 0.05 * slope
        aims.append(0.95 * velocity + 0.05 * slope)
    steps = np.diff(run.path, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    # An only singular value of 1 goes through s <- 3.4445 s - 4.7750 s^3 + 2.0315 s^5 five times.
    value = 1.0
    for _ in range(5):
        value = 3.4445 * value - 4.7750 * value**3 + 2.0315 * value**5
    np.testing.assert_allclose(lengths, value * run.rate, rtol=1e-3)
    aims = np.array(aims) / np.linalg.norm(aims, axis=1, keepdims=True)
    np.testing.assert_allclose(steps / lengths[:, None], -aims, atol=2e-3)


def test_pictures_move_step_by_step(sheet):  # V7
    for figure in sheet.figures:
        names = [frame["name"] for frame in figure.frames]
        assert names[0] == "1" and names[-1] == str(STEPS)
        assert [step["args"][0][0] for step in figure.layout["sliders"][0]["steps"]] == names
        rules = len(RACING)
        for frame in figure.frames:
            assert len(frame["data"]) == len(frame["traces"]) == rules
            assert {len(trace["x"]) for trace in frame["data"]} == {int(frame["name"]) + 1}
    assert '"frames":[{' in render_sheet(sheet)
