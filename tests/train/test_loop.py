"""The loop: members as single runs, chunks of any size, best weights, compiles."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics

from tests.train.small import (
    STEPS,
    TRAIN,
    VALIDATION,
    C,
    D,
    assert_same,
    assert_same_run,
    at,
    data,
    examples,
    experiment,
    members_of,
    plain,
    programs,
    train,
    without_time,
)
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.spec import traced
from thalweg.train.controllers import EarlyStopping
from thalweg.train.evaluate import predict
from thalweg.train.loop import Watch
from thalweg.train.plan import Plan
from thalweg.train.probe import probe
from thalweg.updates.adam import Adam

RATES = [*np.logspace(-2.5, 0.2, 15).tolist(), 1e6]  # the last one does not survive its first steps
EPOCHS = 65  # 260 steps: beyond the first 200, which are all recorded


class Losses(NamedTuple):
    """Records the loss, the rate and every gradient's size."""

    def measure(self, view):
        norms = jax.tree.map(lambda g: jnp.sqrt(jnp.sum(jnp.square(g))), view.gradients)
        return {"loss": view.evaluated.data, "rate": view.rate, "gradient": norms}


class Spread(NamedTuple):
    """Records every layer's mean output and mean gradient on the probe set."""

    def measure_probe(self, view):
        return {"out": jax.tree.map(jnp.mean, view.activations), "back": jax.tree.map(jnp.mean, view.gradients)}


def pace(steps):
    """A plan whose chunks have at most so many steps, however fast the machine is."""

    class Paced(Plan):
        def chunk(self, clock, pace):
            return super().chunk(clock, float(steps))

    return Paced


WATCH = Watch((Losses(),), (), (EarlyStopping(12),))


@pytest.fixture(scope="module")
def many():
    return train([experiment(rate) for rate in RATES], epochs=EPOCHS, watch=WATCH)


@pytest.fixture(scope="module")
def singles():
    return [train([experiment(rate)], epochs=EPOCHS, watch=WATCH, seeds=[i]) for i, rate in enumerate(RATES)]


# Members


def test_sixteen_members_are_sixteen_single_runs_bit_for_bit(many, singles):
    for i, single in enumerate(singles):
        assert_same(at(many.members, i), at(single.members, 0))
        assert many.endings[i] == single.endings[0]
        assert many.best_score[i] == single.best_score[0]
        assert many.best_loss[i] == single.best_loss[0]


def test_they_end_at_different_times_for_different_reasons(many, singles):
    # Else the test above would show less than it says.
    assert len({single.clock for single in singles}) > 4
    assert sum("no better validation score for 12 epochs" in ending for ending in many.endings) > 4
    assert "all epochs were trained" in many.endings
    assert "no longer a finite number" in many.endings[-1]


def test_their_histories_are_those_of_single_runs(many, singles):
    scores = ("running_loss", "training_loss", "training_score", "validation_loss", "validation_score", "better")
    theirs = many.history.evaluation_table()
    for i, single in enumerate(singles):
        ours = single.history.evaluation_table()
        for name in scores:
            np.testing.assert_array_equal(ours[name][:, 0], theirs[name][: len(ours["step"]), i], err_msg=name)
        if "no longer" not in single.endings[0]:  # that one is evaluated where it broke down
            np.testing.assert_array_equal(ours["step"], theirs["step"][: len(ours["step"])])


def test_their_records_are_those_of_single_runs_and_stop_where_they_stop(many, singles):
    theirs = many.history.step_table()
    for i, single in enumerate(singles):
        ours = single.history.step_table()
        rows = len(ours["step"])
        np.testing.assert_array_equal(ours["step"], theirs["step"][:rows])
        for name in theirs.keys() - {"step"}:
            np.testing.assert_array_equal(ours[name][:, 0], theirs[name][:rows, i], err_msg=name)
            assert np.isnan(theirs[name][rows:, i]).all()


# Chunks and observers


def test_records_are_dense_for_200_steps_and_lie_50_apart_then(many):
    steps = many.history.step_table()["step"]
    assert steps.tolist() == [*range(200), 200, 250]


@pytest.mark.parametrize("steps", [1, 3])
def test_chunks_of_any_size_give_the_same_run(many, steps):
    short = train([experiment(rate) for rate in RATES], epochs=EPOCHS, watch=WATCH, plan=pace(steps))
    assert_same_run(short, many)


def test_a_run_that_breaks_down_ends_at_that_step_in_any_chunks():
    whole, single = (train([experiment(1e6)], epochs=4, watch=WATCH, plan=pace(steps)) for steps in (100, 1))
    assert "no longer a finite number" in whole.endings[0]
    assert whole.clock % STEPS != 0  # in the middle of the chunk of the one
    assert len(whole.history.step_table()["step"]) == whole.clock
    assert_same_run(whole, single)


