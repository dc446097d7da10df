"""The step monitor against a plain NumPy twin, and training with and without it."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.monitors.small import data, experiment, trained
from thalweg.keys import root
from thalweg.monitors.activations import activation_monitor
from thalweg.monitors.steps import StepMonitor
from thalweg.objective import Evaluated
from thalweg.train.observers import View
from thalweg.train.population import start
from thalweg.train.state import learner_of
from thalweg.train.step import Batch, take_step
from thalweg.trees import named_leaves


def view(before, gradients, after):
    evaluated = Evaluated(jnp.float32(2.0), jnp.float32(0.5), {})
    return View(jnp.int32(3), jnp.float32(0.1), evaluated, before, gradients, after)


def test_one_weight_moved_by_a_thousandth():
    w = {"dense_1": {"w": jnp.array([[3.0, 4.0]]), "b": jnp.zeros(2)}}
    after = {"dense_1": {"w": jnp.array([[3.003, 4.004]]), "b": jnp.array([0.0, 1.0])}}
    record = StepMonitor().measure(view(w, jax.tree.map(lambda x: x + 1, w), after))
    # ||(0.003, 0.004)|| / ||(3, 4)|| = 0.005 / 5; the gradient (4, 5) has norm sqrt(41).
    np.testing.assert_allclose(record["update_ratio"]["dense_1"]["w"], 1e-3, rtol=1e-3)
    np.testing.assert_allclose(record["gradient_norm"]["dense_1"]["w"], np.sqrt(41), rtol=1e-6)
    assert np.isnan(record["update_ratio"]["dense_1"]["b"])  # it was all zeros
    assert [float(record[name]) for name in ("data_loss", "penalty")] == [2.0, 0.5]
    np.testing.assert_allclose(record["rate"], 0.1)


def test_agrees_with_a_plain_loop_on_a_real_step():
    x, y = data()
    member = start(learner_of(experiment()), root(0), (x.shape[1],), 10)
    batch = Batch(jnp.asarray(x[:32], float), jnp.asarray(y[:32]), jnp.ones(32), jnp.ones(32))
    carry, _ = take_step(member, member.carry, batch, new_epoch=True)
    _, seen = take_step(member, carry, batch, new_epoch=False)
    record = named_leaves(StepMonitor().measure(seen))
    before, gradients, after = (named_leaves(tree) for tree in (seen.before, seen.gradients, seen.after))
    for name in before:
        w, g, moved = (np.asarray(tree[name], np.float64).ravel().tolist() for tree in (before, gradients, after))
        size = sum(v * v for v in w) ** 0.5
        step = sum((a - b) ** 2 for a, b in zip(moved, w, strict=True)) ** 0.5
        np.testing.assert_allclose(record[f"gradient_norm/{name}"], sum(v * v for v in g) ** 0.5, rtol=1e-5)
        np.testing.assert_allclose(record[f"update_ratio/{name}"], step / size, rtol=1e-4)


def test_watching_changes_no_bit_of_training():
    plain = trained(observers=(), probes=())
    watched = trained(observers=(StepMonitor(),), probes=(activation_monitor(experiment().network),))
    ours, theirs = (named_leaves((run.members.carry, run.members.best)) for run in (watched, plain))
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        np.testing.assert_array_equal(value, theirs[name], err_msg=name)
    table = watched.history.step_table()
    assert {"step", "0/data_loss", "0/gradient_norm/dense_1/w", "0/update_ratio/dense_2/b"} <= table.keys()
    assert table["0/data_loss"].shape == (len(table["step"]), 1)
    assert np.isfinite(table["0/data_loss"]).all()
    assert {"0/dead_share/activation_1", "0/gradient_norm/dense_1"} <= watched.history.probe_table().keys()
