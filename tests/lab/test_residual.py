"""The page of shortcuts: its claims on made-up networks, a small network trained as the page trains its own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.keys import role, root
from thalweg.lab import residual as page
from thalweg.lab.digits import batches_of, load_digits
from thalweg.lab.residual_figures import lengths_figure, loss_figure
from thalweg.lab.residual_runs import Course, Runs, run_network, weight_paths
from thalweg.lab.sheet_page import render_sheet
from thalweg.layers.reshape import Reshape
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.resnet import small_resnet
from thalweg.network.sequential import Sequential
from thalweg.types import Context


def course(end, validation=0.9, rate=0.1):
    """A made-up course of 40 steps."""
    return Course(rate, np.array([2.3, 1.0, end, end]), 0.95, validation)


def runs(depth, end, *, shortcuts=False, growth=1.0, **more):
    """A made-up network whose gradients are all alike, but for the first."""
    lengths = np.ones(depth)
    lengths[0] = growth
    return Runs(depth, shortcuts, 1000, lengths, (course(end + 0.5, rate=0.3), course(end, **more)))


def made_up(*, plain=None, deep=None):
    return {
        (20, False): runs(20, 0.4, validation=0.8),
        (56, False): runs(56, 1.6, growth=700.0, validation=0.4) if plain is None else plain,
        (20, True): runs(20, 0.01, shortcuts=True, growth=4.0, validation=0.97),
        (56, True): runs(56, 0.005, shortcuts=True, growth=9.0, validation=0.97) if deep is None else deep,
    }


@pytest.fixture
def made(monkeypatch):
    """Let the page be made of these networks."""

    def sheet(networks):
        monkeypatch.setattr(page, "run_network", lambda digits, *, depth, shortcuts, seed: networks[depth, shortcuts])
        return page.residual()

    return sheet


@pytest.fixture(scope="module")
def small():
    """A residual network of 8 layers and one filter, 20 steps at a rate that moves it and one that does not."""
    digits = load_digits(200, [3])
    return digits, run_network(digits, depth=8, shortcuts=True, seed=3, width=1, steps=20, rates=(0.1, 1e-9))


def test_claims_hold_where_shortcuts_let_a_deep_network_train(made):  # L8
    found = made(made_up())
    assert found.disagreements() == () and len(found.claims) == 9
    assert [figure.key for figure in found.figures] == ["loss", "lengths"]
    assert "gets 97% of new digits right, the one without 40%" in found.headline


def test_claims_fail_where_the_two_deep_networks_change_places(made):
    networks = made_up()
    plain, deep = (networks[56, kind] for kind in (False, True))
    faults = made(made_up(plain=deep, deep=plain)).disagreements()
    assert len(faults) == 8  # all but that of the parameters
    fewer = made_up(deep=deep._replace(parameters=999))
    assert [fault[:14] for fault in made(fewer).disagreements()] == ["With shortcuts"]


def test_a_network_is_judged_by_its_best_rate_and_never_by_one_that_ran_away():
    lost = course(np.nan, rate=0.3)
    found = runs(8, 0.5)._replace(courses=(lost, course(0.7), course(0.5, rate=0.03)))
    assert (found.best.rate, found.best.end) == (0.03, 0.5)
    assert course(0.3)._replace(loss=np.array([9.0, 9.0, 1.0, 2.0])).end == 1.5  # the last two stretches


def test_growth_is_first_convolution_against_last_and_leaves_out_the_head():
    assert runs(8, 0.5)._replace(lengths=np.array([6.0, 1, 1, 1, 1, 1, 2, 100])).growth == 3.0


def test_weights_come_in_the_order_that_an_image_meets_them():
    paths = list(weight_paths(small_resnet(10, depth=20).layers))
    assert len(paths) == 20 and paths[0] == "convolution_1/w" and paths[-1] == "dense_1/w"
    assert paths[1:3] == [f"residual_1/branch/convolution_{k}/w" for k in (1, 2)]
    assert paths[17:19] == [f"residual_9/branch/convolution_{k}/w" for k in (1, 2)]
    plain = list(weight_paths(small_resnet(10, depth=20, shortcuts=False).layers))
    assert plain == [*(f"convolution_{k}/w" for k in range(1, 20)), "dense_1/w"]  # and not 1, 10, 11, ...


def test_a_small_network_is_trained_and_looked_at_by_hand(small):
    digits, found = small
    assert (found.title, found.lengths.shape, len(found.courses)) == ("residual, 8 layers", (8,), 2)
    network = Sequential((Reshape((8, 8, 1)), *small_resnet(10, depth=8, width=1).layers))
    params, state = network.init(role(root(3), "init"), (64,))
    assert found.parameters == sum(leaf.size for leaf in jax.tree.leaves(params))
    batches = batches_of(digits, [0], seed=3, steps=20, batch=64)

    @jax.jit
    def sloped(params, row):
        return jax.value_and_grad(loss)(params, row)

    def loss(params, row):
        index, mask = batches.order[0, row], batches.mask[0, row]
        outputs, _ = network.apply(params, state, batches.x[index], context=Context(True, None, mask))
        return jnp.sum(SoftmaxCrossEntropy()(outputs, batches.y[index]) * mask) / jnp.sum(mask)

    sums = [(float(sloped(params, row)[0]), float(batches.mask[0, row].sum())) for row in range(10)]
    inside = sloped(params, 0)[1]["residual_3"]["branch"]["convolution_2"]["w"]
    assert found.lengths[6] == pytest.approx(float(jnp.linalg.norm(inside)), rel=1e-3)
    moving, still = found.courses
    assert moving.loss.shape == (2,) and moving.rate == 0.1 and not np.array_equal(moving.loss, still.loss)
    # Where it stands still, the mean of a stretch is that of its batches, each by its digits.
    assert still.loss[0] == pytest.approx(sum(a * n for a, n in sums) / sum(n for _, n in sums), rel=2e-6)


def test_pictures_have_a_line_a_network():
    networks = tuple(made_up().values())
    data = loss_figure(networks).data
    assert [trace["name"] for trace in data] == [
        "plain, 20 layers", "plain, 56 layers", "residual, 20 layers", "residual, 56 layers",
    ]  # fmt: skip
    np.testing.assert_array_equal(data[1]["x"], [10, 20, 30, 40])
    np.testing.assert_array_equal(data[1]["y"], [2.3, 1.0, 1.6, 1.6])  # of its best rate
    lengths = lengths_figure(networks).data[1]
    assert (len(lengths["x"]), lengths["x"][0], lengths["y"][0]) == (56, 1, 700.0)


def test_the_page_shows_both_pictures_and_names_what_is_no_number(made):
    plain = made_up()[56, False]
    away = plain._replace(courses=(course(np.nan, rate=0.3), *plain.courses))
    shown = render_sheet(made(made_up(plain=away)))
    assert all(f'data-figure="{key}"' in shown for key in ("loss", "lengths"))
    assert ">no number<" in shown and ">nan" not in shown
