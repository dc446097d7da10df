"""The page of batch normalisation: its claims hold and would fail, its measures by hand, its pictures."""

import jax
import numpy as np
import pytest

from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab import batch_norm as page
from thalweg.lab.batch_norm_figures import gap_figure, grid_figure
from thalweg.lab.batch_norm_layer import Company, Restored, change_company, restore
from thalweg.lab.batch_norm_runs import RATES, SIZES, Grid, Repeats, Setting, network
from thalweg.lab.digits import load_digits
from thalweg.lab.sheet_page import render_sheet
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.platform import compiles
from thalweg.train import population as populations
from thalweg.train.population import start
from thalweg.train.state import learner_of


@pytest.fixture(scope="module")
def optimised():
    """Programs as users have them: this page's 23,000 steps take far longer than their compiling does."""
    jax.config.update("jax_disable_most_optimizations", False)
    yield
    jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture(scope="module")
def done(optimised):
    """The page of seed 0, the networks behind it, and how many programs trained them."""
    with pytest.MonkeyPatch.context() as patch:
        kept, before = {}, compiles(populations._compiled_advance)

        def keeping(run):
            def kept_run(digits, *given, **more):
                return kept.setdefault((run.__name__, *given, more["normed"]), run(digits, *given, **more))

            return kept_run

        for name in ("run_grid", "run_repeats"):
            patch.setattr(page, name, keeping(getattr(page, name)))
        return page.batch_norm(), kept, compiles(populations._compiled_advance) - before


def grid(accuracy, *, normed=False, held_out=None):
    loss = 1 - accuracy
    return Grid(normed, accuracy, loss, loss if held_out is None else held_out)


def test_the_claims_hold(done):  # L5
    found, _, _ = done
    assert found.disagreements() == () and len(found.claims) == 10
    assert [figure.key for figure in found.figures] == ["grid", "gap"]


def test_all_settings_of_a_network_are_one_program(done):
    _, kept, programs = done
    assert len(kept) == 5 and programs <= 4  # 72 and 10 members, with it and without


def test_nearly_all_sizes_of_weights_train_with_it_and_one_without(done):
    _, kept, _ = done
    plain, normed = (kept["run_grid", kind] for kind in (False, True))
    assert plain.most_sizes <= 2 and normed.most_sizes >= 6
    np.testing.assert_allclose(plain.loss[:, 0], np.log(10), atol=0.01)
    assert not np.isfinite(plain.loss[:, -1]).any() and np.isfinite(normed.loss).all()


def test_claims_fail_where_the_two_networks_change_places(done, monkeypatch):
    _, kept, _ = done
    grids = {kind: kept["run_grid", kind] for kind in (False, True)}
    repeats = {kind: kept["run_repeats", found.best, kind] for kind, found in grids.items()}
    monkeypatch.setattr(page, "run_grid", lambda *_, normed, seed: grids[not normed])
    monkeypatch.setattr(page, "run_repeats", lambda *_, normed, seed: repeats[not normed])
    monkeypatch.setattr(page, "change_company", lambda member, x: Company(0.0, 1.0, 1.0, 1.0))
    monkeypatch.setattr(page, "restore", lambda x: Restored(1.0, 0.0))
    assert len(page.batch_norm().disagreements()) == 10  # all of them


def test_a_setting_trains_from_95_percent_on():
    accuracy = np.full((len(RATES), len(SIZES)), 0.1)
    accuracy[2, 3], accuracy[2, 4], accuracy[5, 0], accuracy[6, 1] = 0.95, 1.0, 0.96, 0.94
    found = grid(accuracy)
    assert (found.trained.sum(), found.most_sizes, found.highest_rate) == (3, 2, pytest.approx(10**-0.5))
    assert found.best == Setting(pytest.approx(0.01), pytest.approx(1.0))


def test_a_grid_on_which_nothing_trains_has_no_highest_rate_and_its_best_is_a_number():
    held_out = np.full((len(RATES), len(SIZES)), np.nan)
    held_out[1, 0] = 2.3
    found = grid(np.full(held_out.shape, 0.1), held_out=held_out)
    assert (found.highest_rate, found.most_sizes) == (0.0, 0)
    assert found.best == Setting(pytest.approx(10**-2.5), pytest.approx(0.01))


def test_the_deviation_gives_a_batch_back_and_the_variance_does_not():
    # 1 and 5: mean 3, variance 4. gamma = 4 makes -1 and 1 into -4 and 4: off by 2 on either side.
    found = restore(np.array([[1.0], [5.0]]))
    assert found.by_deviation == pytest.approx(0, abs=1e-6) and found.by_variance == pytest.approx(2, abs=1e-4)
    same = restore(np.array([[1.0], [3.0]]))  # variance 1 is its own root, but for epsilon
    assert same.by_variance == pytest.approx(0, abs=1e-4)


def test_outputs_move_with_the_company_in_training_alone():
    x = load_digits(600, [0]).x
    experiment = Experiment(network(1.0, normed=True), SoftmaxCrossEntropy())
    member = start(learner_of(experiment), root(0), (64,), 1)
    found = change_company(member, x)
    assert found.at_inference == 0 and found.in_training > 0.05 * found.spread
    assert 0 < found.larger < 1e-3 * found.spread  # epsilon is all that tells the sizes apart
    alike = change_company(member, np.concatenate([x[:64], x[32:64]]))
    assert alike.in_training == 0 and alike.larger == pytest.approx(found.larger)


def test_a_network_has_a_norm_a_hidden_layer_and_weights_of_one_size():
    plain, normed = (network(2.0, normed=kind) for kind in (False, True))
    assert [name for name in normed.names() if "norm" in name] == [f"batch_norm_{k}" for k in range(1, 5)]
    assert [name for name in normed.names() if "norm" not in name] == list(plain.names())
    params, _ = plain.init(root(0), (64,))
    weights = np.concatenate([np.ravel(p["w"]) for p in params.values() if "w" in p])
    assert weights.std() == pytest.approx(2 * np.sqrt(2 / 64), rel=0.02)


def test_runaways_are_marked_and_cells_hold_percents():
    accuracy = np.full((len(RATES), len(SIZES)), 0.1)
    accuracy[0, 1] = 0.976
    whole = grid(accuracy.copy(), normed=True)
    accuracy[0, 0] = np.nan
    left, right = grid_figure(grid(accuracy), whole).data
    assert left["text"][0][:3] == ["\N{MULTIPLICATION SIGN}", "98", "10"] and right["text"][0][0] == "10"
    assert left["hovertext"][0][:2] == [
        "rate 0.001, weights 0.01 of He's:<br>the loss is no number",
        "rate 0.001, weights 0.0316 of He's:<br>97.6% right, loss 0.024",
    ]


def test_gaps_are_drawn_in_points_with_their_mean():
    three = tuple(
        Repeats(True, Setting(1.0, 1.0), np.array([1.0, 1.0]), np.array([0.96, 0.98 - k / 100]), None) for k in range(3)
    )
    points, mean = gap_figure(three).data[2:4]  # of the second network: gaps of 4 and 3 points
    np.testing.assert_allclose(points["y"], [4.0, 3.0])
    np.testing.assert_allclose(mean["y"], [3.5, 3.5])


def test_the_page_shows_both_pictures_and_names_what_is_no_number(done):
    shown = render_sheet(done[0])
    assert 'data-figure="grid"' in shown and 'data-figure="gap"' in shown
    assert ">no number<" in shown and ">nan" not in shown