def test_full_batch_is_evaluated_every_50_steps_and_cut_anywhere():
    whole, short = (train([experiment()], epochs=120, batch=len(TRAIN), plan=pace(steps)) for steps in (1000, 7))
    table = whole.history.evaluation_table()
    assert table["step"].tolist() == [0, 50, 100, 120]
    assert table["epoch"].tolist() == [0, 50, 100, 120]
    assert table["training_loss"][-1] < table["training_loss"][0]
    assert_same_run(short, whole)


def test_observers_change_no_bit(many):
    unwatched = train([experiment(rate) for rate in RATES], epochs=EPOCHS, watch=Watch((), (), (EarlyStopping(12),)))
    assert_same(unwatched.members, many.members)
    assert_same(without_time(unwatched.history)["evaluations"], without_time(many.history)["evaluations"])
    probed = train([experiment(0.05)], epochs=4, watch=Watch((Losses(),), (Spread(),), ()))
    assert_same(probed.members, train([experiment(0.05)], epochs=4).members)
    assert len(probed.history.probe_table()["step"]) >= 2


def test_records_are_the_numbers_of_training(singles):
    table, run = singles[3].history.step_table(), singles[3]
    epoch = table["0/loss"][-STEPS:, 0] if len(table["step"]) < 200 else table["0/loss"][196:200, 0]
    step = table["step"][-1] + 1 if len(table["step"]) < 200 else 200
    at_end = [e for e in run.history.evaluations if e.step == step]
    # The running loss weighs each batch by its rows; the last one of an epoch has 14.
    np.testing.assert_allclose(at_end[0].running_loss[0], np.average(epoch, weights=[32, 32, 32, 14]), rtol=1e-6)
    factor = (1 + np.cos(np.pi * table["step"] / (EPOCHS * STEPS))) / 2
    np.testing.assert_allclose(table["0/rate"][:, 0], RATES[3] * factor, rtol=1e-5)


# Best weights


def test_the_best_weights_are_those_of_the_best_evaluation(many):
    x, y = examples()
    for i, rate in enumerate(RATES):
        params, state = at(many.members.best, i)
        objective = traced(experiment(rate).objective())
        hits = predict(objective, params, state, x[VALIDATION]).argmax(axis=1) == y[VALIDATION]
        assert hits.mean() == pytest.approx(many.best_score[i], abs=1e-6)
        table = many.history.evaluation_table()
        assert many.best_score[i] == np.nanmax(table["validation_score"][:, i])


def test_the_penalty_is_told_apart_at_each_evaluation(singles):
    # At the end of a run the last evaluation is of the weights that are there: 1e-3 / 2 times their squares.
    single = singles[0]
    params = at(single.members.carry.params, 0)
    squares = sum(float(np.square(np.asarray(layer["w"], float)).sum()) for layer in params.values() if "w" in layer)
    kept = [float(one.penalty[0]) for one in single.history.evaluations]
    assert kept[-1] == pytest.approx(0.5e-3 * squares, rel=1e-5) and len(set(kept)) > 2


def test_of_equal_scores_the_one_with_the_smaller_loss_is_better(singles):
    ties = set()
    for single in singles[:-1]:
        table, best = single.history.evaluation_table(), (-np.inf, np.inf)
        columns = (table[name][:, 0] for name in ("validation_score", "validation_loss", "better"))
        for score, loss, better in zip(*columns, strict=True):
            assert better == (score > best[0] or (score == best[0] and loss < best[1]))
            if score == best[0]:
                ties.add(loss < best[1])
            best = (score, loss) if better else best
        assert (*single.best_score, *single.best_loss) == best
    assert ties == {True, False}  # both came up


def test_a_network_of_nan_has_no_score(many):
    table = many.history.evaluation_table()
    assert np.isfinite(table["validation_score"][0, -1])
    assert np.isnan(table["validation_score"][1:, -1]).all()
    assert all(np.isfinite(leaf[-1]).all() for leaf in jax.tree.leaves(many.members.best))


def test_a_run_that_only_gets_worse_returns_the_weights_of_step_0():
    x, y = examples()
    fresh = members_of([experiment(0.1)], 5 * STEPS)
    guess = predict(traced(experiment().objective()), *at(fresh.best, 0), x).argmax(axis=1)
    contrary = np.where(np.isin(np.arange(len(y)), VALIDATION), guess, (guess + 1) % C).astype(np.int32)
    run = train([experiment(0.1)], epochs=5, parts=data(y=contrary))
    table = run.history.evaluation_table()
    assert table["validation_score"][0] == 1.0 and table["validation_score"][-1] < 0.5
    assert table["better"][:, 0].tolist() == [True, False, False, False, False, False]
    assert_same(run.members.best, fresh.best)


# What is scored


@pytest.mark.parametrize(("metric", "unit"), [("rmse", 2.5), ("r2", 1.0)])
def test_regression_is_scored_in_the_datas_unit_with_the_scoring_weights(metric, unit):
    x, _ = examples()
    targets = (x @ np.arange(1, D + 1, dtype=np.float32) / 3)[:, None]
    random = np.random.default_rng(0)
    weight, scoring = (random.uniform(0.1, 3, len(x)).astype(np.float32) for _ in range(2))
    spec = Experiment(Sequential((Dense(1),)), SquaredError(), update=Adam(0.05))
    given = {"y": targets, "weight": weight, "scoring_weight": scoring, "metric": metric, "unit": unit}
    run = train([spec], epochs=8, parts=data(**given))
    last = at((run.members.carry.params, run.members.carry.state), 0)
    table = run.history.evaluation_table()
    assert table["better"][-1, 0]  # it gets better until the end, so the last score is the best one
    for rows, name in ((VALIDATION, "validation"), (TRAIN[:60], "training")):
        predicted = predict(traced(spec.objective()), *last, x[rows])
        errors = {
            "rmse": unit * metrics.root_mean_squared_error(targets[rows], predicted, sample_weight=scoring[rows]),
            "r2": metrics.r2_score(targets[rows], predicted, sample_weight=scoring[rows]),
        }
        np.testing.assert_allclose(table[f"{name}_score"][-1, 0], errors[metric], rtol=1e-4)
        loss = 0.5 * np.average((targets[rows] - predicted)[:, 0] ** 2, weights=scoring[rows])
        np.testing.assert_allclose(table[f"{name}_loss"][-1, 0], loss, rtol=1e-4)
    assert run.best_score[0] == table["validation_score"][-1, 0]


# With no share for looks, those that are left come each time that the steps have grown by a half.
@pytest.mark.parametrize(
    ("share", "steps"), [(0.0, [0, 4, 8, 12, 20, 32, 36]), (np.inf, [0, 4, 8, 12, 16, 20, 24, 28, 32, 36])]
)
def test_probes_are_taken_at_both_ends_and_between_as_their_share_allows(share, steps):
    run = train([experiment()], epochs=9, watch=Watch((), (Spread(),), (), share))
    table = run.history.probe_table()
    assert table["step"].tolist() == steps
    x, y = (jnp.asarray(a[TRAIN[:20]]) for a in examples())
    for i, members in ((0, members_of([experiment()], 36)), (-1, run.members)):
        records = plain(probe(members, x, y, jnp.ones(20), observers=(Spread(),)))
        assert {name: values[i].tolist() for name, values in table.items() if name != "step"} == {
            name: value.tolist() for name, value in records.items()
        }


# Compiles


def rich(rate, beta, epsilon, strength, share, floor, drop, momentum, bias):
    """Every sort of part with a number."""
    layers = (Dense(7, bias=bias), BatchNorm(momentum, epsilon), Activation(), Dropout(drop), Dense(C))
    rule, schedule = Adam(rate, beta, 1 - epsilon, epsilon), Warmup(share, Cosine(floor))
    return experiment(network=Sequential(layers), update=rule, schedule=schedule, penalty=L2(strength))


def test_one_compile_serves_all_numbers_counts_and_chunks():
    watch = Watch((Losses(),), (Spread(),), (EarlyStopping(5),))
    before = programs()
    train([rich(1e-2, 0.9, 1e-3, 1e-3, 0.1, 0.0, 0.5, 0.9, 0.0)], epochs=60, watch=watch)
    first = programs()
    assert [b - a for a, b in zip(before, first, strict=True)] == [1, 1, 1, 1, 1, 1, 0]  # nothing to replay
    train([rich(1, 0, 1e-5, 0, 0, 1, 0, 0, 1)], epochs=52, watch=watch, plan=pace(3), seeds=[7])
    train([rich(np.float64(1e-3), 0.5, 0.1, 3, 0.9, 0.5, 0.1, 0.5, -0.1)], epochs=3, watch=watch, plan=pace(1))
    assert programs() == first


# 64 bits


def test_everything_is_in_64_bits_where_jax_is_told_so():
    x, _ = examples()
    with jax.enable_x64(True):
        watch = Watch((Losses(),), (Spread(),))
        network = Sequential((Dense(5), BatchNorm(), Activation(), Dropout(0.5), Dense(C)))
        run = train([experiment(network=network)], epochs=2, watch=watch)
        floats = {n: v.dtype for n, v in plain((run.members, run.history)).items() if v.dtype.kind == "f"}
        assert len(floats) > 30
        assert set(floats.values()) == {np.dtype(np.float64)}, floats
        member = at(run.members, 0)
        assert predict(member.learner.objective, *member.best, x).dtype == np.float64
